// Limits of the relay on what comes from one place, from one client and into one match: what is
// refused, with which words, and that it is counted.

#include "entering.hpp"
#include "support/catch.hpp"
#include "tutti/net/room_code.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

constexpr NetworkPlace school{.household = 0x0102, .neighbourhood = 0x0100};
constexpr NetworkPlace next_door{.household = 0x0103, .neighbourhood = 0x0100};
constexpr NetworkPlace far_away{.household = 0x0202, .neighbourhood = 0x0200};

/// A relay to whom everybody who comes is at a place that the test says.
struct Town {
  explicit Town(RelayServer::Options options = {}) : world({.server = std::move(options)}) {
    world.link->place = [this](PeerId peer) {
      return places.try_emplace(peer.value, coming_from).first->second;
    };
  }
  Stranger& stranger(const NetworkPlace& from) {
    coming_from = from;
    strangers.push_back(std::make_unique<Stranger>(world));
    return *strangers.back();
  }
  /// The answer to a stranger's only hello.
  std::string answer(const NetworkPlace& from, const Hello& hello) {
    Stranger& one = stranger(from);
    one.say(world, hello);
    return one.last_answer();
  }
  std::string sentence() const {
    const auto* refused = std::get_if<Refused>(&strangers.back()->answers.back());
    return refused ? refused->sentence : "";
  }
  const RelayServer::Statistics& counted() const { return world.server->statistics(); }

  World world;
  NetworkPlace coming_from = far_away;
  std::map<std::uint32_t, NetworkPlace> places;
  std::vector<std::unique_ptr<Stranger>> strangers;
};

Hello new_room() { return hello_for(""); }
Hello into(const std::string& room) { return {.room = room, .rules = tally_rules}; }

}  // namespace

TEST_CASE("quotas: one household and one neighbourhood have so many rooms open and no more") {
  Town town({.rooms_from_one_place = {.per_household = 3, .per_neighbourhood = 5},
             .empty_room_timeout = 20s,
             .closing_time = 1s});
  for (int i = 0; i < 3; ++i)
    CHECK(town.answer(school, new_room()) == "welcome");
  CHECK(town.answer(school, new_room()) == "refused 5");
  CHECK_THAT(town.sentence(), contains("this network has as many rooms"));
  CHECK(town.answer(next_door, new_room()) == "welcome");
  CHECK(town.answer(next_door, new_room()) == "welcome");
  CHECK(town.answer(next_door, new_room()) == "refused 5");
  CHECK(town.answer(far_away, new_room()) == "welcome");
  CHECK(town.counted().refused_rooms == 2);
  // Rooms that nobody is in any more count no more.
  town.strangers.clear();
  town.world.run(80s);
  REQUIRE(town.world.server->room_count() == 0);
  CHECK(town.answer(school, new_room()) == "welcome");
}

TEST_CASE("quotas: rooms are opened from one place at a pace") {
  Town town({.rooms_opened = {.per_household = 0.5, .per_neighbourhood = 10, .kept_seconds = 4}});
  CHECK(town.answer(school, new_room()) == "welcome");
  CHECK(town.answer(school, new_room()) == "welcome");
  CHECK(town.answer(school, new_room()) == "refused 5");
  CHECK_THAT(town.sentence(), contains("too many new rooms come from this network"));
  CHECK(town.answer(next_door, new_room()) == "welcome");
  CHECK(town.counted().refused_rooms == 1);
  town.world.run(2s);
  CHECK(town.answer(school, new_room()) == "welcome");
}

TEST_CASE(
    "quotas: after so many wrong codes a place has to wait, and a right one tells it nothing") {
  Town town({.wrong_codes = {.per_household = 0.1, .per_neighbourhood = 1, .kept_seconds = 30}});
  Player& ada = playing(town.world, hello_for("KAZ22"));
  // Over one connection or over many is the same.
  Stranger& guesser = town.stranger(school);
  guesser.say(town.world, into("AAAA2"));
  CHECK(guesser.last_answer() == "refused 2");
  guesser.say(town.world, into("AAAA3"));
  CHECK(guesser.last_answer() == "refused 2");
  CHECK(town.answer(school, hello_for("AAAA4")) == "welcome");  // a code of its own choice: a guess
  CHECK(town.answer(school, into("KAZ22")) == "refused 5");
  CHECK_THAT(town.sentence(), contains("too many wrong room codes come from this network"));
  CHECK(town.answer(school, into("AAAA5")) == "refused 5");
  CHECK(town.counted().refused_guesses == 2);
  town.world.run(100ms);
  CHECK_FALSE(town.strangers.back()->is_connected);
  // Nobody else is concerned.
  CHECK(town.answer(next_door, into("AAAA6")) == "refused 2");
  town.world.run(11s);
  CHECK(town.answer(school, into("KAZ22")) == "welcome");
  CHECK(ada.client().phase() == Client::Phase::playing);
}

TEST_CASE("quotas: a wrong password is a wrong code") {
  Town town({.wrong_codes = {.per_household = 0.1, .per_neighbourhood = 1, .kept_seconds = 30}});
  Hello locked = hello_for("KAZ22");
  locked.password = hash_password("swordfish");
  playing(town.world, locked);
  const auto try_password = [&](const char* password) {
    Hello hello = into("KAZ22");
    hello.password = hash_password(password);
    return town.answer(school, hello);
  };
  for (const char* password : {"trout", "salmon", "pike"})
    CHECK(try_password(password) == "refused 2");
  CHECK(town.counted().wrong_codes == 3);
  CHECK(try_password("swordfish") == "refused 5");
  CHECK_THAT(town.sentence(), contains("too many wrong room codes come from this network"));
  CHECK(town.counted().refused_guesses == 1);
  town.world.run(11s);
  CHECK(try_password("swordfish") == "welcome");
}

TEST_CASE("quotas: a thousand guesses a second over one connection become twenty") {
  Town town;
  Random random(3);
  std::uint64_t looked_up = 0;
  for (int tries = 0; tries < 40; ++tries) {
    Stranger& guesser = town.stranger(school);
    for (int i = 0; i < 25; ++i) {
      const std::string code = random_room_code(random);
      guesser.link->send_control(guesser.peer, encode(ControlMessage(into(code))));
    }
    guesser.wait(town.world, 100ms);
    looked_up += static_cast<std::uint64_t>(
        std::count_if(guesser.answers.begin(), guesser.answers.end(), [](const auto& answer) {
          const auto* refused = std::get_if<Refused>(&answer);
          return refused != nullptr && refused->reason == Refusal::unknown_room;
        }));
  }
  CHECK(looked_up == 20);
}

TEST_CASE("quotas: a player who comes back is let in whatever its neighbours have done") {
  Town town({.wrong_codes = {.per_household = 0.01, .per_neighbourhood = 1, .kept_seconds = 100}});
  town.coming_from = school;
  Player& ada = town.world.join(hello_for("KAZ22"), calm, 1);
  REQUIRE(town.world.run_until([&] { return ada.is_in(); }, 3s));
  CHECK(town.answer(school, into("AAAA2")) == "refused 5");  // ada chose a code: that was its one
  Hello back = into("KAZ22");
  back.resume = ada.client().welcome()->resume;
  ada.crash();
  CHECK(town.answer(school, back) == "welcome");
  CHECK(town.counted().resumed == 1);
}

TEST_CASE("quotas: hellos and joins come from one place at a pace") {
  Town town({.hellos = {.per_household = 1, .per_neighbourhood = 10, .kept_seconds = 4},
             .joins = {.per_household = 0.1, .per_neighbourhood = 10, .kept_seconds = 20}});
  playing(town.world, hello_for("KAZ22", 64));
  CHECK(town.answer(school, into("KAZ22")) == "welcome");
  CHECK(town.answer(school, into("KAZ22")) == "welcome");
  CHECK(town.answer(school, into("KAZ22")) == "refused 5");
  CHECK_THAT(town.sentence(), contains("too many players and spectators"));
  CHECK(town.counted().refused_joins == 1);
  town.world.run(4s);
  Stranger& hasty = town.stranger(school);
  for (int i = 0; i < 8; ++i)
    hasty.link->send_control(hasty.peer, encode(ControlMessage(into(""))));
  hasty.wait(town.world, 200ms);
  REQUIRE(hasty.answers.size() == 5);  // the last one says why, and the connection ends
  CHECK_THAT(town.sentence(), contains("too many requests"));
  CHECK_FALSE(hasty.is_connected);
  CHECK(town.counted().refused_hello_rate == 1);
}

TEST_CASE("quotas: a player changes between playing and watching at a pace") {
  Town town({.role_changes = {.per_household = 0.1, .per_neighbourhood = 10, .kept_seconds = 20}});
  playing(town.world, hello_for("KAZ22", 3));
  town.coming_from = school;
  Player& bob = town.world.join(hello_for("KAZ22", 3), calm, 1);
  REQUIRE(town.world.run_until([&] { return bob.is_in(); }, 3s));
  const auto change = [&] {
    const std::uint32_t before = bob.client().roles_taken();
    bob.client().change_role(bob.client().is_spectator() ? Role::player : Role::spectator, 0,
                             "bob");
    town.world.run(500ms);
    return bob.client().roles_taken() - before;
  };
  CHECK(change() == 1);
  CHECK(change() == 1);
  CHECK(change() == 0);
  CHECK(bob.client().phase() == Client::Phase::playing);
  CHECK_THAT(bob.client().role_refusal(), contains("too many changes between playing"));
  CHECK(town.counted().refused_role_changes == 1);
  town.world.run(11s);
  CHECK(change() == 1);
}

TEST_CASE("quotas: players come into one match and leave it at a pace, wherever they are") {
  Town town({.joins_per_room = 0.1});  // three at once
  Player& ada = playing(town.world, hello_for("KAZ22"));
  std::uint64_t place = 1000;
  int let_in = 0;
  for (int i = 0; i < 20; ++i) {
    Stranger& one = town.stranger({++place, ++place});
    one.say(town.world, into("KAZ22"));
    let_in += one.last_answer() == "welcome";
    one.link->send_control(one.peer, encode(ControlMessage(Goodbye{})));
    one.wait(town.world, 20ms);
  }
  CHECK(let_in == 2);
  CHECK_THAT(town.sentence(), contains("too many players come into room KAZ22"));
  CHECK(town.counted().refused_joins == 18);
  CHECK(ada.client().phase() == Client::Phase::playing);
}

TEST_CASE("quotas: in a full relay there is a place for a player who comes back") {
  Town town({.peers_max = 3, .places_kept = 8});
  Player& ada = playing(town.world, hello_for("KAZ22"));
  Player& bob = playing(town.world, hello_for("KAZ22"));
  Hello back = into("KAZ22");
  back.resume = bob.client().welcome()->resume;
  bob.crash();
  town.world.run(11s);
  REQUIRE(town.world.server->peer_count() == 1);
  // Strangers fill what is free, and what is kept for as long as they say nothing.
  CHECK(town.answer(school, new_room()) == "welcome");
  CHECK(town.answer(next_door, new_room()) == "welcome");
  CHECK(town.answer(far_away, new_room()) == "refused 5");
  CHECK_THAT(town.sentence(), contains("no room for more players"));
  CHECK(town.counted().refused_connections == 1);
  town.stranger({7, 7});
  CHECK(town.world.server->peer_count() == 4);
  town.world.run(4s, [&] {
    for (std::size_t i = 0; i < 2; ++i)
      town.strangers[i]->link->service(town.world.now);
  });
  CHECK(town.world.server->peer_count() == 3);
  CHECK(town.answer({8, 8}, back) == "welcome");
  CHECK(town.counted().resumed == 1);
  CHECK(ada.client().phase() == Client::Phase::playing);
  // All players are there: no place is kept any more.
  CHECK(town.answer(far_away, new_room()) == "refused 5");
}

TEST_CASE("quotas: a match that ticks too fast, or would wait too long, is not opened") {
  Town town({.tick_rate_max = 100, .hold_seconds_max = 30});
  Hello hello = new_room();
  hello.create->tick_rate = 101;
  CHECK(town.answer(school, hello) == "refused 5");
  CHECK_THAT(town.sentence(), contains("at most 100 ticks a second, the match wants 101"));
  hello.create->tick_rate = 100;
  CHECK(town.answer(school, hello) == "welcome");
  hello.create->terms = {.on_loss = LossPolicy::hold, .patience_seconds = 31};
  CHECK(town.answer(school, hello) == "refused 5");
  CHECK_THAT(town.sentence(), contains("at most 30 s for a lost player, the match wants 31 s"));
  hello.create->terms.on_loss = LossPolicy::go_on;  // then it does not wait
  CHECK(town.answer(school, hello) == "welcome");
  CHECK(town.counted().refused_terms == 2);
}

TEST_CASE("quotas: datagrams beyond twice a client's budget are not read, and counted") {
  World world({.server = {.client_bytes_per_second = limits::bytes_per_second_least}});
  Player& ada = playing(world, hello_for("KAZ22"));
  Player& bob = playing(world, hello_for("KAZ22"));
  Bytes up;
  encode(PlayUp{.progress = Tick{1}}, up);
  world.run(2s, [&] {
    for (int i = 0; i < 40; ++i)
      bob.link().send_play(bob.peer(), up);
  });
  // 10,000 a second came, of which about 400 fit.
  CHECK(world.server->statistics().refused_datagrams > 15'000);
  CHECK(ada.heard(EventKind::left).empty());
  CHECK(ada.client().phase() == Client::Phase::playing);
}
