// A spectator who watches a match as a player saw it sees what that player saw.

#include "support/catch.hpp"
#include "support/games.hpp"
#include "tutti/engine/storm.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/telemetry.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

/// Half a minute in bad weather.
const MatchRecord& stormy_match() {
  static StormMatch match({.game = any_game<Tally>(),
                           .ticks = Tick{1800},
                           .seed = 3,
                           .weather = {.delay = 70ms, .jitter = 20ms, .loss_ppm = 50'000},
                           .keeps_telemetry = true});
  static const StormReport& report = match.run();
  REQUIRE(report.problems == std::vector<std::string>{});
  return match.record();
}

Result<AnySession> watch_as(PlayerId player) {
  Result<ReadMatch> read = read_match(write_match(stormy_match()));
  REQUIRE(read);
  return AnySession::watch(any_game<Tally>(), std::move(read->record), {.as = player});
}

}  // namespace

TEST_CASE("a storm's record shows every player's screens again, and a session shows them too") {
  const MatchRecord& match = stormy_match();
  CHECK(players_seen(match).size() == 2);
  Result<AnySession> session = watch_as(PlayerId{1});
  REQUIRE(session);
  Instant now{};
  std::uint64_t heard_late = 0;
  std::int64_t ahead = 0;
  while (session->status() < Status::ended) {
    session->advance(now += 8ms);
    for (const EffectNotice& notice : session->effects())
      heard_late += notice.age_ticks > 0;
    const SessionStatistics statistics = session->statistics();
    ahead = std::max(ahead, statistics.predicted_ticks);
    if (now > Instant{} + 2min) break;
  }
  CHECK(session->status() == Status::ended);
  CHECK(session->statistics().timeline.rollbacks > 100);
  CHECK(heard_late > 50);  // the others' events
  CHECK(ahead >= 4);
  CHECK(session->player() == PlayerId{1});
  CHECK(session->names()[1] == "bot 2");
}

TEST_CASE("going back and forth as a player saw it shows the same as going straight") {
  Result<AnySession> straight = watch_as(PlayerId{0});
  Result<AnySession> jumping = watch_as(PlayerId{0});
  REQUIRE(straight);
  REQUIRE(jumping);
  Instant now{};
  std::map<std::int64_t, Digest> shown;
  straight->advance(now);
  straight->playback()->set_paused(true);
  const auto at = [&](AnySession& session, std::int64_t tick) {
    session.playback()->seek(Tick{tick});
    session.advance(now);
    return digest_state(session.game(), session.state());
  };
  for (std::int64_t tick = 0; tick <= straight->playback()->length().value; tick += 5)
    shown[tick] = at(*straight, tick);
  jumping->playback()->set_paused(true);
  Random random(8);
  for (int i = 0; i < 100; ++i) {
    const std::int64_t tick =
        5 * random.below(static_cast<std::uint32_t>(straight->playback()->length().value / 5));
    REQUIRE(at(*jumping, tick) == shown[tick]);
  }
}

TEST_CASE("a session without telemetry of the player that was asked for says so") {
  const Result<AnySession> session = watch_as(PlayerId{2});
  REQUIRE_FALSE(session);
  CHECK(session.error().fault == Fault::bad_data);
}
