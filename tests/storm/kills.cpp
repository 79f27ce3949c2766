// A relay that dies again and again: nothing that anybody was told of is lost, and the match goes
// on; after a power loss it goes on from what the disk kept.

#include "support/catch.hpp"
#include "support/games.hpp"
#include "tutti/engine/storm.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/reader.hpp"

using namespace tutti;
using tutti::test::Tally;

namespace {

constexpr std::size_t deaths_each = 25;
constexpr std::chrono::milliseconds between_deaths{8000};

/// Players some way off, whose relay dies 25 times at moments that the seed chooses.
StormOptions deaths(FaultKind kind, std::uint64_t seed) {
  Random random(seed, 77);
  StormOptions options{.game = any_game<Tally>(), .players = 3, .seed = seed};
  StormPlan plan;
  const WeatherOptions weather{.delay = std::chrono::milliseconds(25),
                               .jitter = std::chrono::milliseconds(10),
                               .loss_ppm = 20'000};
  plan.players.assign(options.players, {.up = weather, .down = weather});
  for (std::size_t i = 0; i < deaths_each; ++i) {
    const Duration begin =
        between_deaths * (i + 1) + std::chrono::microseconds(random.below(2'000'000));
    const Duration down = std::chrono::milliseconds(10 + random.below(1000));
    plan.faults.push_back({.kind = kind, .begin = begin, .end = begin + down});
  }
  plan.calm_from = between_deaths * (deaths_each + 2);
  options.plan = plan;
  return options;
}

/// Two players: the relay loses power, and the second one sleeps through the life that begins then.
StormOptions asleep(std::uint64_t seed, Duration power_fails) {
  const WeatherOptions nothing{.loss_ppm = 1'000'000};
  StormOptions options = deaths(FaultKind::relay_kill, seed);
  options.players = 2;
  options.plan->players.resize(options.players);
  options.plan->faults = {{.kind = FaultKind::relay_power_loss,
                           .begin = power_fails,
                           .end = power_fails + std::chrono::milliseconds(300)},
                          {.kind = FaultKind::partition,
                           .player = 1,
                           .begin = power_fails + std::chrono::milliseconds(50),
                           .end = std::chrono::seconds(25),
                           .up = nothing,
                           .down = nothing},
                          {.kind = FaultKind::relay_kill,
                           .begin = std::chrono::seconds(22),
                           .end = std::chrono::milliseconds(22'300)}};
  options.plan->calm_from = std::chrono::seconds(40);
  return options;
}

/// Plays it without a problem: how many sessions folded back.
std::uint64_t folds_back_in(const StormOptions& options) {
  StormMatch match(options);
  CHECK(match.run().problems == std::vector<std::string>{});
  return match.report().tally.folds_back;
}

std::uint64_t restarts_in(const Log& log) {
  std::uint64_t count = 0;
  for (const EventView& event : log.events()) {
    const auto relay_event = relay_event_of(event);
    count += relay_event && relay_event->kind == EventKind::restarted;
  }
  return count;
}

}  // namespace

TEST_CASE("200 times the relay is killed, and nothing that anybody was told of is lost") {
  std::uint64_t kills = 0;
  std::uint64_t reconnects = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    StormMatch match(deaths(FaultKind::relay_kill, seed));
    const StormReport& report = match.run();
    CAPTURE(seed);
    CHECK(report.problems == std::vector<std::string>{});
    CHECK(report.tally.folds_back == 0);
    CHECK(report.tally.events_taken_back == 0);
    REQUIRE(match.is_finished());
    kills += restarts_in(match.record().log);
    reconnects += report.tally.reconnects;
  }
  CHECK(kills >= 200);
  CHECK(reconnects >= 3 * 200);
}

TEST_CASE("100 times the relay loses power, and the players bring back what the disk lost") {
  std::uint64_t restarts = 0;
  std::uint64_t adoptions = 0;
  std::uint64_t folds_back = 0;
  for (std::uint64_t seed = 11; seed <= 14; ++seed) {
    StormOptions options = deaths(FaultKind::relay_power_loss, seed);
    options.sync_interval = std::chrono::milliseconds(500);
    StormMatch match(options);
    const StormReport& report = match.run();
    CAPTURE(seed);
    CHECK(report.problems == std::vector<std::string>{});
    restarts += report.tally.relay_restarts;
    adoptions += report.tally.adoptions;
    folds_back += report.tally.folds_back;
  }
  CHECK(restarts >= 100);
  CHECK(adoptions >= 8);    // so that something was lost
  CHECK(folds_back <= 30);  // by the only player told the very last of it
}

TEST_CASE("what a relay calls durable survives though its disk is synced aside and late") {
  std::uint64_t restarts = 0;
  std::uint64_t adoptions = 0;
  for (std::uint64_t seed = 15; seed <= 18; ++seed) {
    StormOptions options = deaths(FaultKind::relay_power_loss, seed);
    options.sync_delay_passes = 60;
    StormMatch match(options);
    const StormReport& report = match.run();
    CAPTURE(seed);
    CHECK(report.problems == std::vector<std::string>{});
    restarts += report.tally.relay_restarts;
    adoptions += report.tally.adoptions;
  }
  CHECK(restarts >= 100);
  CHECK(adoptions >= 4);  // so that something was lost
}

TEST_CASE("a power loss that takes a whole life of the relay is nobody's lie") {
  // The disk fails to sync, the relay dies and comes back, and then the power goes: the life that
  // is lost had a number of its own, above or below that of the next one.
  std::uint64_t folds_back = 0;
  for (std::uint64_t seed = 31; seed <= 38; ++seed) {
    StormOptions options = deaths(FaultKind::relay_kill, seed);
    options.plan->faults = {{.kind = FaultKind::disk_sync_error,
                             .begin = std::chrono::seconds(8),
                             .end = std::chrono::seconds(12)},
                            {.kind = FaultKind::relay_kill,
                             .begin = std::chrono::seconds(10),
                             .end = std::chrono::milliseconds(12'050)},
                            {.kind = FaultKind::relay_power_loss,
                             .begin = std::chrono::milliseconds(15'000 + 7 * (seed % 8)),
                             .end = std::chrono::seconds(16)}};
    // One player is left, whom nobody believes.
    for (std::uint8_t player = 1; player < options.players; ++player) {
      options.plan->faults.push_back({.kind = FaultKind::crash,
                                      .player = player,
                                      .begin = std::chrono::seconds(15),
                                      .end = std::chrono::seconds(24)});
    }
    options.plan->calm_from = std::chrono::seconds(34);
    StormMatch match(options);
    CAPTURE(seed);
    CHECK(match.run().problems == std::vector<std::string>{});
    folds_back += match.report().tally.folds_back;
  }
  CHECK(folds_back >= 3);
}

TEST_CASE(
    "after a sync that failed the journal is begun anew, and a power loss takes little of it") {
  StormOptions options = deaths(FaultKind::relay_power_loss, 41);
  options.plan->faults = {{.kind = FaultKind::disk_sync_error,
                           .begin = std::chrono::seconds(8),
                           .end = std::chrono::milliseconds(10'500)},
                          {.kind = FaultKind::relay_power_loss,
                           .begin = std::chrono::seconds(20),
                           .end = std::chrono::seconds(21)}};
  // So that nobody brings it back.
  for (std::uint8_t player = 0; player < options.players; ++player) {
    options.plan->faults.push_back({.kind = FaultKind::crash,
                                    .player = player,
                                    .begin = std::chrono::seconds(20),
                                    .end = std::chrono::seconds(22)});
  }
  options.plan->calm_from = std::chrono::seconds(40);
  StormMatch match(options);
  const StormReport& report = match.run();
  CHECK(report.problems == std::vector<std::string>{});
  CHECK(report.tally.renewals == 1);
  CHECK(report.tally.adoptions == 0);
  // Of the ten seconds since, a tenth of one.
  CHECK(report.tally.events_taken_back < 20);
}

TEST_CASE(
    "a player who slept through a life of the relay that lost power folds back to what came of "
    "it") {
  std::uint64_t folds_back = 0;
  for (std::uint64_t seed = 51; seed <= 66; ++seed) {
    StormOptions options = asleep(seed, std::chrono::milliseconds(10'000 + 3 * (seed % 16)));
    options.sync_interval = std::chrono::milliseconds(200);
    CAPTURE(seed);
    folds_back += folds_back_in(options);
  }
  CHECK(folds_back > 0);
}

TEST_CASE("a player who slept while others filled ticks that were final for it folds back, too") {
  // Given players who seldom do anything, so that mostly nothing told is missing afterwards, and
  // there is only more
  struct Idle : Tally {
    static std::optional<Event> play(const State&, PlayerId player, Random& random) {
      if (player.value == 1 || !random.chance(30)) return std::nullopt;
      return sample(random);
    }
  };
  std::uint64_t folds_back = 0;
  for (std::uint64_t seed = 101; seed <= 116; ++seed) {
    StormOptions options = asleep(seed, std::chrono::milliseconds(10'400));
    options.game = any_game<Idle>();
    options.sync_interval = std::chrono::milliseconds(400);
    CAPTURE(seed);
    folds_back += folds_back_in(options);
  }
  CHECK(folds_back > 0);
}

TEST_CASE("a spectator through a power loss of the relay sees the match that came of it") {
  std::uint64_t folds_back = 0;
  for (std::uint64_t seed = 71; seed <= 74; ++seed) {
    StormOptions options = deaths(FaultKind::relay_power_loss, seed);
    options.sync_interval = std::chrono::milliseconds(1000);
    options.spectators = 2;
    options.plan->faults = {{.kind = FaultKind::relay_power_loss,
                             .begin = std::chrono::milliseconds(10'000 + 250 * (seed % 4)),
                             .end = std::chrono::milliseconds(11'000)}};
    // So that nobody brings it back, and only spectators can be told of another match.
    for (std::uint8_t player = 0; player < options.players; ++player) {
      options.plan->faults.push_back({.kind = FaultKind::crash,
                                      .player = player,
                                      .begin = std::chrono::milliseconds(9900),
                                      .end = std::chrono::seconds(12)});
    }
    options.plan->calm_from = std::chrono::seconds(25);
    StormMatch match(options);
    CAPTURE(seed);
    CHECK(match.run().problems == std::vector<std::string>{});
    CHECK(match.report().spectators == options.spectators);
    folds_back += match.report().tally.folds_back;
  }
  CHECK(folds_back > 2);
}

TEST_CASE("a full disk stops no match, and the match is marked as unwritten in its file") {
  StormOptions options = deaths(FaultKind::disk_full, 21);
  options.plan->faults.resize(1);
  options.plan->calm_from = std::chrono::seconds(20);
  StormMatch match(options);
  const StormReport& report = match.run();
  CHECK(report.problems == std::vector<std::string>{});
  CHECK(report.tally.matches_unwritten == 1);
  const Result<ReadMatch> read = read_match(write_match(match.record()));
  REQUIRE(read);
  CHECK(read->record.is_unwritten);
  options.plan->faults.clear();
  StormMatch well(options);
  CHECK(well.run().tally.matches_unwritten == 0);
  CHECK_FALSE(well.record().is_unwritten);
}
