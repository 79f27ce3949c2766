// How players leave the relay's match, who takes their slots, and how a match ends.

#include "relay.hpp"
#include "support/catch.hpp"
#include "tutti/net/relay_match.hpp"

using namespace tutti;
using namespace tutti::test;

TEST_CASE("relay: a player who leaves is gone by an event, and holds nobody any more") {
  Relay relay = match_at_20();
  relay.advance(25);
  relay.announce(ada, 25);
  REQUIRE(relay.horizon() == 20);
  CHECK(relay.leave(bob) == Happened{"left 1 at 26", "horizon 25"});
  CHECK(relay.match().player_count() == 1);
  CHECK(relay.leave(bob).empty());
}

TEST_CASE("relay: the event of leaving says why") {
  Relay relay = match_at_20();
  CHECK(relay.leave(bob, LeaveReason::timed_out) == Happened{"left 1 by time-out at 21"});
}

TEST_CASE("relay: a player who leaves does so after all that was accepted of it") {
  Relay relay = match_at_20();
  relay.offer(bob, 40);
  CHECK(relay.leave(bob) == Happened{"left 1 at 41"});
}

TEST_CASE("relay: a player who has left is not listened to") {
  Relay relay = match_at_20();
  relay.leave(bob);
  CHECK(relay.announce(bob, 30).empty());
  CHECK(relay.offer(bob, 30) == Happened{"1#0 refused: not playing"});
}

TEST_CASE("relay: a player who leaves while catching up leaves no trace") {
  Relay relay = match_at_20(3);
  relay.admit("eve");
  CHECK(relay.leave(eve).empty());
  CHECK(relay.admit("eve") == Happened{"admitted 2"});
}

TEST_CASE("relay: a silent player who leaves has left by an event") {
  Relay relay = match_at_20();
  relay.play(100, {ada});
  REQUIRE_FALSE(relay.match().is_playing(bob));
  CHECK(relay.leave(bob) == Happened{"left 1 at 101"});
}

TEST_CASE("relay: a slot is free again, and its counters go on") {
  Relay relay = match_at_20();
  relay.offer(bob, 21);
  relay.offer(bob, 22);
  relay.leave(bob);
  relay.play(30, {ada});
  CHECK(relay.admit("eve") == Happened{"admitted 1"});
  CHECK(relay.match().counted(bob) == 2);
  CHECK(relay.announce(bob, 30) == Happened{"joined 1 as eve at 31"});
  CHECK(relay.repeat(bob, 0, 35).empty());
  CHECK(relay.repeat(bob, 2, 35) == Happened{"1#2 at 35"});
}

TEST_CASE("relay: nothing of a slot's last player hangs on the next one") {
  Relay relay = match_at_20();
  relay.offer(bob, 40);
  relay.leave(bob);
  relay.play(50, {ada});
  relay.admit("eve");
  relay.play(52, {ada, bob});
  CHECK(relay.match().progress(bob) == Tick{52});
  CHECK(relay.offer(bob, 53) == Happened{"1#1 at 53"});
}

TEST_CASE("relay: nobody joins a slot before its last player has left it") {
  Relay relay = match_at_20();
  relay.offer(bob, 40);
  REQUIRE(relay.leave(bob) == Happened{"left 1 at 41"});
  relay.admit("eve");
  // Otherwise the game would see eve join at 21 and leave at 41.
  CHECK(relay.announce(bob, 20).empty());
  relay.play(40, {ada});
  CHECK(relay.announce(bob, 40) == Happened{"joined 1 as eve at 41"});
}

TEST_CASE("relay: a match ends when its last player leaves") {
  Relay relay = match_at_20();
  relay.leave(bob);
  CHECK_FALSE(relay.match().is_over());
  CHECK(relay.leave(ada) == Happened{"left 0 at 21", "ended at 21", "horizon 21"});
  CHECK(relay.match().is_over());
  CHECK(relay.match().log().ended() == Tick{21});
}

TEST_CASE("relay: a match ends after all that was accepted") {
  Relay relay = match_at_20();
  relay.offer(bob, 45);
  CHECK(relay.end() == Happened{"ended at 46", "horizon 46"});
}

TEST_CASE("relay: a match ends when its only player gives up catching up") {
  Relay relay(2);
  relay.admit("ada");
  relay.advance(3);
  CHECK(relay.leave(ada) == Happened{"ended at 4", "horizon 4"});
}

TEST_CASE("relay: a match ends exactly at its time") {
  Relay relay(with_terms(2, {.ends_at = 100}));
  relay.admit("ada");
  relay.play(98, {ada});
  CHECK_FALSE(relay.match().is_over());
  CHECK(relay.advance(99) == Happened{"ended at 100", "horizon 100"});
}

TEST_CASE("relay: a match ends exactly at its time, whatever players stamp ahead") {
  Relay relay(with_terms(2, {.ends_at = 100}));
  relay.admit("ada");
  relay.play(90, {ada});
  CHECK(relay.offer(ada, 99) == Happened{"0#0 at 99"});
  CHECK(relay.offer(ada, 100) == Happened{"0#1 refused: after the end"});
  CHECK(relay.offer(ada, 120) == Happened{"0#2 refused: after the end"});
  CHECK(relay.announce(ada, 119) == Happened{"horizon 99"});
  CHECK(relay.offer(ada, 99) == Happened{"0#3 refused: after the end"});
  CHECK(relay.advance(99) == Happened{"ended at 100", "horizon 100"});
}

TEST_CASE("relay: a match ends exactly at its time, even if the clock has jumped over it") {
  Relay relay(with_terms(2, {.ends_at = 100}));
  relay.admit("ada");
  relay.play(90, {ada});
  CHECK(relay.advance(500) == Happened{"ended at 100", "horizon 100"});
}

TEST_CASE("relay: a match ends by its time at the latest, however players leave") {
  Relay relay(with_terms(1, {.ends_at = 100}));
  relay.admit("ada");
  relay.play(98, {ada});
  relay.offer(ada, 99);
  CHECK(relay.leave(ada) == Happened{"left 0 at 100", "ended at 100", "horizon 100"});
}

TEST_CASE("relay: a match of one tick is over at once") {
  Relay relay(with_terms(1, {.ends_at = 1}));
  relay.admit("ada");
  CHECK(relay.advance(1) == Happened{"ended at 1", "horizon 1"});
}

TEST_CASE("relay: its operator ends a match") {
  Relay relay = match_at_20();
  CHECK(relay.end() == Happened{"ended at 21", "horizon 21"});
  CHECK(relay.match().player_count() == 0);
}

TEST_CASE("relay: nothing is accepted after the end") {
  Relay relay = match_at_20();
  relay.end();
  const Head head = relay.match().log().head();
  CHECK(relay.end().empty());
  CHECK(relay.admit("eve") == Happened{"not admitted"});
  CHECK(relay.announce(ada, 30).empty());
  CHECK(relay.offer(ada, 30).empty());
  CHECK(relay.leave(bob).empty());
  CHECK(relay.advance(40).empty());
  CHECK(relay.match().log().head() == head);
  CHECK(relay.horizon() == 21);
}

TEST_CASE("relay: the end is the last event of the log") {
  Relay relay = match_at_20();
  relay.offer(ada, 33);
  relay.leave(ada);
  relay.leave(bob);
  const auto last = decode_relay_event(relay.match().log().events().back().payload);
  REQUIRE(last);
  CHECK(last->kind == EventKind::match_ended);
}
