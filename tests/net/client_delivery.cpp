// A client's deliveries over a network that loses, doubles and delays datagrams: every event of
// the log once and in order, every own event either in it or handed back, and no horizon too soon.

#include <algorithm>
#include <set>

#include "rooms.hpp"
#include "support/catch.hpp"
#include "tutti/net/room_code.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

WeatherOptions any_weather(Random& random) {
  return {.delay = std::chrono::milliseconds(random.below(120)),
          .jitter = std::chrono::milliseconds(random.below(80)),
          .loss_ppm = random.below(400'000),
          .duplicate_ppm = random.below(300'000),
          .reorder_ppm = random.below(300'000)};
}

/// The fates of a player's own events, by their counters.
struct Fate {
  std::vector<std::uint32_t> accepted{};
  std::vector<std::uint32_t> refused{};
};

Fate fate_of(const Player& player) {
  Fate fate{.accepted = {}, .refused = player.refused()};
  for (const Event& event : player.events()) {
    if (event.author == author_of(player.slot())) fate.accepted.push_back(event.counter);
  }
  return fate;
}

}  // namespace

TEST_CASE("delivery: every event once and in order, in any weather") {
  const std::uint64_t seed = GENERATE(range(std::uint64_t{1}, std::uint64_t{25}));
  CAPTURE(seed);
  World world({.seed = seed});
  auto random = std::make_shared<Random>(seed);
  Hello hello = hello_for("KAZ22", 3);
  for (std::uint64_t i = 0; i < 3; ++i) {
    Player& player = world.join(hello, any_weather(*random), seed * 10 + 2 * i);
    player.act = [random, number = 0U](Player& self) mutable {
      // Now and then a burst, and now and then one that is stamped too far ahead to be taken.
      const std::uint32_t count = random->chance(40) ? 12 : random->chance(6);
      for (std::uint32_t each = 0; each < count; ++each)
        self.offer(numbered(number++), random->chance(60) ? 70 : 1);
    };
  }
  world.run(12s, [&] {
    for (const auto& player : world.players) {
      if (!player->client().welcome() || player->events().empty()) continue;
      // The final part is whole: nothing comes at or before its end any more (the log of the
      // player itself refuses that), and nothing of it was left out.
      REQUIRE(player->log().horizon() == player->client().horizon());
    }
  });
  for (const auto& player : world.players)
    player->act = nullptr;
  world.run(4s);

  const Player& first = *world.players[0];
  std::size_t refused = 0;
  for (const auto& player : world.players) {
    REQUIRE(player->is_in());
    CHECK(player->events() == first.events());
    const Fate fate = fate_of(*player);
    CHECK(std::is_sorted(fate.accepted.begin(), fate.accepted.end()));
    std::set<std::uint32_t> counters(fate.accepted.begin(), fate.accepted.end());
    CHECK(counters.size() == fate.accepted.size());
    counters.insert(fate.refused.begin(), fate.refused.end());
    CHECK(counters.size() == fate.accepted.size() + fate.refused.size());
    CHECK(counters.size() == player->offered().size());
    for (const Event& event : player->events()) {
      if (event.author != author_of(player->slot())) continue;
      REQUIRE(event.payload == player->offered()[event.counter]);
    }
    refused += fate.refused.size();
  }
  CHECK(refused > 0);
  CHECK(first.events().size() > 100);
}

TEST_CASE("delivery: events that do not fit one datagram in a round trip arrive all the same") {
  const std::uint64_t seed = GENERATE(range(std::uint64_t{1}, std::uint64_t{9}));
  CAPTURE(seed);
  World world({.seed = seed});
  auto random = std::make_shared<Random>(seed);
  for (std::uint64_t i = 0; i < 3; ++i) {
    const WeatherOptions weather{.delay = 100ms,
                                 .jitter = std::chrono::milliseconds(random->below(12)),
                                 .loss_ppm = random->below(20'000),
                                 .duplicate_ppm = random->below(100'000),
                                 .reorder_ppm = random->below(20'000)};
    Player& player = world.join(hello_for("KAZ22", 3), weather, seed * 10 + 2 * i);
    player.act = [random, number = 0U](Player& self) mutable {
      // Any size, up to the largest, one to three in each frame.
      const std::uint32_t count = 1 + random->below(3);
      for (std::uint32_t each = 0; each < count; ++each) {
        Bytes payload = numbered(number++);
        payload.resize(4 + random->below(limits::event_bytes - 3));
        REQUIRE(self.offer(payload));
      }
    };
  }
  world.run(8s);
  for (const auto& player : world.players)
    player->act = nullptr;
  world.run(3s);

  const Player& first = *world.players[0];
  for (const auto& player : world.players) {
    CHECK(player->events() == first.events());
    const Fate fate = fate_of(*player);
    CHECK(fate.accepted.size() + fate.refused.size() == player->offered().size());
    // An event that was lost twice and came back too late is handed back.
    CHECK(fate.refused.size() * 100 < player->offered().size());
    CHECK(fate.accepted.size() > 600);
    CHECK(player->client().statistics().refused_events == fate.refused.size());
    for (const Event& event : player->events()) {
      if (event.author != author_of(player->slot())) continue;
      REQUIRE(event.payload == player->offered()[event.counter]);
    }
  }
}

TEST_CASE("delivery: a path that drops large datagrams lets a latecomer in, and large events") {
  const std::size_t mtu = GENERATE(std::size_t{548}, std::size_t{1000});
  const WeatherOptions narrow{.delay = 40ms, .loss_ppm = 10'000, .datagram_bytes_max = mtu};
  CAPTURE(mtu);
  World world;
  Hello hello = hello_for("KAZ22", 3);
  hello.create->options = Bytes(limits::options_bytes);
  Player& ada = world.join(hello, calm, 1);
  Player& bob = world.join(hello, narrow, 3);
  for (Player* player : {&ada, &bob}) {
    player->act = [number = 0U](Player& self) mutable {
      Bytes payload = numbered(number++);
      payload.resize(limits::event_bytes);
      self.offer(payload);
    };
  }
  world.run(6s);
  // Given a log that is larger than any datagram
  Player& eve = world.join(hello, narrow, 5);
  Player& kim =
      world.join({.room = "KAZ22", .rules = tally_rules, .role = Role::spectator}, narrow, 7);
  REQUIRE(world.run_until([&] { return eve.is_in(); }, 8s));
  ada.client().correct(Correction::decision, Tick{10}, std::string(limits::correction_bytes, 'x'));
  world.run(2s);
  for (const auto& player : world.players)
    player->act = nullptr;
  world.run(3s);
  CHECK(eve.events() == ada.events());
  CHECK(bob.events() == ada.events());
  CHECK(kim.log().events().size() == ada.log().events().size());
  CHECK(ada.heard(EventKind::corrected).size() == 1);
  for (const Player* player : {&ada, &bob})
    CHECK(ada.heard_from(player->slot()).size() + player->refused().size() ==
          player->offered().size());
  CHECK(bob.refused().size() * 50 < bob.offered().size());
}

TEST_CASE("delivery: events beyond the budget are refused, and those within arrive in time") {
  World world;
  Hello hello = hello_for("KAZ22");
  hello.bytes_per_second = 32'000;
  std::size_t tried = 0;
  std::size_t refused_at_once = 0;
  Player& ada = world.join(hello, calm, 1);
  Player& bob = world.join(hello_for("KAZ22"), calm, 3);
  ada.act = [&](Player& self) {
    for (int each = 0; each < 4; ++each) {
      ++tried;
      refused_at_once += !self.offer(Bytes(limits::event_bytes));
    }
  };
  CHECK_FALSE(ada.client().statistics().is_over_budget);
  world.run(6s);
  CHECK(ada.client().statistics().is_over_budget);
  CHECK_FALSE(bob.client().statistics().is_over_budget);
  ada.act = nullptr;
  world.run(2s);
  CHECK_FALSE(ada.client().statistics().is_over_budget);
  // Four of 255 bytes in a frame are 61 KB/s.
  CHECK(ada.client().welcome()->bytes_per_second == 32'000);
  CHECK(refused_at_once > tried / 4);
  CHECK(ada.client().statistics().refused_events >= refused_at_once);
  CHECK(ada.client().statistics().bytes_up < 8 * 32'000 + 8'000);
  const std::size_t arrived = bob.heard_from(ada.slot()).size();
  CHECK(arrived + ada.refused().size() == tried - refused_at_once);
  CHECK(arrived > tried / 4);
}

TEST_CASE(
    "delivery: eight full events in each tick arrive over 150 ms, as the budget carries them") {
  World world;
  const WeatherOptions far{.delay = 150ms};
  Player& ada = world.join(hello_for("KAZ22"), far, 1);
  Player& bob = world.join(hello_for("KAZ22"), far, 3);
  REQUIRE(world.run_until([&] { return ada.is_in() && bob.is_in(); }, 5s));
  // 122 KB/s, which go up twice.
  ada.act = [number = 0U, last = Tick{}](Player& self) mutable {
    if (self.present() == std::exchange(last, self.present())) return;
    for (std::size_t i = 0; i < limits::events_per_tick; ++i) {
      Bytes payload = numbered(number++);
      payload.resize(limits::event_bytes);
      REQUIRE(self.offer(payload));
    }
  };
  world.run(6s);
  ada.act = nullptr;
  world.run(2s);
  CHECK(ada.offered().size() > 6 * 8 * 50);
  CHECK(ada.refused().empty());
  CHECK(bob.heard_from(ada.slot()).size() == ada.offered().size());
  CHECK(bob.events() == ada.events());
}

TEST_CASE("delivery: a room takes no more events than its readers can be told of, each in turn") {
  World world({.server = {.client_bytes_per_second = 32'000}});
  Player& ada = world.join(hello_for("KAZ22", 3), calm, 1);
  Player& bob = world.join(hello_for("KAZ22", 3), calm, 3);
  Player& eve = world.join(hello_for("KAZ22", 3), calm, 5);
  // Two who shout, each within its own budget, and one who says a little.
  for (Player* loud : {&ada, &bob})
    loud->act = [](Player& self) { self.offer(Bytes(limits::event_bytes)); };
  eve.act = [number = 0U](Player& self) mutable { self.offer(numbered(number++)); };
  world.run(10s);
  CHECK(ada.client().statistics().is_over_budget);
  CHECK(bob.client().statistics().is_over_budget);
  CHECK_FALSE(eve.client().statistics().is_over_budget);
  for (const auto& player : world.players)
    player->act = nullptr;
  world.run(2s);
  CHECK_FALSE(ada.client().statistics().is_over_budget);
  CHECK(ada.refused().size() > 10);
  CHECK(bob.refused().size() > 10);
  CHECK(eve.refused().empty());
  CHECK(bob.heard_from(eve.slot()).size() == eve.offered().size());
  CHECK(eve.client().statistics().bytes_down < 12 * 32'000);
  CHECK(ada.events() == bob.events());
  CHECK(ada.events() == eve.events());
}

TEST_CASE("delivery: a hundred matches on one relay do not mix") {
  World world;
  auto random = std::make_shared<Random>(3);
  constexpr std::size_t rooms = 100;
  for (std::size_t i = 0; i < 2 * rooms; ++i) {
    Random codes(i / 2 + 1);
    Hello hello = hello_for(random_room_code(codes));
    hello.create->seed = i / 2;
    hello.create->terms.ends_at = 300;
    Player& player = world.join(hello, calm, i);
    player.act = [random, i](Player& self) {
      if (random->chance(8)) self.offer(numbered(static_cast<std::uint32_t>(i)));
    };
  }
  world.run(1s);
  CHECK(world.server->room_count() == rooms);
  world.run(12s);
  std::set<Head> heads;
  for (std::size_t i = 0; i < rooms; ++i) {
    const Player& one = *world.players[2 * i];
    const Player& two = *world.players[2 * i + 1];
    REQUIRE(one.log().head() == two.log().head());
    heads.insert(one.log().head());
    for (const Event& event : one.events()) {
      if (event.author.is_relay()) continue;
      REQUIRE((event.payload == numbered(static_cast<std::uint32_t>(2 * i)) ||
               event.payload == numbered(static_cast<std::uint32_t>(2 * i + 1))));
    }
  }
  CHECK(heads.size() == rooms);
  CHECK(world.finished.size() == rooms);
  CHECK(world.server->room_count() == 0);
}
