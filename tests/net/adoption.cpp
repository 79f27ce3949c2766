// A relay whose disk lost the end of a log gets it back from those who were told of it, as far as
// they agree (promise O5).

#include "rooms.hpp"
#include "support/catch.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

/// Three players in the middle of a match of which the disk has nothing durable for a second.
struct Trio {
  World world;
  std::array<Player*, 3> players{};
  Tick durable;
  std::vector<Event> told;  // to the first of them
  Tick horizon;             // the least that any was told

  explicit Trio(std::uint8_t count = 3) {
    for (std::uint8_t i = 0; i < count; ++i) {
      players[i] = &world.join(hello_for("KAZ22", count), calm, 1 + 2U * i);
      REQUIRE(world.run_until([&] { return players[i]->is_in(); }, 5s));
      players[i]->act = [i, n = 0U](Player& self) mutable {
        if (++n % (7U + i) == 0) self.offer(numbered(n));
      };
    }
    world.run(3s);
    world.storage.set_faults({.syncs_fail = true});
    world.run(100ms);
    durable = world.server->match("KAZ22")->horizon();
    world.run(1s);
    for (std::uint8_t i = 0; i < count; ++i)
      players[i]->act = nullptr;
    world.run(500ms);
    horizon = Tick{INT64_MAX};
    for (std::uint8_t i = 0; i < count; ++i)
      horizon = std::min(horizon, players[i]->log().horizon());
    told = players[0]->events();
    REQUIRE(horizon - durable > 50);
  }
  void lose_power() {
    world.restart_relay([&] {
      Random random(5);
      world.storage.set_faults({});
      world.storage.lose_power(random);
    });
    REQUIRE(world.server->match("KAZ22")->horizon() < durable + 30);
  }
  /// Until the relay has decided.
  bool is_decided(Duration most) {
    return world.run_until([&] { return !world.server->is_recovering("KAZ22"); }, most);
  }
  const Log& log() { return world.server->match("KAZ22")->log(); }
  /// The player's own log lacks nothing in the relay's.
  bool knows(const Event& event) {
    const auto events = log().events_at(event.tick);
    return std::any_of(events.begin(), events.end(),
                       [&](const EventView& other) { return to_owned(other) == event; });
  }
};

}  // namespace

TEST_CASE("adoption: events that a power loss took come back from players who were told the same") {
  Trio trio;
  trio.lose_power();
  REQUIRE(trio.is_decided(7s));
  CHECK(trio.world.server->statistics().adopted == 1);
  CHECK(trio.log().horizon() >= trio.horizon);
  CHECK(std::all_of(trio.told.begin(), trio.told.end(),
                    [&](const Event& event) { return trio.knows(event); }));
  // And it is on the disk before it is told again: the next death loses nothing of it.
  trio.world.run(200ms);
  const ReadMatch written = read_room(trio.world.written(), "KAZ22");
  CHECK_FALSE(written.damage);
  CHECK(written.record.log.head(trio.horizon) == trio.players[0]->log().head(trio.horizon));
  trio.world.restart_relay();
  REQUIRE(trio.is_decided(7s));
  CHECK(trio.log().horizon() >= trio.horizon);
  trio.world.run(2s);
  CHECK(trio.players[1]->client().phase() == Client::Phase::playing);
}

TEST_CASE("adoption: where nothing was lost, nothing is adopted") {
  Trio trio;
  const Tick horizon = trio.world.server->match("KAZ22")->horizon();
  trio.world.restart_relay([&] { trio.world.storage.set_faults({}); });
  REQUIRE(trio.is_decided(7s));
  CHECK(trio.world.server->statistics().adopted == 0);
  CHECK(trio.world.server->statistics().taken_up == 1);
  CHECK(trio.log().horizon() >= horizon - 8);
}

TEST_CASE("adoption: nobody's word alone is taken, and a lie is taken by nobody") {
  Trio trio;
  const Bytes lie(3, std::byte{0x55});
  SECTION("an event more than there was") {
    trio.players[1]->forge = [&](Tail& tail) {
      tail.events.push_back({tail.horizon, author_of(PlayerId{2}), 90'000, lie});
    };
    trio.lose_power();
    REQUIRE(trio.is_decided(7s));
    CHECK(trio.log().horizon() < trio.horizon);
  }
  SECTION("another event than there was, early") {
    trio.players[1]->forge = [&](Tail& tail) { tail.events.front().payload = lie; };
    trio.lose_power();
    REQUIRE(trio.is_decided(7s));
    CHECK(trio.log().horizon() < trio.durable + 40);
  }
  SECTION("a longer match than there was") {
    trio.players[1]->forge = [&](Tail& tail) {
      tail.horizon = tail.horizon + 5000;
      tail.events.push_back({tail.horizon, author_of(PlayerId{1}), 90'000, lie});
    };
    trio.lose_power();
    REQUIRE(trio.is_decided(7s));
    CHECK(trio.log().horizon() >= trio.horizon);
    CHECK(trio.log().horizon() < trio.horizon + 20);
  }
  SECTION("the end of the match") {
    for (Player* player : trio.players) {
      player->forge = [&](Tail& tail) {
        const Bytes end = encode(RelayEvent{.kind = EventKind::match_ended});
        tail.horizon = tail.horizon + 5;
        tail.events.push_back({tail.horizon, relay_author, 90'000, end});
      };
    }
    trio.lose_power();
    REQUIRE(trio.is_decided(7s));
    CHECK_FALSE(trio.world.server->match("KAZ22")->is_over());
  }
  SECTION("the knowledge of two about a tick that is not final, and the third's other one") {
    for (std::size_t i = 0; i < 3; ++i) {
      trio.players[i]->forge = [&, i](Tail& tail) {
        const Bytes word = i < 2 ? lie : Bytes(1);
        tail.events.push_back({trio.horizon + 25, author_of(PlayerId{2}), 90'000, word});
      };
    }
    trio.lose_power();
    REQUIRE(trio.is_decided(7s));
    CHECK(trio.world.server->statistics().adopted == 1);
  }
  for (const EventView& event : trio.log().events())
    CHECK(event.counter != 90'000);
  trio.world.run(1s);
  CHECK(trio.players[0]->client().phase() == Client::Phase::playing);
}

TEST_CASE("adoption: one of two who comes back alone is not believed, who plays alone is") {
  const bool is_alone = GENERATE(false, true);
  Trio pair(is_alone ? 1 : 2);
  if (!is_alone) pair.players[1]->crash();
  pair.lose_power();
  REQUIRE(pair.is_decided(7s));
  CHECK((pair.log().horizon() >= pair.horizon) == is_alone);
  CHECK(pair.world.server->statistics().adopted == (is_alone ? 1 : 0));
}

TEST_CASE(
    "adoption: a player who joined in the lost events is in again, and a new one comes in after "
    "it") {
  World world;
  Player& ada = world.join(hello_for("KAZ22", 4), calm, 1);
  Player& bob = world.join(hello_for("KAZ22", 4), calm, 3);
  REQUIRE(world.run_until([&] { return ada.is_in() && bob.is_in(); }, 5s));
  world.run(1s);
  world.storage.set_faults({.syncs_fail = true});
  world.run(100ms);
  Player& eve = world.join(hello_for("KAZ22", 4), calm, 5);
  REQUIRE(world.run_until([&] { return eve.is_in(); }, 5s));
  world.run(1s);
  const PlayerId slot = eve.slot();
  world.restart_relay([&] {
    Random random(5);
    world.storage.set_faults({});
    world.storage.lose_power(random);
  });
  Player& dan = world.join(hello_for("KAZ22", 4), calm, 7);
  REQUIRE(world.run_until([&] { return dan.is_in(); }, 9s));
  world.run(3s);
  CHECK(world.server->statistics().adopted == 1);
  CHECK(world.server->match("KAZ22")->player_count() == 4);
  CHECK(eve.client().phase() == Client::Phase::playing);
  CHECK_FALSE(eve.client().is_reconnecting());
  CHECK(eve.slot() == slot);
  CHECK(dan.slot() == PlayerId{3});
}
