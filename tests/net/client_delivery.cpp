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
