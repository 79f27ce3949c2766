// A match whose relay died goes on from what was written of it.

#include "relay.hpp"
#include "support/catch.hpp"
#include "tutti/net/relay_match.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

/// The part of a match that the journal gives back.
Log written(const RelayMatch& match) {
  Log log(match.log().setup());
  for (std::uint32_t i = 0; i < match.accepted_count(); ++i)
    REQUIRE(log.add(match.accepted(i).event) == Log::Added::yes);
  log.close(match.horizon());
  return log;
}

Relay restarted(const Relay& relay, std::uint32_t epoch = 1) {
  const RelayMatch& match = relay.match();
  return Relay(RelayMatch({.setup = match.log().setup()}, written(match), epoch));
}

std::string event_text(const RelayMatch& match, std::uint32_t sequence) {
  return text_of(match, outcome::Accepted{sequence, {}});
}

}  // namespace

TEST_CASE("relay: a match goes on where its log is final, with an event that says so") {
  Relay before = match_at_20();
  before.offer(ada, 21);
  const Relay after = restarted(before);
  CHECK(after.clock() == 20);
  CHECK(after.horizon() == 20);
  CHECK(after.match().log().head() == before.match().log().head());
  const std::uint32_t last = after.match().accepted_count() - 1;
  CHECK(last == before.match().accepted_count());
  CHECK(event_text(after.match(), last) == "restarted as 1 at 21");
}

TEST_CASE(
    "relay: a player who was in a match still is when it goes on, but silent until it is back") {
  Relay relay = restarted(match_at_20());
  CHECK(relay.match().player_count() == 2);
  CHECK_FALSE(relay.match().is_playing(ada));
  CHECK(relay.advance(25) == Happened{"horizon 25"});
  CHECK(relay.announce(ada, 24) == Happened{"returned 0 at 26"});
  CHECK(relay.match().is_playing(ada));
}

TEST_CASE("relay: a player who has left before a restart has left") {
  Relay before = match_at_20();
  before.leave(bob);
  before.play(30, {ada});
  Relay after = restarted(before);
  CHECK(after.match().player_count() == 1);
  CHECK(after.admit("eve") == Happened{"admitted 1"});
}

TEST_CASE("relay: counters go on after a restart, the players' and its own") {
  Relay before = match_at_20();
  before.offer(ada, 21);
  before.offer(ada, 22);
  Relay after = restarted(before);
  CHECK(after.match().counted(ada) == 2);
  CHECK(after.match().counted(bob) == 0);
  CHECK(after.repeat(ada, 1, 25).empty());
  CHECK(after.repeat(ada, 2, 25) == Happened{"0#2 at 25"});
  Relay again = restarted(after, 2);
  CHECK(event_text(again.match(), again.match().accepted_count() - 1) == "restarted as 2 at 21");
}

TEST_CASE("relay: a refused event that no log knows holds nothing up after a restart") {
  Relay before = match_at_20();
  before.offer(ada, 21);
  REQUIRE(before.offer(ada, 90) == Happened{"0#1 refused: too early"});
  Relay after = restarted(before);
  // Ada goes on with counter 2; that 1 was refused is written nowhere.
  CHECK(after.repeat(ada, 2, 23) == Happened{"0#2 at 23"});
  CHECK(after.repeat(ada, 4, 24).empty());
  CHECK(after.repeat(ada, 3, 24) == Happened{"0#3 at 24"});
}

TEST_CASE("relay: a player whose joining the disk lost goes on with its counters") {
  Relay before = match_at_20();
  before.leave(bob);
  before.play(30, {ada});
  Relay after = restarted(before);
  REQUIRE(after.admit("bob") == Happened{"admitted 1"});
  after.advance(31);
  REQUIRE(after.announce(bob, 31).front() == "joined 1 as bob at 32");
  // No log knows of its events from its first time in the match.
  CHECK(after.repeat(bob, 7, 33) == Happened{"1#7 at 33"});
  CHECK(after.repeat(bob, 9, 34).empty());
  CHECK(after.repeat(bob, 8, 34) == Happened{"1#8 at 34"});
}

TEST_CASE("relay: stamps and ticks go on after a restart") {
  Relay before = match_at_20();
  before.offer(ada, 30);
  Relay after = restarted(before);
  CHECK(after.offer(ada, 25) == Happened{"0#1 at 30, asked for 25"});
}

TEST_CASE("relay: after a restart, what is told piece by piece promises no tick that is open") {
  Relay before = match_at_20();
  before.offer(ada, 30);
  before.offer(bob, 35);
  Relay after = restarted(before);
  after.advance(22);
  after.offer(ada, 30);
  after.offer(bob, 36);
  const RelayMatch& match = after.match();
  for (std::uint32_t i = 0; i < match.accepted_count(); ++i) {
    for (std::uint32_t later = i; later < match.accepted_count(); ++later) {
      CAPTURE(i, later);
      REQUIRE(match.accepted(later).event.tick > match.accepted(i).horizon_before);
    }
  }
}

TEST_CASE("relay: nobody joins a slot before its last player has left it, restart or not") {
  Relay before = match_at_20();
  before.offer(bob, 40);
  REQUIRE(before.leave(bob) == Happened{"left 1 at 41"});
  Relay after = restarted(before);
  after.admit("eve");
  CHECK(after.announce(bob, 22).empty());
  after.advance(40);
  CHECK(after.announce(bob, 40) == Happened{"joined 1 as eve at 41"});
}

TEST_CASE("relay: a restart changes no tick that was final") {
  Relay before = match_at_20();
  for (std::int64_t tick = 21; tick < 80; ++tick) {
    before.play(tick, {ada, bob});
    before.offer(tick % 2 == 0 ? ada : bob, tick + tick % 7);
  }
  const Relay after = restarted(before);
  for (Tick tick{0}; tick <= before.match().horizon(); ++tick)
    REQUIRE(after.match().log().head(tick) == before.match().log().head(tick));
}
