// Spectators: they see the match that was played, as late as they chose, and nobody notices them.

#include "rooms.hpp"
#include "support/catch.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

/// A player who does something in one frame of eight.
Player& busy(World& world, const Hello& hello, const WeatherOptions& weather, std::uint64_t seed) {
  Player& player = world.join(hello, weather, seed);
  offer_now_and_then(player, seed);
  return player;
}

/// A match of so many seconds between two busy players.
Hello match_of(std::uint32_t seconds) {
  Hello hello = hello_for("KAZ22");
  hello.create->terms.ends_at = seconds * 60;
  return hello;
}

bool is_over(const Player& player) {
  return const_cast<Player&>(player).client().phase() == Client::Phase::ended;
}

}  // namespace

TEST_CASE("spectator: it takes no slot and reads the log that was played") {
  World world;
  Player& ada = busy(world, match_of(8), calm, 1);
  busy(world, match_of(8), calm, 3);
  world.run(3s);
  Player& eve = world.join(watching("KAZ22"), calm, 5);
  world.run(7s);
  REQUIRE(is_over(ada));
  REQUIRE(is_over(eve));
  CHECK_FALSE(eve.client().welcome()->player);
  CHECK(ada.heard(EventKind::joined).size() == 2);
  CHECK(eve.log().events().size() > 100);
  CHECK(eve.log().head() == ada.log().head());
}

TEST_CASE("spectator: before anybody plays there is nothing to see, and then it is all seen") {
  World world;
  Player& ada = world.join(match_of(6), calm, 1);
  world.run(100ms);
  Player& eve = world.join(watching("KAZ22"), calm, 5);
  busy(world, match_of(6), calm, 3);
  world.run(8s);
  REQUIRE(is_over(eve));
  CHECK(eve.log().head() == ada.log().head());
}

TEST_CASE("spectator: it is told what is final, no later than it asked for, and nothing sooner") {
  const auto delay_seconds = GENERATE(std::uint16_t{0}, std::uint16_t{2});
  World world;
  Player& ada = busy(world, match_of(20), calm, 1);
  busy(world, match_of(20), calm, 3);
  Player& eve = world.join(watching("KAZ22", delay_seconds), calm, 5);
  std::int64_t least = 1000;
  std::int64_t most = 0;
  world.run(10s, [&] {
    if (!eve.client().welcome() || ada.present() < Tick{240}) return;
    const std::int64_t behind = ada.present() - eve.client().horizon();
    least = std::min(least, behind);
    most = std::max(most, behind);
    REQUIRE(eve.log().last_event() <= eve.client().horizon());
  });
  CAPTURE(delay_seconds, least, most);
  CHECK(least >= delay_seconds * 60);
  // The window, a datagram every 100 ms, and a way of 20 ms.
  CHECK(most <= delay_seconds * 60 + limits::input_window_ticks + 8 + 3);
}

TEST_CASE("spectator: in rough weather nothing is lost") {
  World world;
  Player& ada = busy(world, match_of(20), rough, 1);
  busy(world, match_of(20), rough, 3);
  world.run(1s);
  Player& eve = world.join(watching("KAZ22"), rough, 5);
  REQUIRE(world.run_until([&] { return is_over(ada) && is_over(eve); }, 25s));
  CHECK(eve.log().events().size() > 200);
  CHECK(eve.log().head() == ada.log().head());
}

TEST_CASE("spectator: two hundred of them change nothing for the players") {
  const auto players_traffic = [](int spectators) {
    World world;
    Player& ada = busy(world, match_of(6), rough, 1);
    Player& bob = busy(world, match_of(6), rough, 3);
    std::vector<std::pair<Instant, Bytes>> told;
    world.link->look = [&](PeerId peer, BytesView bytes) {
      if (peer != ada.peer() && peer != bob.peer()) return;
      told.emplace_back(world.now, Bytes(bytes.begin(), bytes.end()));
    };
    world.run(1s);
    for (int i = 0; i < spectators; ++i) {
      world.join(watching("KAZ22", static_cast<std::uint16_t>(i % 3)), rough,
                 100 + static_cast<std::uint64_t>(i));
    }
    world.run(12s);
    for (const auto& player : world.players) {
      REQUIRE(is_over(*player));
      REQUIRE(player->log().head() == ada.log().head());
    }
    return told;
  };
  const auto alone = players_traffic(0);
  CHECK(alone.size() > 300);
  CHECK(alone == players_traffic(200));
}

TEST_CASE("spectator: its words on ticks, events and states are ignored") {
  World world;
  Player& ada = busy(world, match_of(20), calm, 1);
  Player& eve = world.join(watching("KAZ22"), calm, 5);
  world.run(2s);
  CHECK_FALSE(eve.client().offer(ada.present() + 1, numbered(1)));
  PlayUp up{.progress = Tick{50}, .events = {{Tick{130}, numbered(666)}}};
  up.digest = DigestReport{.tick = Tick{60}, .head = {}, .digest = {}};
  Bytes bytes;
  encode(up, bytes);
  eve.link().send_play(eve.peer(), bytes);
  world.run(1s);
  for (const Bytes& payload : eve.heard_from(PlayerId{0}))
    CHECK(payload != numbered(666));
  CHECK_FALSE(ada.client().next_diverged());
  CHECK(ada.heard(EventKind::joined).size() == 1);
  CHECK(ada.present() - ada.client().horizon() < 12);
}

TEST_CASE("spectator: it opens no room, and other rules than the match's show it nothing") {
  World world;
  Hello opening = hello_for("KAZ22");
  opening.role = Role::spectator;
  Player& nobody = world.join(opening, calm, 1);
  world.run(300ms);
  CHECK_THAT(nobody.client().failure().sentence, contains("no room KAZ22"));
  world.join(hello_for("KAZ22"), calm, 3);
  world.run(300ms);
  Hello stranger = watching("KAZ22");
  stranger.rules = "tally@2+00000000000000ff";
  Player& other = world.join(stranger, calm, 5);
  world.run(300ms);
  CHECK_THAT(other.client().failure().sentence, contains("plays tally@1"));
}

TEST_CASE("spectator: there are only so many in one room, and one that vanishes makes place") {
  World world({.server = {.spectators_max = 2}});
  world.join(hello_for("KAZ22"), calm, 1);
  Player& first = world.join(watching("KAZ22"), calm, 3);
  world.join(watching("KAZ22"), calm, 5);
  world.run(500ms);
  Player& third = world.join(watching("KAZ22"), calm, 7);
  world.run(500ms);
  CHECK_THAT(third.client().failure().sentence, contains("2 spectators"));
  first.crash();
  world.run(11s);
  CHECK(world.server->peer_count() == 2);
  Player& fourth = world.join(watching("KAZ22"), calm, 9);
  world.run(500ms);
  CHECK(fourth.client().phase() == Client::Phase::playing);
}

TEST_CASE("spectator: a spectator alone holds no match up") {
  World world({.server = {.empty_room_timeout = 5s}});
  Player& ada = world.join(hello_for("KAZ22"), calm, 1);
  Player& eve = world.join(watching("KAZ22"), calm, 3);
  world.run(1s);
  ada.client().leave();
  REQUIRE(world.run_until([&] { return is_over(eve); }, 10s));
  world.run(6s);
  CHECK(world.server->room_count() == 0);
}

TEST_CASE("spectator: one that watches from behind sees the end after the others are gone") {
  World world;
  Player& ada = busy(world, match_of(5), calm, 1);
  Player& eve = world.join(watching("KAZ22", 10), calm, 5);
  world.run(11s);
  REQUIRE(is_over(ada));
  CHECK(world.finished.size() == 1);
  CHECK_FALSE(is_over(eve));
  REQUIRE(world.run_until([&] { return is_over(eve); }, 6s));
  CHECK(eve.log().head() == ada.log().head());
  world.run(1s);
  CHECK(world.server->room_count() == 0);
}

TEST_CASE("spectator: one whose connection was lost goes on where it was") {
  World world;
  Player& ada = busy(world, match_of(30), calm, 1);
  Player& eve = world.join(watching("KAZ22"), calm, 5);
  world.run(5s);
  const std::size_t known = eve.events().size();
  world.link->disconnect(eve.peer());
  REQUIRE(world.run_until([&] { return eve.client().is_reconnecting(); }, 5s));
  REQUIRE(world.run_until([&] { return !eve.client().is_reconnecting(); }, 5s));
  world.run(3s);
  CHECK(eve.events().size() > known + 10);
  CHECK(ada.client().horizon() - eve.client().horizon() < 30);
  CHECK(world.server->statistics().spectators == 2);
  // Nothing came twice.
  CHECK(eve.log().events().size() == eve.events().size() + 1);
}

TEST_CASE("fetching: a long log arrives piece after piece, each about once, in a second or two") {
  World world;
  Player& ada = busy(world, match_of(300), calm, 1);
  ada.act = [](Player& self) {
    for (int i = 0; i < 4; ++i)
      self.offer(numbered(7));
  };
  world.run(60s);
  const std::size_t length = ada.log().events().size();
  REQUIRE(length > 10'000);
  const bool is_spectator = GENERATE(true, false);
  Player& late = world.join(is_spectator ? watching("KAZ22") : match_of(300), calm, 5);
  std::size_t bytes = 0;
  std::size_t datagrams = 0;
  world.link->look = [&](PeerId peer, BytesView sent) {
    if (peer != late.peer()) return;
    bytes += sent.size();
    ++datagrams;
  };
  const Instant begun = world.now;
  REQUIRE(world.run_until([&] { return late.events().size() + 100 > length; }, 10s));
  CAPTURE(bytes, datagrams, length, (world.now - begun).count());
  CHECK(world.now - begun < 2s);
  CHECK(bytes < length * 14);  // 12 or 13 each, once
}
