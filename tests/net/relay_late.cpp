// Events that are late, early, too many or repeated: the relay moves them, never loses one without
// a word, and never puts one into the past that others have already seen.

#include "relay.hpp"
#include "support/catch.hpp"
#include "tutti/net/relay_match.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

/// The clock goes on while ada announces at once and bob `delay` ticks later.
void play_with_delay(Relay& relay, std::int64_t clock, std::int64_t delay) {
  for (std::int64_t tick = relay.clock() + 1; tick <= clock; ++tick) {
    relay.advance(tick);
    relay.announce(ada, tick);
    relay.announce(bob, tick - delay);
  }
}

}  // namespace

TEST_CASE("relay: an event in a closed tick goes to the first one after the horizon") {
  Relay relay = match_at_20();
  relay.advance(24);
  relay.announce(bob, 24);
  REQUIRE(relay.horizon() == 20);
  relay.announce(ada, 22);
  REQUIRE(relay.horizon() == 22);
  CHECK(relay.offer(ada, 21) == Happened{"0#0 at 23, asked for 21"});
  CHECK_FALSE(relay.match().accepted(2).is_as_offered);
  CHECK(relay.match().statistics().moved == 1);
}

TEST_CASE("relay: an event before its sender's own announced progress goes after it") {
  Relay relay = match_at_20();
  relay.announce(ada, 26);
  REQUIRE(relay.horizon() == 20);
  CHECK(relay.offer(ada, 26) == Happened{"0#0 at 27, asked for 26"});
  CHECK(relay.offer(bob, 22) == Happened{"1#0 at 22"});
}

TEST_CASE("relay: an event from further back than its sender's window goes to the window") {
  Relay relay = match_at_20();
  REQUIRE(relay.match().window(bob) == 2);
  relay.advance(30);
  relay.announce(ada, 30);
  REQUIRE(relay.horizon() == 20);
  CHECK(relay.offer(bob, 27) == Happened{"1#0 at 28, asked for 27"});
}

TEST_CASE("relay: an event from as far back as its sender's window is in time") {
  Relay relay = match_at_20();
  relay.advance(30);
  relay.announce(ada, 30);
  CHECK(relay.offer(bob, 28) == Happened{"1#0 at 28"});
}

TEST_CASE("relay: a late event is never earlier than asked when another player is slow") {
  Relay relay = match_at_20();
  relay.advance(30);
  relay.announce(ada, 29);
  REQUIRE(relay.horizon() == 20);
  // After the horizon comes tick 21, but ada asked for 29.
  CHECK(relay.offer(ada, 29) == Happened{"0#0 at 30, asked for 29"});
}

TEST_CASE("relay: the window follows the measured delay of the path") {
  Relay relay = match_at_20();
  play_with_delay(relay, 200, 5);
  CHECK(relay.match().window(bob) == 7);
  CHECK(relay.match().window(ada) == 2);
  CHECK(relay.offer(bob, 200 - 5) == Happened{"1#0 at 196, asked for 195"});  // after its progress
}

TEST_CASE("relay: an uneven path has a wider window than a steady one of the same delay") {
  Relay relay = match_at_20();
  for (std::int64_t tick = 21; tick <= 200; ++tick) {
    relay.advance(tick);
    relay.announce(ada, tick - 2);
    if (tick % 4 == 0) relay.announce(bob, tick - (tick % 8 == 0 ? 1 : 3));
  }
  CHECK(relay.match().window(ada) == 4);
  CHECK(relay.match().window(bob) >= 7);
}

TEST_CASE("relay: no window is wider than the input window, nor narrower than two ticks") {
  Relay relay = match_at_20();
  play_with_delay(relay, 200, 40);
  CHECK(relay.match().window(bob) == input_window);
  CHECK(relay.match().window(ada) == 2);
}

TEST_CASE("relay: an unmeasured player may use the whole input window") {
  Relay relay(1);
  relay.admit("ada");
  relay.advance(1);
  relay.announce(ada, 1);
  CHECK(relay.match().window(ada) == input_window);
}

TEST_CASE("relay: a player who hoards its input cannot answer an attack in the past") {
  Relay relay = match_at_20();
  play_with_delay(relay, 100, 1);
  // Bob falls silent; the horizon waits for him. Ada attacks, and he has seen it four ticks later.
  relay.play(105, {ada});
  REQUIRE(relay.offer(ada, 106) == Happened{"0#0 at 106"});
  relay.play(110, {ada});
  REQUIRE(relay.horizon() == 99);
  // A guard from before the attack lands where an honest late one would: after it.
  CHECK(relay.offer(bob, 105) == Happened{"1#0 at 107, asked for 105"});
}

TEST_CASE("relay: a burst out of silence widens the window for later, not for itself") {
  Relay relay = match_at_20();
  relay.advance(45);
  relay.announce(ada, 45);
  // The hoarded events come datagram by datagram, each with the progress announced then, at one
  // moment.
  for (std::int64_t tick = 34; tick < 42; ++tick) {
    CAPTURE(tick);
    relay.announce(bob, tick);
    CHECK(relay.match().window(bob) == 2);
  }
  CHECK(relay.offer(bob, 42) == Happened{"1#0 at 43, asked for 42"});
  relay.advance(47);
  // It widens as slowly as time passes.
  CHECK(relay.match().window(bob) == 4);
}

TEST_CASE("relay: how events came is measured for each player, in spans of ten seconds") {
  RelayMatch match({.setup = setup_for(2)});
  match.handle(command::Admit{"ada"});
  const auto at = [&](std::int64_t clock, std::int64_t stamp, std::uint32_t counter) {
    match.handle(command::Advance{Tick{clock}});
    match.handle(command::Announce{ada, Tick{clock}});
    match.handle(command::Offer{ada, counter, Tick{stamp}, {}});
  };
  at(10, 13, 0);
  at(20, 18, 1);
  CHECK(match.take_margins().empty());
  at(599, 600, 2);
  at(600, 601, 3);
  const std::vector<ArrivalMargins> first = match.take_margins();
  CHECK(first == std::vector<ArrivalMargins>{{Tick{0}, ada, 3, 1, -2, 3, 2}});
  match.handle(command::End{});
  CHECK(match.take_margins().at(0).from == Tick{600});
}

TEST_CASE("relay: a tap that comes late still lasts two ticks") {
  Relay relay = match_at_20();
  relay.advance(30);
  relay.play(31, {ada, bob});
  CHECK(relay.offer(ada, 27) == Happened{"0#0 at 32, asked for 27"});
  CHECK(relay.offer(ada, 28) == Happened{"0#1 at 33, asked for 28"});
  CHECK(relay.offer(ada, 31) == Happened{"0#2 at 34, asked for 31"});
  CHECK(relay.offer(ada, 35) == Happened{"0#3 at 35"});
}

TEST_CASE("relay: late events that shared a tick share one again") {
  Relay relay = match_at_20();
  relay.play(31, {ada, bob});
  CHECK(relay.offer(ada, 28) == Happened{"0#0 at 32, asked for 28"});
  CHECK(relay.offer(ada, 28) == Happened{"0#1 at 32, asked for 28"});
}

TEST_CASE("relay: an event older than horizon less input window is refused as expired") {
  Relay relay = match_at_20();
  relay.play(60, {ada, bob});
  CHECK(relay.offer(ada, 60 - input_window - 1) == Happened{"0#0 refused: expired"});
  CHECK(relay.offer(ada, 60 - input_window) == Happened{"0#1 at 61, asked for 48"});
  CHECK(relay.match().statistics().refused == 1);
}

TEST_CASE("relay: an event too far ahead of the clock is refused") {
  Relay relay = match_at_20();
  CHECK(relay.offer(ada, 20 + limits::stamp_ahead_ticks) == Happened{"0#0 at 50"});
  CHECK(relay.offer(ada, 20 + limits::stamp_ahead_ticks + 1) == Happened{"0#1 refused: too early"});
}

TEST_CASE("relay: the ninth event of a tick is refused, and another tick is free") {
  Relay relay = match_at_20();
  for (std::size_t i = 0; i < limits::events_per_tick; ++i) {
    REQUIRE(relay.offer(ada, 25) == Happened{"0#" + std::to_string(i) + " at 25"});
  }
  CHECK(relay.offer(ada, 25) == Happened{"0#8 refused: over limit"});
  CHECK(relay.offer(bob, 25) == Happened{"1#0 at 25"});
  CHECK(relay.offer(ada, 26) == Happened{"0#9 at 26"});
}

TEST_CASE("relay: an event of more than 255 bytes is refused") {
  Relay relay = match_at_20();
  CHECK(relay.offer(ada, 25, Bytes(limits::event_bytes)) == Happened{"0#0 at 25"});
  CHECK(relay.offer(ada, 25, Bytes(limits::event_bytes + 1)) ==
        Happened{"0#1 refused: over limit"});
}

TEST_CASE("relay: a stamp that decreases is taken for the one before") {
  Relay relay = match_at_20();
  CHECK(relay.offer(ada, 25) == Happened{"0#0 at 25"});
  CHECK(relay.offer(ada, 23) == Happened{"0#1 at 25, asked for 23"});
  CHECK(relay.offer(ada, 25) == Happened{"0#2 at 25"});
}

TEST_CASE("relay: an event that was counted before means nothing") {
  Relay relay = match_at_20();
  relay.offer(ada, 25);
  relay.offer(ada, 60);
  REQUIRE(relay.match().counted(ada) == 2);
  CHECK(relay.repeat(ada, 0, 25).empty());
  CHECK(relay.repeat(ada, 1, 26).empty());
  CHECK(relay.match().accepted_count() == 3);
}

TEST_CASE("relay: an event after a gap in the counters means nothing") {
  Relay relay = match_at_20();
  CHECK(relay.repeat(ada, 1, 25).empty());
  CHECK(relay.repeat(ada, 0xFFFFFFFF, 25).empty());
  CHECK(relay.match().counted(ada) == 0);
  CHECK(relay.repeat(ada, 0, 25) == Happened{"0#0 at 25"});
}

TEST_CASE("relay: a refused event is decided: the next one is not held up") {
  Relay relay = match_at_20();
  CHECK(relay.offer(ada, 90) == Happened{"0#0 refused: too early"});
  CHECK(relay.match().counted(ada) == 1);
  CHECK(relay.repeat(ada, 1, 25) == Happened{"0#1 at 25"});
}
