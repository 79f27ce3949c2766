// Rooms of the relay server: how players get in, and the reasons for which they do not.

#include <set>

#include "entering.hpp"
#include "support/catch.hpp"
#include "tutti/net/room_code.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

/// The relay's answer to a hello that it does not let in.
std::string refusal(World& world, const Hello& hello) {
  Player& player = world.join(hello, calm, 1);
  world.run(500ms);
  REQUIRE(player.client().phase() == Client::Phase::failed);
  CHECK(player.client().failure().fault == Fault::refused);
  CHECK(world.server->statistics().refused_hellos == 1);
  return player.client().failure().sentence;
}

}  // namespace

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

TEST_CASE("room: a relay gives codes as long as its owner wants them, and short ones otherwise") {
  const auto [wanted, given] = GENERATE(
      std::pair<std::size_t, std::size_t>{0, 5}, std::pair<std::size_t, std::size_t>{7, 10},
      std::pair<std::size_t, std::size_t>{10, 10}, std::pair<std::size_t, std::size_t>{20, 20});
  World world({.server = {.code_characters = wanted}});
  const std::string code = playing(world, hello_for("")).client().welcome()->room;
  CHECK(code.size() == given);
  CHECK(parse_room_code(code) == code);
  // It is found by it, and by a code of a player's own, of any length.
  CHECK(playing(world, {.room = code, .rules = tally_rules}).slot() == PlayerId{1});
  CHECK(playing(world, hello_for("KAZ22KAZ23KAZ24")).slot() == PlayerId{0});
}

TEST_CASE("room: no relay gives the codes of another, unless a test wants it to") {
  const auto codes_of = [](const RelayOptions& options) {
    World world;
    RelayServer server(*world.link, *world.journal, options);
    std::set<std::string> codes;
    while (codes.size() < 100)
      codes.insert(server.free_code());
    return codes;
  };
  CHECK(codes_of({}) != codes_of({}));
  CHECK(codes_of({.seed = {3, 4, 0, 0}}) == codes_of({.seed = {3, 4, 0, 0}}));
  CHECK(codes_of({.seed = {3, 4, 0, 0}}) != codes_of({.seed = {3, 4, 1, 0}}));
}

TEST_CASE("room: a code is read as people type it") {
  CHECK(parse_room_code("k7q2m") == "K7Q2M");
  CHECK(parse_room_code("K7Q2M-abcde") == "K7Q2MABCDE");
  CHECK(parse_room_code("K7Q2MABCDE") == "K7Q2MABCDE");
  CHECK(shown_room_code("K7Q2MABCDE") == "K7Q2M-ABCDE");
  CHECK(shown_room_code("K7Q2M") == "K7Q2M");
  for (const char* text : {"", "-", "-K7Q2M", "K7Q2M-", "K7Q2", "K7Q2MA", "K7Q2M ABCDE", "K7Q20",
                           "K7Q2MABCDEK7Q2MABCDEK7Q2M"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_room_code(text));
  }
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
  CHECK_FALSE(world.server->why_no_newcomers());
  playing(world, hello_for("KAZ22"));
  CHECK_THAT(refusal(world, hello_for("KAZ23")), contains("as many matches as it can"));
  CHECK(world.server->why_no_newcomers() == "the relay hosts as many matches as it can");
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
