// Input delay by the relay's measure: as much as the paths need, by an event, and without flutter.

#include "relay.hpp"
#include "support/catch.hpp"
#include "tutti/net/relay_match.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

constexpr MatchTerms shared{.delay_policy = DelayPolicy::shared};
constexpr MatchTerms own{.delay_policy = DelayPolicy::own};

/// Players announce what they may still change: the tick that they show plus their input delay, as
/// many ticks later as their paths are long.
Happened play(Relay& relay, std::int64_t ticks, const std::vector<std::int64_t>& paths) {
  Happened happened;
  for (const std::int64_t until = relay.clock() + ticks; relay.clock() < until;) {
    const Happened step = relay.advance(relay.clock() + 1);
    for (const std::string& what : step) {
      if (what.starts_with("delay")) happened.push_back(what.substr(0, what.find(" at ")));
    }
    for (std::uint8_t i = 0; i < paths.size(); ++i) {
      const PlayerId player{i};
      relay.announce(player, relay.clock() - paths[i] + relay.match().input_delay(player));
    }
  }
  return happened;
}

}  // namespace

TEST_CASE("relay: near players have no input delay") {
  Relay relay = match_at_20(2, shared);
  CHECK(play(relay, 1200, {1, 2}).empty());
}

TEST_CASE("relay: players far from one another share the delay that their paths need") {
  Relay relay = match_at_20(2, shared);
  // Four ticks each way are eight in which the other predicts; four of them are left to it.
  CHECK(play(relay, 1200, {4, 4}) == Happened{"delay of 0 is 4", "delay of 1 is 4"});
  CHECK(relay.match().input_delay(ada) == 4);
}

TEST_CASE("relay: with delays of their own near ones among each other are spared") {
  Relay relay = match_at_20(3, own);
  relay.admit("eve");
  const Happened happened = play(relay, 1200, {1, 1, 7});
  // Everybody's events travel to eve or from her.
  CHECK(relay.match().input_delay(ada) == 4);
  CHECK(relay.match().input_delay(eve) == 4);
  relay.leave(eve);
  play(relay, 6000, {1, 1});
  CHECK(relay.match().input_delay(ada) == 0);
}

TEST_CASE("relay: no path takes more input delay than a hand bears") {
  Relay relay = match_at_20(2, shared);
  play(relay, 2400, {11, 11});
  CHECK(relay.match().input_delay(ada) == 6);
}

TEST_CASE("relay: a longer path is answered within seconds, a shorter one a tick at a time") {
  Relay relay = match_at_20(2, shared);
  play(relay, 600, {1, 1});
  play(relay, 180, {5, 4});
  CHECK(relay.match().input_delay(bob) == 5);
  const Happened less = play(relay, 700, {3, 3});
  CHECK(less == Happened{"delay of 0 is 4", "delay of 1 is 4"});
}

TEST_CASE("relay: a path that wavers by a tick does not make the delay waver") {
  Relay relay = match_at_20(2, shared);
  int changes = 0;
  for (int i = 0; i < 20; ++i)
    changes += static_cast<int>(play(relay, 240, {4 + i % 2, 4}).size());
  CHECK(changes <= 4);
}

TEST_CASE("relay: the terms' delay is the least") {
  Relay relay = match_at_20(2, {.delay_policy = DelayPolicy::shared, .input_delay_ticks = 3});
  CHECK(relay.match().input_delay(ada) == 3);
  CHECK(play(relay, 1200, {1, 1}).empty());
}

TEST_CASE("relay: in lockstep all of the way becomes input delay") {
  Relay relay = match_at_20(2, {.delay_policy = DelayPolicy::shared, .is_lockstep = true});
  play(relay, 1200, {3, 3});
  CHECK(relay.match().input_delay(ada) >= 6);
  CHECK(relay.match().input_delay(ada) <= limits::input_window_ticks);
}

TEST_CASE("relay: a player who joins later has the delay that all share") {
  Relay relay = match_at_20(3, shared);
  play(relay, 600, {4, 4});
  relay.admit("eve");
  play(relay, 200, {4, 4, 1});
  CHECK(relay.match().input_delay(eve) == 4);
}

TEST_CASE("relay: a delay that was given outlives the relay") {
  Relay before = match_at_20(2, shared);
  play(before, 600, {4, 4});
  const RelayMatch& match = before.match();
  Log log(match.log().setup());
  for (std::uint32_t i = 0; i < match.accepted_count(); ++i)
    REQUIRE(log.add(match.accepted(i).event) == Log::Added::yes);
  log.close(match.horizon());
  const RelayMatch after({.setup = log.setup()}, log, 1);
  CHECK(after.input_delay(ada) == 4);
}
