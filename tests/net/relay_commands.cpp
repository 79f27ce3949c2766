// Commands at the relay: what is said once is never refused as late nor for want of room, and keeps
// its order.

#include "relay.hpp"
#include "support/catch.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

/// The clock goes on to this tick, for bob alone; ada's path is cut.
void cut_off_ada(Relay& relay, std::int64_t clock) {
  for (std::int64_t tick = relay.clock() + 1; tick <= clock; ++tick) {
    relay.advance(tick);
    relay.announce(bob, tick);
  }
}

}  // namespace

TEST_CASE("relay: commands of an outage are all ordered at its end, and its inputs expire") {
  Relay relay = match_at_20();
  cut_off_ada(relay, 260);
  REQUIRE(relay.horizon() == 260);
  CHECK(relay.say(ada, 30) == Happened{"0#0 at 261, asked for 30"});
  CHECK(relay.offer(ada, 40) == Happened{"0#1 refused: expired"});
  CHECK(relay.say(ada, 50) == Happened{"0#2 at 261, asked for 50"});
  CHECK(relay.offer(ada, 262) == Happened{"0#3 at 262"});
  CHECK(relay.say(ada, 262) == Happened{"0#4 at 262"});
}

TEST_CASE("relay: the ninth command at a tick goes to the next, and an input there is refused") {
  Relay relay = match_at_20();
  for (int i = 0; i < 8; ++i)
    relay.say(ada, 25);
  CHECK(relay.offer(ada, 25) == Happened{"0#8 refused: over limit"});
  CHECK(relay.say(ada, 25) == Happened{"0#9 at 26, asked for 25"});
  // Two inputs of different ticks stay apart, a command only keeps the order.
  CHECK(relay.offer(ada, 26) == Happened{"0#10 at 27, asked for 26"});
  CHECK(relay.say(ada, 26) == Happened{"0#11 at 27, asked for 26"});
}

TEST_CASE("relay: commands that would land 30 ticks ahead of the clock wait, and what follows") {
  Relay relay = match_at_20();
  for (int i = 0; i < 8 * limits::stamp_ahead_ticks; ++i)
    REQUIRE(relay.say(ada, 21).size() == 1);
  CHECK(relay.say(ada, 21).empty());
  CHECK(relay.match().counted(ada) == 240);
  CHECK(relay.say(bob, 51).empty());
  CHECK(relay.say(bob, 21) == Happened{"1#0 at 21"});
  relay.play(21, {ada, bob});
  CHECK(relay.say(ada, 21) == Happened{"0#240 at 51, asked for 21"});
  CHECK(relay.say(bob, 51) == Happened{"1#1 at 51"});
}

TEST_CASE("relay: a command that was long on its way says nothing about its sender's path") {
  Relay relay = match_at_20();
  const std::int64_t window = relay.match().window(ada);
  cut_off_ada(relay, 260);
  relay.say(ada, 30);
  relay.announce(ada, 260);
  relay.play(300, {ada, bob});
  CHECK(relay.match().window(ada) == window);
}

TEST_CASE("relay: players of one client are counted as one, and each has its own events in order") {
  Relay relay(3);
  relay.admit("ada");
  relay.admit_beside("ben", ada);
  relay.admit("eve");
  relay.play(20, {ada, bob, PlayerId{2}});
  CHECK(relay.offer(ada, 22) == Happened{"0#0 at 22"});
  CHECK(relay.offer(bob, 22) == Happened{"1#1 at 22"});
  CHECK(relay.offer(PlayerId{2}, 22) == Happened{"2#0 at 22"});
  CHECK(relay.repeat(bob, 1, 22).empty());
  CHECK(relay.repeat(ada, 3, 22).empty());
  CHECK(relay.offer(ada, 23) == Happened{"0#2 at 23"});
  CHECK(relay.match().counted(bob) == 3);
  // A relay that is started again knows them by their secret.
  RelayMatch again({.setup = relay.match().log().setup()}, relay.match().log(), 5);
  CHECK(again.counted(ada) == 3);
  CHECK(again.counted(bob) == 3);
  CHECK(again.counted(PlayerId{2}) == 1);
}
