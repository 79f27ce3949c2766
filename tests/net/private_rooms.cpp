// Rooms that are not open to everybody: spectators who are counted or refused, and hosts who decide
// on newcomers.

#include <algorithm>

#include "private_rooms.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

/// A room whose host, ada, decides.
struct Asking {
  explicit Asking(const RoomTerms& terms, RelayServer::Options options = {})
      : world({.server = std::move(options)}) {
    Hello hello = hello_for(private_room, 4);
    hello.name = "ada";
    hello.terms = terms;
    ada = &playing(world, hello);
  }
  Player& knock(const char* name, Hello hello = entering()) {
    hello.name = name;
    Player& player = world.join(std::move(hello), calm, 3 + world.players.size());
    world.run(300ms);
    return player;
  }
  static std::vector<std::string> asked(Player& host) {
    std::vector<std::string> names;
    for (const Newcomer& newcomer : host.client().room().newcomers)
      names.push_back(newcomer.names.front());
    return names;
  }
  void decide(Player& host, const std::string& name, HostWish wish) {
    for (const Newcomer& newcomer : std::vector(host.client().room().newcomers)) {
      if (newcomer.names.front() == name) host.client().decide(newcomer.id, wish);
    }
    world.run(500ms);
  }

  World world;
  Player* ada = nullptr;
};

bool is_out(Player& player) { return player.client().phase() == Client::Phase::failed; }

}  // namespace

// ---- Spectators ---------------------------------------------------------------------------------

TEST_CASE("spectators: players are told how many watch, also those who come later") {
  World world;
  Player& ada = playing(world, hello_for(private_room, 4));
  CHECK(ada.client().room().spectators == 0);
  Player& eve = world.join(watching(private_room), calm, 5);
  world.join(watching(private_room, 30), calm, 7);
  world.run(1500ms);
  CHECK(ada.client().room().spectators == 2);
  Player& bob = playing(world, entering());
  CHECK(bob.client().room().spectators == 2);
  CHECK(eve.client().room().spectators == 0);  // a spectator is not told
  eve.client().leave();
  world.run(1500ms);
  CHECK(ada.client().room().spectators == 1);
  CHECK(bob.client().room().spectators == 1);
}

TEST_CASE("spectators: however many come and go, players hear of it once a second") {
  World world;
  Stranger ada(world);
  ada.say(world, hello_for(private_room, 4));
  REQUIRE(ada.last_answer() == "welcome");
  for (int i = 0; i < 20; ++i) {
    Player& eve = world.join(watching(private_room), calm, 100 + static_cast<std::uint64_t>(i));
    ada.wait(world, 100ms);
    if (i % 2 == 0) eve.client().leave();
  }
  const auto told = std::ranges::count_if(ada.answers, [](const ControlMessage& message) {
    return std::holds_alternative<Attendance>(message);
  });
  CHECK(told >= 2);
  CHECK(told <= 3);
}

TEST_CASE("spectators: a room has as many as its host wants, or none") {
  World world;
  Hello hello = hello_for(private_room, 4);
  hello.terms.spectators_max = 1;
  Player& ada = playing(world, hello);
  CHECK(ada.client().welcome()->terms == hello.terms);
  Player& eve = world.join(watching(private_room), calm, 5);
  world.run(300ms);
  CHECK(eve.client().phase() == Client::Phase::playing);
  CHECK_THAT(words_to(world, watching(private_room)),
             contains("3 room KAZ22 has 1 spectators already"));
  hello.room = "KAZ23";
  hello.terms.spectators_max = 0;
  Player& bob = playing(world, hello);
  playing(world, entering(hello));
  CHECK_THAT(words_to(world, watching("KAZ23")), contains("3 room KAZ23 has no spectators"));
  // Nor does a player become one.
  bob.client().change_role(Role::spectator, 0, "");
  world.run(500ms);
  CHECK_THAT(bob.client().role_refusal(), contains("has no spectators"));
}

// ---- The host's word ----------------------------------------------------------------------------

TEST_CASE("approval: a newcomer waits for the host's word, and comes in by it") {
  Asking room({.asks_for_players = true});
  Player& bob = room.knock("bob");
  CHECK(bob.client().phase() == Client::Phase::connecting);
  CHECK(bob.client().room().is_host_asked);
  CHECK(room.asked(*room.ada) == std::vector<std::string>{"bob"});
  CHECK(room.world.server->match(private_room)->player_count() == 1);
  // However long that takes, within reason.
  room.world.run(30s);
  CHECK(bob.client().phase() == Client::Phase::connecting);
  room.decide(*room.ada, "bob", HostWish::let_in);
  CHECK(bob.client().phase() == Client::Phase::playing);
  CHECK_FALSE(bob.client().room().is_host_asked);
  CHECK(bob.slot() == PlayerId{1});
  CHECK(room.asked(*room.ada).empty());
  // Nobody is asked about a spectator here.
  CHECK(room.knock("eve", watching(private_room)).client().phase() == Client::Phase::playing);
}

TEST_CASE("approval: a newcomer who is turned away is told so") {
  Asking room({.asks_for_players = true});
  Player& bob = room.knock("bob");
  Player& cleo = room.knock("cleo");
  REQUIRE(room.asked(*room.ada) == std::vector<std::string>{"bob", "cleo"});
  room.decide(*room.ada, "bob", HostWish::turn_away);
  CHECK(is_out(bob));
  CHECK_THAT(bob.client().failure().sentence, contains("does not let you in"));
  CHECK(room.asked(*room.ada) == std::vector<std::string>{"cleo"});
  CHECK(cleo.client().phase() == Client::Phase::connecting);
  CHECK(room.world.server->statistics().turned_away == 1);
}

TEST_CASE("approval: nobody waits for ever, and no more than so many") {
  Asking room({.asks_for_players = true}, {.newcomers_max = 2, .answer_time = 20s});
  Player& bob = room.knock("bob");
  Player& cleo = room.knock("cleo");
  Player& dora = room.knock("dora");
  CHECK_THAT(dora.client().failure().sentence, contains("2 wait before room KAZ22 already"));
  room.world.run(15s);
  CHECK_FALSE(is_out(bob));
  room.world.run(6s);
  CHECK(is_out(bob));
  CHECK(is_out(cleo));
  CHECK_THAT(bob.client().failure().sentence, contains("has not answered"));
  CHECK(room.asked(*room.ada).empty());
}

TEST_CASE("approval: one who stops waiting is not asked about any more") {
  Asking room({.asks_for_players = true});
  Player& bob = room.knock("bob");
  Player& cleo = room.knock("cleo");
  bob.client().leave();
  cleo.crash();
  room.world.run(500ms);
  CHECK(room.asked(*room.ada) == std::vector<std::string>{"cleo"});
  room.world.run(12s);
  CHECK(room.asked(*room.ada).empty());
}

TEST_CASE("approval: spectators too, where the host wants to decide on them") {
  Asking room({.asks_for_spectators = true});
  Player& bob = room.knock("bob");
  CHECK(bob.client().phase() == Client::Phase::playing);
  Player& eve = room.knock("eve", watching(private_room));
  CHECK(eve.client().phase() == Client::Phase::connecting);
  REQUIRE(room.ada->client().room().newcomers.size() == 1);
  CHECK(room.ada->client().room().newcomers[0].role == Role::spectator);
  room.decide(*room.ada, "eve", HostWish::let_in);
  CHECK(eve.client().phase() == Client::Phase::playing);
  // One who was let in once is known, should its connection be lost.
  room.world.link->disconnect(eve.peer());
  REQUIRE(room.world.run_until([&] { return eve.client().is_reconnecting(); }, 5s));
  REQUIRE(room.world.run_until([&] { return !eve.client().is_reconnecting(); }, 5s));
  CHECK(room.asked(*room.ada).empty());
  // And a player may watch instead.
  bob.client().change_role(Role::spectator, 0, "");
  room.world.run(500ms);
  CHECK(bob.client().is_spectator());
}

TEST_CASE("approval: a spectator's wish to play is the host's to grant") {
  Asking room({.asks_for_players = true});
  Player& eve = room.knock("eve", watching(private_room));
  Player& eva = room.knock("eva", watching(private_room));
  eve.client().change_role(Role::player, 0, "eve");
  eva.client().change_role(Role::player, 0, "eva");
  room.world.run(500ms);
  CHECK(eve.client().is_spectator());
  CHECK(eve.client().room().is_host_asked);
  room.decide(*room.ada, "eve", HostWish::turn_away);
  room.decide(*room.ada, "eva", HostWish::let_in);
  CHECK(eve.client().is_spectator());
  CHECK_THAT(eve.client().role_refusal(), contains("does not let you in"));
  CHECK_FALSE(eva.client().is_spectator());
  CHECK(eva.slot() == PlayerId{1});
  room.world.run(1s);
  CHECK(eve.client().phase() == Client::Phase::playing);
}

TEST_CASE("approval: who was let in to watch is not let in to play by that") {
  Asking room({.asks_for_players = true, .asks_for_spectators = true});
  Player& eve = room.knock("eve", watching(private_room));
  room.decide(*room.ada, "eve", HostWish::let_in);
  REQUIRE(eve.client().phase() == Client::Phase::playing);
  eve.client().change_role(Role::player, 0, "eve");
  room.world.run(500ms);
  CHECK(eve.client().is_spectator());
  room.decide(*room.ada, "eve", HostWish::let_in);
  CHECK_FALSE(eve.client().is_spectator());
}

TEST_CASE("approval: when the host goes, the player in the lowest slot decides") {
  Asking room({.asks_for_players = true});
  Player& bob = room.knock("bob");
  room.decide(*room.ada, "bob", HostWish::let_in);
  Player& cleo = room.knock("cleo");
  CHECK(room.asked(bob).empty());
  // Somebody who is not asked has no say.
  const auto refused = room.world.server->statistics().refused_messages;
  bob.client().decide(room.ada->client().room().newcomers[0].id, HostWish::let_in);
  room.world.run(300ms);
  CHECK(cleo.client().phase() == Client::Phase::connecting);
  CHECK(room.world.server->statistics().refused_messages == refused + 1);
  room.ada->client().leave();
  room.world.run(500ms);
  REQUIRE(room.asked(bob) == std::vector<std::string>{"cleo"});
  room.decide(bob, "cleo", HostWish::let_in);
  CHECK(cleo.client().phase() == Client::Phase::playing);
}

TEST_CASE("approval: a host who comes back over a new connection is asked again") {
  Asking room({.asks_for_players = true});
  Player& bob = room.knock("bob");
  room.world.link->disconnect(room.ada->peer());
  REQUIRE(room.world.run_until([&] { return room.ada->client().is_reconnecting(); }, 5s));
  REQUIRE(room.world.run_until([&] { return !room.ada->client().is_reconnecting(); }, 5s));
  room.world.run(300ms);
  REQUIRE(room.asked(*room.ada) == std::vector<std::string>{"bob"});
  room.decide(*room.ada, "bob", HostWish::let_in);
  CHECK(bob.client().phase() == Client::Phase::playing);
}

TEST_CASE("approval: a newcomer whose answer is lost with the relay asks anew") {
  Asking room({.asks_for_players = true});
  Hello hello = entering();
  hello.resume = ResumeSecret{std::byte{7}};
  Player& bob = room.knock("bob", hello);
  room.world.restart_relay();
  const auto is_asked_anew = [&] {
    return room.ada->client().welcome()->epoch > 0 && room.asked(*room.ada).size() == 1;
  };
  REQUIRE(room.world.run_until(is_asked_anew, 20s));
  room.decide(*room.ada, "bob", HostWish::let_in);
  REQUIRE(room.world.run_until([&] { return bob.is_in(); }, 5s));
}

TEST_CASE("approval: of a match that is over, or full by now, a newcomer is told so") {
  Asking room({.asks_for_players = true});
  const bool is_over = GENERATE(true, false);
  std::vector<Player*> others;
  for (const char* name : {"bob", "cleo", "dora", "emma"})
    others.push_back(&room.knock(name));
  if (is_over) {
    room.ada->client().end_match();
    room.world.run(500ms);
    CHECK_THAT(others[0]->client().failure().sentence, contains("is over"));
    return;
  }
  for (const char* name : {"bob", "cleo", "dora", "emma"})
    room.decide(*room.ada, name, HostWish::let_in);
  CHECK(others[2]->client().phase() == Client::Phase::playing);
  CHECK_THAT(others[3]->client().failure().sentence, contains("is full"));
}

TEST_CASE("approval: the password comes first, and the host is not asked about a wrong one") {
  World world;
  Hello hello = locked_by("swordfish");
  hello.terms.asks_for_players = true;
  Player& ada = playing(world, hello);
  CHECK_THAT(words_to(world, entering()), contains("2 there is no room"));
  CHECK(ada.client().room().newcomers.empty());
  Hello other_rules = locked_by("swordfish", entering());
  other_rules.rules = "tally@2+00000000000000ff";
  CHECK_THAT(words_to(world, other_rules), contains("plays tally@1"));
  CHECK(ada.client().room().newcomers.empty());
}
