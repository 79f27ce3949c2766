// Lost players: the relay's match goes on, holds or ends, as its terms say.

#include "relay.hpp"
#include "support/catch.hpp"
#include "tutti/net/relay_match.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

constexpr std::uint16_t patience = 5;
constexpr MatchTerms holding{.on_loss = LossPolicy::hold, .patience_seconds = patience};
constexpr MatchTerms ending{.on_loss = LossPolicy::end, .patience_seconds = patience};
constexpr std::int64_t second = 60;

/// Everything that has happened, in one list.
Happened operator+(Happened before, const Happened& then) {
  before.insert(before.end(), then.begin(), then.end());
  return before;
}

/// Time passes in a hold while these players give signs of life.
Happened wait(Relay& relay, std::int64_t ticks, const std::vector<PlayerId>& players) {
  Happened happened;
  for (std::int64_t i = 0; i < ticks; ++i) {
    happened = happened + relay.advance(relay.clock() + 1);
    for (const PlayerId player : players)
      happened = happened + relay.announce(player, relay.clock());
  }
  return happened;
}

/// Bob has been silent since tick 20; the match is held for him.
Relay held_for_bob(std::uint8_t players = 2) {
  Relay relay = match_at_20(players, holding);
  relay.play(20 + second, {ada});
  REQUIRE(relay.match().is_playing(bob));
  REQUIRE_FALSE(relay.match().is_held());
  relay.play(20 + second + 1, {ada});
  REQUIRE_FALSE(relay.match().is_playing(bob));
  REQUIRE(relay.match().is_held());
  return relay;
}

}  // namespace

TEST_CASE("relay: a lost player holds the match: it stands still after a tick that all know of") {
  Relay relay = match_at_20(2, holding);
  relay.play(20 + second, {ada});
  const Happened lost = relay.advance(20 + second + 1);
  REQUIRE(lost.size() >= 2);
  CHECK(lost[0] == "silenced 1 at 82");
  CHECK(lost[1] == "held at 82");
  CHECK_FALSE(relay.match().is_standing());
  relay.play(82, {ada});
  CHECK(relay.match().is_standing());
  wait(relay, 100, {ada});
  CHECK(relay.clock() == 82);
}

TEST_CASE("relay: a hold begins and ends as many ticks ahead as the longest path takes") {
  Relay relay = match_at_20(3, holding);
  relay.admit("eve");
  for (std::int64_t tick = 21; tick <= 300; ++tick) {
    relay.advance(tick);
    relay.announce(ada, tick);
    relay.announce(bob, tick);
    relay.announce(eve, tick - 7);
  }
  Happened happened;
  for (std::int64_t tick = 301; !relay.match().is_held(); ++tick) {
    happened = relay.advance(tick);
    relay.announce(ada, tick);
    relay.announce(eve, tick - 7);
  }
  CHECK(happened.at(1) == "held at " + std::to_string(relay.clock() + 7));
  const std::int64_t held_at = relay.clock() + 7;
  wait(relay, 7, {ada});
  REQUIRE(relay.match().is_standing());
  const Happened back = relay.announce(bob, held_at);
  REQUIRE(back.size() >= 2);
  CHECK(back[1] == "resumed at " + std::to_string(held_at + 7));
}

TEST_CASE("relay: the match goes on when the lost player is back") {
  Relay relay = held_for_bob();
  wait(relay, 2 * second, {ada});
  REQUIRE(relay.clock() == 82);
  CHECK(relay.announce(bob, 60) == Happened{"returned 1 at 83", "resumed at 83"});
  CHECK_FALSE(relay.match().is_held());
  relay.play(90, {ada, bob});
  CHECK(relay.horizon() == 90);
}

TEST_CASE("relay: a player who is back within a moment is back: the clock never stood") {
  Relay relay = held_for_bob();
  relay.announce(bob, relay.clock());
  CHECK_FALSE(relay.match().is_held());
  relay.play(100, {ada, bob});
  CHECK(relay.clock() == 100);
}

TEST_CASE(
    "relay: a player who is not back when the patience is over has left, and the match goes on") {
  Relay relay = held_for_bob();
  const Happened before = wait(relay, patience * second, {ada});
  CHECK(before == Happened{"horizon 82"});
  CHECK(relay.match().is_standing());
  CHECK(wait(relay, 1, {ada}) == Happened{"left 1 by time-out at 83", "resumed at 83"});
  relay.play(100, {ada});
  CHECK(relay.clock() == 100);
  CHECK(relay.match().player_count() == 1);
}

TEST_CASE("relay: a second player who is lost in a hold is waited for as well") {
  Relay relay = held_for_bob();
  const Happened happened = wait(relay, 3 * second, {});
  CHECK(std::count(happened.begin(), happened.end(), "silenced 0 at 83") == 1);
  CHECK(relay.announce(bob, 82) == Happened{"returned 1 at 83"});
  CHECK(relay.match().is_standing());
  CHECK(relay.announce(ada, 82) == Happened{"returned 0 at 83", "resumed at 83"});
}

TEST_CASE("relay: a player who is only present in a hold is not lost, though nobody gets on") {
  Relay relay = held_for_bob();
  wait(relay, 4 * second, {ada});
  CHECK(relay.match().is_playing(ada));
}

TEST_CASE("relay: a match in which all are lost waits, and is over when nobody comes back") {
  Relay relay = match_at_20(2, holding);
  relay.advance(200);
  REQUIRE(relay.match().is_held());
  const Happened happened = wait(relay, (patience + 2) * second, {});
  CHECK(relay.match().is_over());
  CHECK(happened.back() == "horizon " + std::to_string(relay.horizon()));
}

TEST_CASE("relay: changes of players in a hold count when it is over") {
  Relay relay = held_for_bob();
  wait(relay, second, {ada});
  CHECK(relay.offer(ada, 83) == Happened{"0#0 at 83"});
}

TEST_CASE("relay: a player who says goodbye is not waited for") {
  Relay relay = match_at_20(3, holding);
  relay.leave(bob);
  CHECK_FALSE(relay.match().is_held());
}

TEST_CASE("relay: a match does not hold a tick before its end") {
  Relay relay = match_at_20(2, {.ends_at = 82, .on_loss = LossPolicy::hold});
  relay.play(81, {ada});
  CHECK(relay.match().log().ended() == Tick{82});
}

TEST_CASE("relay: a match that is held when its relay dies is held when it goes on") {
  const Relay before = held_for_bob();
  const RelayMatch& match = before.match();
  Log log(match.log().setup());
  for (std::uint32_t i = 0; i < match.accepted_count(); ++i)
    REQUIRE(log.add(match.accepted(i).event) == Log::Added::yes);
  log.close(match.horizon());
  Relay relay(RelayMatch({.setup = log.setup()}, log, 1));
  CHECK(relay.match().is_held());
  wait(relay, 10, {ada});
  CHECK(relay.match().is_playing(ada));
  CHECK(relay.match().is_standing());
  const Happened back = relay.announce(bob, relay.clock());
  CHECK(back.at(1).starts_with("resumed at "));
}

TEST_CASE("relay: a match that ends without a player does so when the patience is over") {
  Relay relay = match_at_20(2, ending);
  relay.play(20 + second + 1 + patience * second, {ada});
  CHECK_FALSE(relay.match().is_over());
  CHECK(relay.advance(relay.clock() + 1) ==
        Happened{"left 1 by time-out at 383", "ended at 383", "horizon 383"});
}

TEST_CASE("relay: a match that ends without a player goes on if the player is back in time") {
  Relay relay = match_at_20(2, ending);
  relay.play(20 + 3 * second, {ada});
  relay.announce(bob, relay.clock());
  relay.play(20 + 20 * second, {ada, bob});
  CHECK_FALSE(relay.match().is_over());
}

TEST_CASE("relay: a match that ends without a player ends when one leaves or is removed") {
  Relay relay = match_at_20(3, ending);
  CHECK(relay.leave(bob, LeaveReason::kicked) ==
        Happened{"left 1 by kick at 21", "ended at 21", "horizon 21"});
}

TEST_CASE("relay: the player who opened the room is its creator, until it leaves") {
  Relay relay = match_at_20();
  CHECK(relay.match().is_creator(ada));
  CHECK_FALSE(relay.match().is_creator(bob));
  relay.leave(ada);
  relay.play(30, {bob});
  relay.admit("eve");
  relay.announce(ada, 30);
  REQUIRE(relay.match().is_playing(ada));  // eve, in ada's slot
  CHECK_FALSE(relay.match().is_creator(ada));
}
