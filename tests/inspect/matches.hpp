#pragma once
// Matches for the tests of the inspector.

#include "base/game_choice.hpp"
#include "model/live_match.hpp"
#include "support/catch.hpp"

namespace tutti::test {

/// The options that lead to the games of the tests.
inline const tool::GameChoice games{
    .game = {}, .folders = {TUTTI_TEST_GAMES "/good"}, .options = {}};

/// Tally as a module, which files can be opened with.
inline AnyGame tally() {
  Result<AnyGame> game = games.catalog().find_any("tally@1.2");
  REQUIRE(game);
  return *game;
}

/// 3,000 ticks of silence, but that player 0 holds 1 from tick 301 to 303, and
/// 2 from tick 2900 on.
inline MatchRecord scored_match() {
  MatchOpening opening;
  opening.setup = tally().setup(1, 2);
  MatchRecord record(std::move(opening));
  const auto hold = [&](Tick tick, std::int8_t value, std::uint32_t counter) {
    const Bytes payload{static_cast<std::byte>(value)};
    REQUIRE(record.log.add({tick, author_of(PlayerId{0}), counter, payload}) == Log::Added::yes);
  };
  hold(Tick{301}, 1, 0);
  hold(Tick{304}, 0, 1);
  hold(Tick{2900}, 2, 2);
  record.log.close(Tick{3000});
  return record;
}

/// 60 ms one way, with jitter and losses, for two players.
inline std::vector<tool::TwoWays> bad_weather() {
  const WeatherOptions way{.delay = std::chrono::milliseconds(60),
                           .jitter = std::chrono::milliseconds(20),
                           .loss_ppm = 30'000};
  return {{way, way}, {way, way}};
}

}  // namespace tutti::test
