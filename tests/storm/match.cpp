// Whole matches in simulated weather: relay, sessions and game are the real ones.

#include "support/catch.hpp"
#include "support/games.hpp"
#include "support/tiles.hpp"
#include "tutti/engine/storm.hpp"

using namespace tutti;
using tutti::test::Tally;

namespace {

WeatherOptions bad_weather() {
  return {.delay = std::chrono::milliseconds(40),
          .jitter = std::chrono::milliseconds(20),
          .loss_ppm = 100'000,
          .duplicate_ppm = 20'000,
          .reorder_ppm = 20'000};
}

StormOptions tally(std::uint8_t players, std::uint64_t seed) {
  return {.game = any_game<Tally>(), .players = players, .ticks = Tick{3600}, .seed = seed};
}

/// A game in which nothing can happen.
struct Still {
  static constexpr const char* name = "still";
  static constexpr const char* version = "1";
  struct Event {
    std::uint8_t nothing = 0;
    TUTTI_FIELDS(nothing)
  };
  struct State {
    std::uint8_t nothing = 0;
    TUTTI_FIELDS(nothing)
  };
  static State start(const Setup&) { return {}; }
  static void step(State&, Events<Event>, Effects<>&) noexcept {}
};

}  // namespace

TEST_CASE("players in bad weather fold the same states as the replay") {
  const std::uint8_t players = GENERATE(std::uint8_t{2}, std::uint8_t{3}, std::uint8_t{8});
  StormOptions options = tally(players, 5);
  options.weather = bad_weather();
  StormMatch match(options);
  const StormReport& report = match.run();
  CHECK(report.problems.empty());
  CHECK(report.is_equal);
  CHECK(report.ticks == Tick{3600});
  CHECK(report.wire.up.play.lost > 100);
  CHECK(report.wire.down.play.reordered > 10);
  CHECK(report.wire.up.play.duplicated > 10);
  REQUIRE(report.players.size() == players);
  for (const StormPlayer& player : report.players) {
    CHECK(player.fold == report.replay_fold);
    CHECK(player.timeline.rollbacks >= 100);
    CHECK(player.timeline.depth_mean() > 4);
  }
}

TEST_CASE("without weather nobody rolls back further than the frames between two passes") {
  StormMatch match(tally(2, 3));
  const StormReport& report = match.run();
  CHECK(report.problems.empty());
  for (const StormPlayer& player : report.players) {
    CHECK(player.timeline.depth_max <= 3);
    CHECK(player.late_events == 0);
  }
}

TEST_CASE("a match whose terms have an end is over then, before the storm's length") {
  StormOptions options = tally(2, 3);
  options.terms.ends_at = 900;
  const StormReport report = StormMatch(options).run();
  CHECK(report.problems.empty());
  CHECK(report.ticks == Tick{900});
}

TEST_CASE("one seed is one match, another seed another") {
  StormOptions options = tally(2, 11);
  options.weather = bad_weather();
  StormMatch first(options);
  StormMatch again(options);
  options.seed = 12;
  StormMatch other(options);
  CHECK(first.run().replay_fold == again.run().replay_fold);
  CHECK(first.report().wire.up.bytes() == again.report().wire.up.bytes());
  CHECK(first.report().players[0].timeline.rollbacks ==
        again.report().players[0].timeline.rollbacks);
  CHECK(first.report().replay_fold != other.run().replay_fold);
}

TEST_CASE("input delay trades rollbacks for latency and changes no agreement") {
  StormOptions options = tally(2, 21);
  options.weather = bad_weather();
  StormMatch direct(options);
  options.terms.input_delay_ticks = 4;
  StormMatch delayed(options);
  CHECK(direct.run().problems.empty());
  CHECK(delayed.run().is_equal);
  CHECK(delayed.report().players[0].timeline.depth_mean() + 2 <
        direct.report().players[0].timeline.depth_mean());
}

TEST_CASE("a player far from the relay plays on: late events are moved, nothing is lost") {
  StormOptions options = tally(2, 31);
  options.weather = {.delay = std::chrono::milliseconds(300),
                     .jitter = std::chrono::milliseconds(60),
                     .loss_ppm = 50'000};
  StormMatch match(options);
  const StormReport& report = match.run();
  CHECK(report.is_equal);
  CHECK(report.players[0].late_events + report.players[1].late_events > 50);
}

TEST_CASE("players near and far share the work of prediction evenly") {
  const std::uint64_t seed = GENERATE(std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3});
  StormOptions options = tally(2, seed);
  options.paths = {{.delay = std::chrono::milliseconds(20)},
                   {.delay = std::chrono::milliseconds(120)}};
  if (seed == 2) std::swap(options.paths[0], options.paths[1]);
  StormMatch match(options);
  const StormReport& report = match.run();
  CHECK(report.is_equal);
  const double near = report.players[0].timeline.depth_mean();
  const double far = report.players[1].timeline.depth_mean();
  CHECK(near > 5);
  CHECK(std::abs(near - far) <= 0.5);
}

TEST_CASE("a match in which nothing happens proves nothing and says so") {
  StormMatch match({.game = any_game<Still>(), .ticks = Tick{600}, .weather = bad_weather()});
  const StormReport& report = match.run();
  CHECK(report.is_equal);
  CAPTURE(report.problems);
  CHECK(report.problems.size() >= 2);
}

TEST_CASE("when the relay dies and is started again, the players come back and the match goes on") {
  const std::uint64_t seed = GENERATE(std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3});
  StormOptions options = tally(3, seed);
  options.weather = bad_weather();
  options.relay_crashes = {Tick{900}, Tick{1800}};
  StormMatch match(options);
  const StormReport& report = match.run();
  CAPTURE(seed, report.problems);
  CHECK(report.is_equal);
  CHECK(report.problems.empty());
  CHECK(report.ticks == Tick{3600});  // its time is in the log, which outlived two relays
  std::size_t restarts = 0;
  for (const EventView& event : match.record().log.events()) {
    const auto relay_event = relay_event_of(event);
    restarts += relay_event && relay_event->kind == EventKind::restarted;
  }
  CHECK(restarts == 2);
}

TEST_CASE("a match whose state is in pages is the same on all machines") {
  StormOptions options{
      .game = any_game<tutti::test::Tiles<20'000>>(), .players = 3, .ticks = Tick{1200}};
  options.weather = bad_weather();
  StormMatch match(options);
  const StormReport& report = match.run();
  CHECK(report.problems.empty());
  CHECK(report.is_equal);
  for (const StormPlayer& player : report.players) {
    CHECK(player.fold == report.replay_fold);
    CHECK(player.timeline.rollbacks >= 50);
  }
}

TEST_CASE("eight players in bad weather all get to the end, whatever was lost last") {
  const std::uint64_t seed = GENERATE(range(std::uint64_t{1}, std::uint64_t{9}));
  StormOptions options = tally(8, seed);
  options.ticks = Tick{1200};
  options.weather = bad_weather();
  StormMatch match(options);
  const StormReport& report = match.run();
  CAPTURE(seed, report.problems);
  CHECK(report.problems.empty());
}
