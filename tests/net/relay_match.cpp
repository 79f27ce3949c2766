// The relay's match: one order for all, a horizon that nobody holds back for long, and players who
// join, fall silent and return by events. Late events are in relay_late.cpp, how
// players leave and matches end in relay_end.cpp.

#include "tutti/net/relay_match.hpp"

#include <algorithm>

#include "relay.hpp"
#include "support/catch.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

/// Events at the tick they were asked for, from three players.
struct Offering {
  PlayerId player;
  std::int64_t stamp;
  char key;
};

Log log_of(const RelayMatch& match, const std::vector<std::uint32_t>& sequences) {
  Log log(match.log().setup());
  for (const std::uint32_t sequence : sequences) {
    REQUIRE(log.add(match.accepted(sequence).event) == Log::Added::yes);
  }
  log.close(match.horizon());
  return log;
}

Relay three_at_20() {
  Relay relay(3);
  for (const char* name : {"ada", "bob", "eve"})
    relay.admit(name);
  relay.play(20, {ada, bob, eve});
  return relay;
}

}  // namespace

// ---- One order ----------------------------------------------------------------------------------

TEST_CASE("relay: an event in time gets the tick that it asked for") {
  Relay relay = match_at_20();
  CHECK(relay.offer(ada, 23) == Happened{"0#0 at 23"});
  CHECK(relay.match().accepted(2).is_as_offered);
  CHECK(relay.match().statistics().moved == 0);
}

TEST_CASE("relay: the log is in canonical order, however the events came") {
  Relay relay = three_at_20();
  relay.offer(eve, 24);
  relay.offer(bob, 22);
  relay.offer(ada, 24);
  relay.offer(ada, 24);
  relay.offer(bob, 24);
  relay.leave(eve);
  const auto events = relay.match().log().events();
  CHECK(std::is_sorted(events.begin(), events.end(), [](const EventView& a, const EventView& b) {
    return canonical_order(a, b) < 0;
  }));
  const auto at_24 = relay.match().log().events_at(Tick{24});
  REQUIRE(at_24.size() == 4);
  CHECK(at_24[0].author == author_of(ada));
  CHECK(at_24[0].counter == 0);
  CHECK(at_24[1].counter == 1);
  CHECK(at_24[2].author == author_of(bob));
  CHECK(at_24[3].author == author_of(eve));
}

TEST_CASE("relay: its own events come before the players' at the same tick") {
  Relay relay = three_at_20();
  relay.offer(ada, 21);
  CHECK(relay.leave(eve) == Happened{"left 2 at 21"});
  const auto at_21 = relay.match().log().events_at(Tick{21});
  REQUIRE(at_21.size() == 2);
  CHECK(at_21[0].author.is_relay());
  CHECK(at_21[1].author == author_of(ada));
}

TEST_CASE("relay: heads are the same whatever the order of arrival") {
  const std::vector<Offering> offerings{{ada, 22, 'a'}, {eve, 21, 'b'}, {bob, 24, 'c'},
                                        {bob, 25, 'd'}, {ada, 25, 'e'}, {eve, 25, 'f'}};
  std::vector<std::size_t> order{0, 1, 2, 3, 4, 5};
  std::optional<Head> head;
  int orders = 0;
  do {
    // A player's own events keep their order; the counters see to that on the wire.
    const auto place = [&](std::size_t which) {
      return std::find(order.begin(), order.end(), which) - order.begin();
    };
    if (place(0) > place(4) || place(1) > place(5) || place(2) > place(3)) continue;
    Relay relay = three_at_20();
    for (const std::size_t which : order) {
      const Offering& offering = offerings[which];
      relay.offer(offering.player, offering.stamp, Bytes(1, std::byte(offering.key)));
    }
    relay.play(25, {bob, eve, ada});
    REQUIRE(relay.horizon() == 25);
    if (head) REQUIRE(relay.match().log().head() == *head);
    head = relay.match().log().head();
    ++orders;
  } while (std::next_permutation(order.begin(), order.end()));
  CHECK(orders == 90);
}

TEST_CASE("relay: a log made of the accepted events in any order has the relay's heads") {
  Relay relay = three_at_20();
  for (std::int64_t tick = 21; tick < 60; ++tick) {
    relay.play(tick, {ada, bob, eve});
    relay.offer(PlayerId{static_cast<std::uint8_t>(tick % 3)}, tick + tick % 5);
  }
  std::vector<std::uint32_t> sequences(relay.match().accepted_count());
  for (std::uint32_t i = 0; i < sequences.size(); ++i)
    sequences[i] = i;
  std::reverse(sequences.begin(), sequences.end());
  const Log reversed = log_of(relay.match(), sequences);
  for (Tick tick{0}; tick <= relay.match().horizon(); ++tick)
    REQUIRE(reversed.head(tick) == relay.match().log().head(tick));
}

// ---- The horizon --------------------------------------------------------------------------------

TEST_CASE("relay: the horizon follows the slowest playing player") {
  Relay relay = match_at_20();
  relay.advance(24);
  CHECK(relay.announce(ada, 24).empty());
  CHECK(relay.announce(bob, 22) == Happened{"horizon 22"});
  CHECK(relay.announce(bob, 26) == Happened{"horizon 24"});
  CHECK(relay.announce(ada, 25) == Happened{"horizon 25"});
}

TEST_CASE("relay: an announcement that goes back means nothing") {
  Relay relay = match_at_20();
  CHECK(relay.announce(ada, 22).empty());
  CHECK(relay.announce(ada, 5).empty());
  CHECK(relay.announce(bob, 22) == Happened{"horizon 22"});
}

TEST_CASE("relay: a player who stalls holds the horizon no further than the input window") {
  Relay relay = match_at_20();
  for (std::int64_t tick = 21; tick <= 70; ++tick) {
    relay.advance(tick);
    relay.announce(ada, tick);
    REQUIRE(relay.horizon() == std::max<std::int64_t>(20, tick - input_window));
  }
  CHECK(relay.match().is_playing(bob));
}

TEST_CASE("relay: a smaller input window holds the others less") {
  Relay relay(RelayMatch::Options{.setup = setup_for(2), .input_window_ticks = 3});
  relay.admit("ada");
  relay.admit("bob");
  relay.play(20, {ada, bob});
  relay.play(40, {ada});
  CHECK(relay.horizon() == 37);
}

TEST_CASE("relay: while nobody plays, the horizon is the clock") {
  Relay relay(2);
  CHECK(relay.advance(5) == Happened{"horizon 5"});
  relay.admit("ada");
  CHECK(relay.advance(6) == Happened{"horizon 6"});
}

TEST_CASE("relay: the clock never goes back") {
  Relay relay = match_at_20();
  CHECK(relay.advance(12).empty());
  CHECK(relay.clock() == 20);
}

TEST_CASE("relay: progress counts no further ahead than events may be stamped") {
  Relay relay = match_at_20(1);
  CHECK(relay.announce(ada, 1'000'000) == Happened{"horizon 50"});
  CHECK(relay.advance(21).empty());
  CHECK(relay.announce(ada, 1'000'001) == Happened{"horizon 51"});
}

TEST_CASE("relay: announcements and offers of players without a slot mean nothing") {
  Relay relay = match_at_20();
  for (const PlayerId stranger : {PlayerId{2}, PlayerId{63}, PlayerId{255}}) {
    CHECK(relay.announce(stranger, 30).empty());
    CHECK(relay.repeat(stranger, 0, 30).empty());
    CHECK(relay.leave(stranger).empty());
  }
  CHECK(relay.horizon() == 20);
}

// ---- Joining ------------------------------------------------------------------------------------

TEST_CASE("relay: players get the lowest free slots until there are none") {
  Relay relay(2);
  CHECK(relay.admit("ada") == Happened{"admitted 0"});
  CHECK(relay.admit("bob") == Happened{"admitted 1"});
  CHECK(relay.admit("eve") == Happened{"not admitted"});
  CHECK(relay.match().player_count() == 2);
}

TEST_CASE("relay: a joiner counts once it has caught up as far as a distant client can") {
  Relay relay(2);
  relay.admit("ada");
  relay.play(100, {ada});
  relay.admit("bob");
  CHECK(relay.announce(bob, 50).empty());
  CHECK(relay.announce(bob, 100 - limits::prediction_ticks - 1).empty());
  CHECK_FALSE(relay.match().is_playing(bob));
  CHECK(relay.announce(bob, 100 - limits::prediction_ticks) == Happened{"joined 1 as bob at 101"});
  CHECK(relay.match().is_playing(bob));
}

TEST_CASE("relay: the first player of a match joins it before its first tick is over") {
  Relay relay(2);
  relay.admit("ada");
  CHECK(relay.announce(ada, 0) == Happened{"joined 0 as ada at 1"});
}

TEST_CASE("relay: a player who is still catching up holds nobody") {
  Relay relay(2);
  relay.admit("ada");
  relay.play(100, {ada});
  relay.admit("bob");
  relay.announce(bob, 10);
  relay.play(110, {ada});
  CHECK(relay.horizon() == 110);
}

TEST_CASE("relay: nothing before its joined tick waits for a joiner, or comes from it") {
  Relay relay(2);
  relay.admit("ada");
  relay.play(100, {ada});
  relay.admit("bob");
  REQUIRE(relay.announce(bob, 95) == Happened{"joined 1 as bob at 101"});
  CHECK(relay.horizon() == 100);
  CHECK(relay.match().progress(bob) == Tick{100});
  CHECK(relay.offer(bob, 96) == Happened{"1#0 at 101, asked for 96"});
}

TEST_CASE("relay: a joiner's offer before it counts is refused") {
  Relay relay(2);
  relay.admit("ada");
  relay.play(100, {ada});
  relay.admit("bob");
  CHECK(relay.offer(bob, 101) == Happened{"1#0 refused: not playing"});
  CHECK(relay.match().counted(bob) == 1);
}

TEST_CASE("relay: catching up is not taken for the delay of a joiner's path") {
  Relay relay(2);
  relay.admit("ada");
  relay.play(100, {ada});
  relay.admit("bob");
  for (std::int64_t progress = 4; progress < 100; progress += 4)
    relay.announce(bob, progress);
  REQUIRE(relay.match().is_playing(bob));
  relay.play(103, {ada, bob});
  CHECK(relay.match().window(bob) == 2);
}

// ---- Silence ------------------------------------------------------------------------------------

TEST_CASE("relay: a player who is silent for a second stops counting, by an event") {
  Relay relay = match_at_20();
  relay.play(80, {ada});
  CHECK(relay.match().is_playing(bob));
  CHECK(relay.advance(81) == Happened{"silenced 1 at 82", "horizon 80"});
  CHECK_FALSE(relay.match().is_playing(bob));
  CHECK(relay.match().player_count() == 2);
}

TEST_CASE("relay: a second is as many ticks as the setup says") {
  Setup setup = setup_for(2);
  setup.tick_rate = 20;
  Relay relay(RelayMatch::Options{.setup = setup});
  relay.admit("ada");
  relay.admit("bob");
  relay.play(50, {ada, bob});
  relay.play(70, {ada});
  CHECK(relay.match().is_playing(bob));
  relay.play(71, {ada});
  CHECK_FALSE(relay.match().is_playing(bob));
}

TEST_CASE("relay: a player who repeats an old announcement is silent all the same") {
  Relay relay = match_at_20();
  for (std::int64_t tick = 21; tick <= 81; ++tick) {
    relay.advance(tick);
    relay.announce(ada, tick);
    relay.announce(bob, 20);
  }
  CHECK_FALSE(relay.match().is_playing(bob));
}

TEST_CASE("relay: a silent player returns by an event once it has caught up") {
  Relay relay = match_at_20();
  relay.play(100, {ada});
  REQUIRE_FALSE(relay.match().is_playing(bob));
  CHECK(relay.announce(bob, 100 - limits::prediction_ticks - 1).empty());
  CHECK(relay.announce(bob, 100 - limits::prediction_ticks) == Happened{"returned 1 at 101"});
  CHECK(relay.match().progress(bob) == Tick{100});
  relay.advance(105);
  relay.announce(ada, 105);
  CHECK(relay.horizon() == 100);
}

TEST_CASE("relay: a silent player's events still count, as late as they are") {
  Relay relay = match_at_20();
  relay.play(100, {ada});
  REQUIRE_FALSE(relay.match().is_playing(bob));
  CHECK(relay.offer(bob, 95) == Happened{"1#0 at 101, asked for 95"});
  CHECK(relay.offer(bob, 87) == Happened{"1#1 refused: expired"});
}

TEST_CASE("relay: an absence does not widen the window of a player who returns") {
  Relay relay = match_at_20();
  relay.play(100, {ada});
  for (std::int64_t progress = 24; progress < 100; progress += 4)
    relay.announce(bob, progress);
  REQUIRE(relay.match().is_playing(bob));
  relay.play(103, {ada, bob});
  CHECK(relay.match().window(bob) == 2);
}
