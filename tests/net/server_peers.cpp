// Peers of the relay server: how they go, and what it does about those who say nothing or nonsense.

#include "entering.hpp"
#include "support/catch.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

TEST_CASE("room: a client that connects when the relay is full is told so and let go") {
  World world({.server = {.peers_max = 1}});
  playing(world, hello_for("KAZ22"));
  Stranger stranger(world);
  CHECK(stranger.last_answer() == "refused 5");
  CHECK_FALSE(stranger.is_connected);
  CHECK(world.server->peer_count() == 1);
}

TEST_CASE("room: a client that connects and does not enter one is let go after the time-out") {
  World world({.server = {.peers_max = 2}});
  Stranger silent(world);
  Stranger refused(world);
  refused.say(world, {.room = "KAZ22", .rules = tally_rules});
  CHECK(world.server->peer_count() == 2);
  world.run(11s, [&] {
    silent.link->service(world.now);
    refused.link->service(world.now);
  });
  CHECK(world.server->peer_count() == 0);
  playing(world, hello_for("KAZ22"));
}

TEST_CASE("room: a player who says goodbye leaves by an event, and its connection ends") {
  World world;
  Player& ada = playing(world, hello_for("KAZ22"));
  Stranger stranger(world);
  stranger.say(world, hello_for("KAZ22"));
  REQUIRE(stranger.last_answer() == "welcome");
  Bytes up;
  encode(PlayUp{.progress = ada.present()}, up);
  stranger.link->send_play(stranger.peer, up);
  stranger.wait(world, 200ms);
  REQUIRE(ada.heard(EventKind::joined).size() == 2);
  stranger.link->send_control(stranger.peer, encode(ControlMessage(Goodbye{})));
  stranger.wait(world, 200ms);
  REQUIRE(ada.heard(EventKind::left).size() == 1);
  CHECK(ada.heard(EventKind::left)[0].reason == LeaveReason::quit);
  CHECK(world.server->peer_count() == 1);
  CHECK_FALSE(stranger.is_connected);
}

TEST_CASE(
    "room: a player who vanishes is silent by an event, and leaves by another after the time-out") {
  World world({.server = {.reconnect_time = 20s}});
  Player& ada = playing(world, hello_for("KAZ22"));
  Player& bob = playing(world, hello_for("KAZ22"));
  world.run(1s);
  bob.crash();
  const Instant crashed = world.now;
  REQUIRE(world.run_until([&] { return !ada.heard(EventKind::silenced).empty(); }, 3s));
  CHECK(world.now - crashed > 900ms);
  CHECK(world.now - crashed < 1300ms);
  world.run(15s - (world.now - crashed));
  CHECK(ada.heard(EventKind::left).empty());
  CHECK(world.server->peer_count() == 1);
  REQUIRE(world.run_until([&] { return !ada.heard(EventKind::left).empty(); }, 10s));
  CHECK(ada.heard(EventKind::left)[0].reason == LeaveReason::timed_out);
  CHECK(world.now - crashed > 19s);
  CHECK(world.now - crashed < 21s);
}

TEST_CASE("room: several who vanish at once all leave") {
  World world({.server = {.reconnect_time = 12s}});
  Player& ada = playing(world, hello_for("KAZ22", 8));
  for (int i = 0; i < 7; ++i)
    world.join(hello_for("KAZ22", 8), calm, 5);
  world.run(1s);
  REQUIRE(world.server->peer_count() == 8);
  for (std::size_t i = 1; i < world.players.size(); i += 2)
    world.players[i]->crash();
  world.run(15s);
  CHECK(ada.heard(EventKind::left).size() == 4);
  CHECK(world.server->peer_count() == 4);
  for (std::size_t i = 2; i < world.players.size(); i += 2)
    CHECK(world.players[i]->client().phase() == Client::Phase::playing);
}

TEST_CASE("room: a player who vanishes holds the others no longer than the input window") {
  World world;
  Player& ada = playing(world, hello_for("KAZ22"));
  Player& bob = playing(world, hello_for("KAZ22"));
  world.run(1s);
  bob.crash();
  std::int64_t furthest = 0;
  world.run(5s, [&] { furthest = std::max(furthest, ada.present() - ada.client().horizon()); });
  // The window, the way of 40 ms, and what is told at most every eight ticks.
  CHECK(furthest <= limits::input_window_ticks + 3 + 9);
  CHECK(furthest > limits::input_window_ticks);
}

TEST_CASE("room: after a pause of the relay the clock goes on where it stood, two ticks a pass") {
  World world;
  Player& ada = world.join(hello_for("KAZ22"), calm, 1);
  world.run(2s);
  const Tick before = world.server->match("KAZ22")->clock();
  world.now += 10s;
  Tick clock = before;
  world.run(200ms, [&] {
    const Tick next = world.server->match("KAZ22")->clock();
    CHECK(next - clock <= 2);
    clock = next;
  });
  CHECK(clock - before < 20);
  CHECK(clock - before >= 12);
  CHECK(ada.client().phase() == Client::Phase::playing);
}

TEST_CASE("room: an empty one is closed after a while, and its match is over") {
  World world({.server = {.empty_room_timeout = 5s}});
  Stranger stranger(world);
  stranger.say(world, hello_for("KAZ22"));
  CHECK(world.server->room_count() == 1);
  stranger.link->disconnect(stranger.peer);
  stranger.wait(world, 200ms);
  world.run(80s);
  CHECK(world.server->room_count() == 0);
  REQUIRE(world.finished.size() == 1);
  CHECK(world.finished[0].end == EndReason::everyone_left);
}

TEST_CASE("room: garbage is dropped and counted, and hurts nobody") {
  World world;
  Player& ada = playing(world, hello_for("KAZ22"));
  Stranger stranger(world);
  Random random(5);
  const auto garbage = [&] {
    Bytes bytes(1 + random.below(60));
    for (std::byte& byte : bytes)
      byte = static_cast<std::byte>(random.below(256));
    bytes[0] |= std::byte{0x80};  // no message begins so
    return bytes;
  };
  for (int i = 0; i < 200; ++i) {
    stranger.link->send_play(stranger.peer, garbage());
    stranger.link->send_control(stranger.peer, garbage());
    ada.link().send_play(ada.peer(), garbage());
    ada.link().send_control(ada.peer(), garbage());
    stranger.wait(world, 4ms);
  }
  stranger.wait(world, 1s);
  CHECK(world.server->statistics().refused_messages == 800);
  CHECK(ada.client().phase() == Client::Phase::playing);
  stranger.say(world, hello_for("KAZ22"));
  CHECK(stranger.last_answer() == "welcome");
}

TEST_CASE("room: messages out of place are dropped and counted") {
  World world;
  Player& ada = playing(world, hello_for("KAZ22"));
  const auto refused = [&] { return world.server->statistics().refused_messages; };
  const auto say = [&](const PlayMessage& message) {
    Bytes bytes;
    std::visit([&](const auto& content) { encode(content, bytes); }, message);
    ada.link().send_play(ada.peer(), bytes);
    world.run(100ms);
  };
  const std::uint64_t before = refused();
  say(PlayUp{.epoch = 1});
  CHECK(refused() == before + 1);
  say(PlayUp{.received = 1000});
  CHECK(refused() == before + 2);
  say(PlayDown{});
  CHECK(refused() == before + 3);
  ada.link().send_control(ada.peer(), encode(ControlMessage(Diverged{})));
  world.run(100ms);
  CHECK(refused() == before + 4);
}
