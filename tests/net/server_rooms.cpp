// Rooms of the relay server: entries, refusals with their reasons, and goings.

#include "rooms.hpp"
#include "support/catch.hpp"
#include "tutti/net/room_code.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

/// A player of a room that is being played in.
Player& playing(World& world, const Hello& hello) {
  Player& player = world.join(hello, calm, 1);
  REQUIRE(world.run_until([&] { return player.is_in(); }, 3s));
  return player;
}

/// The relay's answer to a hello that it does not let in.
std::string refusal(World& world, const Hello& hello) {
  Player& player = world.join(hello, calm, 1);
  world.run(500ms);
  REQUIRE(player.client().phase() == Client::Phase::failed);
  CHECK(player.client().failure().fault == Fault::refused);
  CHECK(world.server->statistics().refused_hellos == 1);
  return player.client().failure().sentence;
}

/// Somebody who speaks to a link and not through a client.
struct Stranger {
  explicit Stranger(World& world)
      : link(world.network.endpoint()),
        peer(world.network.connect(*link, world.link->storm()).value()) {
    wait(world, 100ms);
  }
  void say(World& world, const Hello& hello) {
    link->send_control(peer, encode(ControlMessage(hello)));
    wait(world, 100ms);
  }
  void wait(World& world, Duration length) {
    world.run(length, [&] {
      link->service(world.now);
      while (auto arrival = link->receive()) {
        is_connected = arrival->kind != Arrival::Kind::disconnected;
        if (arrival->kind != Arrival::Kind::control) continue;
        answers.push_back(*decode_control(arrival->bytes));
      }
    });
  }
  /// "welcome" or "refused 2" and so on.
  std::string last_answer() const {
    if (answers.empty()) return "nothing";
    if (std::holds_alternative<Welcome>(answers.back())) return "welcome";
    const auto* refused = std::get_if<Refused>(&answers.back());
    return refused ? "refused " + std::to_string(static_cast<int>(refused->reason)) : "other";
  }

  std::unique_ptr<Link> link;
  PeerId peer;
  bool is_connected = false;
  std::vector<ControlMessage> answers;
};

}  // namespace

// ---- Getting in ---------------------------------------------------------------------------------

TEST_CASE("room: a player who opens one without a code is given a code") {
  World world;
  Player& ada = playing(world, hello_for(""));
  const std::string code = ada.client().welcome()->room;
  CHECK(parse_room_code(code) == code);
  CHECK(world.server->room_count() == 1);
  Player& bob = playing(world, {.room = code, .name = "bob", .rules = tally_rules});
  CHECK(bob.slot() == PlayerId{1});
  CHECK(bob.client().welcome()->setup == room_setup());
}

TEST_CASE("room: codes that are given differ") {
  World world;
  Player& ada = playing(world, hello_for(""));
  Player& bob = playing(world, hello_for(""));
  CHECK(ada.client().welcome()->room != bob.client().welcome()->room);
  CHECK(world.server->room_count() == 2);
}

TEST_CASE("room: the first to come opens it, the next one enters") {
  World world;
  Player& ada = playing(world, hello_for("KAZ22"));
  Player& bob = playing(world, hello_for("KAZ22"));
  CHECK(ada.slot() == PlayerId{0});
  CHECK(bob.slot() == PlayerId{1});
  CHECK(world.server->room_count() == 1);
  world.run(500ms);
  CHECK(ada.heard(EventKind::joined).size() == 2);
  CHECK(bob.heard(EventKind::joined).size() == 2);
}

TEST_CASE("room: names are in the log") {
  World world;
  Hello hello = hello_for("KAZ22");
  hello.name = "Zoë";
  Player& zoe = playing(world, hello);
  CHECK(zoe.heard(EventKind::joined).at(0).name == "Zoë");
}

TEST_CASE("room: a name that would steer a terminal is refused, one with joiners is not") {
  const std::string name =
      GENERATE(as<std::string>(), "\x1b[2J", "a\nb", "\u009b31m", "a\u202Eb", "Zo\xeb", "caf\xc3");
  CAPTURE(name);
  World world;
  Hello hello = hello_for("KAZ22");
  hello.name = name;
  CHECK_THAT(refusal(world, hello), contains("a name has to be text"));
  CHECK(world.server->room_count() == 0);
  hello.name = "\U0001F469\u200D\U0001F680";
  Player& astronaut = playing(world, hello);
  CHECK(astronaut.heard(EventKind::joined).at(0).name == hello.name);
}

TEST_CASE("room: one that does not exist is said not to") {
  World world;
  CHECK_THAT(refusal(world, {.room = "KAZ23", .rules = tally_rules}),
             contains("no room KAZ23 on this relay"));
}

TEST_CASE("room: a player who names none and opens none is told so") {
  World world;
  CHECK_THAT(refusal(world, {.rules = tally_rules}), contains("no room code was given"));
}

TEST_CASE("room: a full one says how many play in it") {
  World world;
  playing(world, hello_for("KAZ22"));
  playing(world, hello_for("KAZ22"));
  CHECK_THAT(refusal(world, hello_for("KAZ22")), contains("KAZ22 is full: it has 2 players"));
}

TEST_CASE("room: the slot of a player who has left is free again") {
  World world;
  playing(world, hello_for("KAZ22"));
  playing(world, hello_for("KAZ22")).client().leave();
  world.run(500ms);
  CHECK(playing(world, hello_for("KAZ22")).slot() == PlayerId{1});
}

TEST_CASE("room: a player with other rules is told both rules ids") {
  World world;
  playing(world, hello_for("KAZ22"));
  const std::string sentence =
      refusal(world, {.room = "KAZ22", .rules = "tally@2+00000000000000ff"});
  CHECK_THAT(sentence, contains(tally_rules));
  CHECK_THAT(sentence, contains("tally@2+00000000000000ff"));
}

TEST_CASE("room: a player who opens one for other rules than its own is told so") {
  World world;
  Hello hello = hello_for("KAZ22");
  hello.rules = "tally@2+00000000000000ff";
  CHECK_THAT(refusal(world, hello), contains("the setup names other rules than the client"));
  CHECK(world.server->room_count() == 0);
}

TEST_CASE("room: a client of another version is told both versions") {
  World world;
  Hello hello = hello_for("KAZ22");
  hello.version = protocol_version + 7;
  const std::string sentence = refusal(world, hello);
  CHECK_THAT(sentence, contains("this relay speaks protocol " + std::to_string(protocol_version)));
  CHECK_THAT(sentence, contains("the client speaks " + std::to_string(protocol_version + 7)));
}

TEST_CASE("room: a match that is over takes nobody in") {
  World world;
  Hello hello = hello_for("KAZ22");
  hello.create->terms.ends_at = 60;
  playing(world, hello);
  world.run(1500ms);
  CHECK_THAT(refusal(world, hello_for("KAZ22")), contains("the match in room KAZ22 is over"));
}

TEST_CASE("room: a match whose room is closed is over for newcomers, not unknown") {
  World world;
  Hello hello = hello_for("KAZ22");
  hello.create->terms.ends_at = 60;
  playing(world, hello).client().leave();
  world.run(80s);
  REQUIRE(world.server->room_count() == 0);
  Hello late = hello_for("KAZ22");
  late.create.reset();
  CHECK_THAT(refusal(world, late), contains("the match in room KAZ22 is over"));
  const auto answer = [&](const Hello& other) {
    Stranger stranger(world);
    stranger.say(world, other);
    return stranger.last_answer();
  };
  late.role = Role::spectator;
  CHECK(answer(late) == "refused 6");  // the match is over
  late.room = "KAZ23";
  CHECK(answer(late) == "refused 2");  // there is no such room
  // The code may be used again, and then leads to the new match.
  playing(world, hello_for("KAZ22"));
  CHECK(world.server->room_count() == 1);
}

TEST_CASE("room: there are only so many on one relay") {
  World world({.server = {.rooms_max = 1}});
  playing(world, hello_for("KAZ22"));
  CHECK_THAT(refusal(world, hello_for("KAZ23")), contains("as many matches as it can"));
}

TEST_CASE("room: a player who was refused may try again") {
  World world;
  Stranger stranger(world);
  stranger.say(world, {.room = "KAZ22", .rules = tally_rules});
  CHECK(stranger.last_answer() == "refused 2");
  stranger.say(world, hello_for("KAZ22"));
  CHECK(stranger.last_answer() == "welcome");
}

TEST_CASE("room: a player who is in one enters no other") {
  World world;
  Stranger stranger(world);
  stranger.say(world, hello_for("KAZ22"));
  stranger.say(world, hello_for("KAZ23"));
  CHECK(stranger.answers.size() == 1);
  CHECK(world.server->room_count() == 1);
}

// ---- Peers --------------------------------------------------------------------------------------

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

TEST_CASE("a match is dated when it begins: the clock may have been set since the relay started") {
  std::int64_t utc = -5;  // before 1970, as a machine without a battery may begin
  World::Options options;
  options.server.utc = [&] { return utc; };
  World world(std::move(options));
  world.join(hello_for("KAZ22"));
  world.run(200ms);
  utc = 1'700'000'000;
  world.join(hello_for("KAZ23"));
  world.run(200ms);
  CHECK(read_room(world.written(), "KAZ22").record.started_utc == 0);
  CHECK(read_room(world.written(), "KAZ23").record.started_utc == 1'700'000'000);
}
