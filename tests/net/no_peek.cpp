// Rooms without peeking: nobody is told another player's event before its tick is final.

#include <map>
#include <set>

#include "entering.hpp"
#include "support/catch.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* peek_room = "KAZ22";

Hello room_of_three(bool is_no_peek) {
  Hello hello = hello_for(peek_room, 3);
  hello.terms.is_no_peek = is_no_peek;
  return hello;
}

/// Looks at all that players know, after every step of the world.
struct Judge {
  World& world;
  Tick final_through{};      // the furthest that the relay's log was ever final
  std::uint64_t peeked = 0;  // events of others that were known before
  std::uint64_t heard = 0;   // events of others
  std::map<Player*, std::size_t> seen{};

  void look() {
    if (world.server && world.server->match(peek_room) != nullptr) {
      final_through = std::max(final_through, world.server->match(peek_room)->horizon());
    }
    for (const auto& player : world.players) {
      if (player->has_crashed()) continue;
      const std::vector<Event>& events = player->events();
      std::size_t& from = seen[player.get()];
      if (events.size() < from) from = 0;  // it begins anew
      for (; from < events.size(); ++from) {
        const Event& event = events[from];
        const bool is_own = player->client().welcome()->player &&
                            event.author == author_of(*player->client().welcome()->player);
        if (event.author.is_relay() || is_own) continue;
        ++heard;
        peeked += event.tick > final_through;
      }
      for (const Event& event : player->client().ahead())
        peeked += event.tick > final_through;
    }
  }
};

}  // namespace

TEST_CASE("no-peek: an event of another player is heard of when its tick is final, not before") {
  const bool is_no_peek = GENERATE(true, false);
  const WeatherOptions weather = GENERATE(calm, rough);
  CAPTURE(is_no_peek, weather.loss_ppm);
  World world;
  Hello hello = room_of_three(is_no_peek);
  hello.create->terms.ends_at = 20 * 60;
  for (std::uint64_t seed : {1, 3, 5})
    offer_now_and_then(world.join(hello, weather, seed), seed);
  Judge judge{.world = world};
  world.run(22s, [&] { judge.look(); });
  CHECK(judge.heard > 300);
  CHECK((judge.peeked == 0) == is_no_peek);
  const Log& log = world.players[0]->log();
  REQUIRE(log.ended());
  for (const auto& player : world.players) {
    CHECK(player->log().head() == log.head());
    // All that each did is there, but for what came after the end.
    const std::size_t told = player->heard_from(player->slot()).size() + player->refused().size();
    CHECK(told <= player->offered().size());
    CHECK(told + 5 >= player->offered().size());
  }
}

TEST_CASE("no-peek: it holds for those who come late, come back, and play for a while only") {
  World world;
  for (std::uint64_t seed : {1, 3}) {
    offer_now_and_then(world.join(room_of_three(true), rough, seed), seed);
  }
  Judge judge{.world = world};
  const auto go_on = [&](Duration length) { world.run(length, [&] { judge.look(); }); };
  go_on(10s);
  Player& cleo = world.join(room_of_three(true), rough, 5);
  offer_now_and_then(cleo, 5);
  go_on(5s);
  REQUIRE(cleo.is_in());
  // Over a new connection it goes on where it was.
  world.link->disconnect(cleo.peer());
  go_on(8s);
  CHECK(world.server->statistics().resumed >= 1);
  cleo.client().change_role(Role::spectator, 0, "");
  go_on(4s);
  REQUIRE(cleo.client().is_spectator());
  cleo.client().change_role(Role::player, 0, "cleo");
  go_on(5s);
  REQUIRE_FALSE(cleo.client().is_spectator());
  CHECK(cleo.offered().size() > 20);
  CHECK(judge.heard > 500);
  CHECK(judge.peeked == 0);
  for (const auto& player : world.players)
    player->act = nullptr;
  world.run(3s);
  const Log& log = world.server->match(peek_room)->log();
  for (const auto& player : world.players) {
    CHECK(player->client().phase() == Client::Phase::playing);
    CHECK(player->log().head(log.horizon() - 60) == log.head(log.horizon() - 60));
  }
}

TEST_CASE("no-peek: of a long match that is mostly on the disk, all are told the same") {
  World world;
  Hello hello = room_of_three(true);
  hello.create->players = 4;
  std::vector<Player*> players;
  for (std::uint64_t seed : {1, 3, 5}) {
    players.push_back(&world.join(hello, seed == 5 ? calm : rough, seed));
    offer_now_and_then(*players.back(), seed);
  }
  Judge judge{.world = world};
  const auto go_on = [&](Duration length) { world.run(length, [&] { judge.look(); }); };
  go_on(40s);
  REQUIRE(world.server->match(peek_room)->first_kept() >= 384);
  // Dora comes late, cleo's line is dead for some pages, and bob's machine forgets everything.
  players.push_back(&world.join(hello, rough, 7));
  const WeatherOptions nothing{.loss_ppm = 1'000'000};
  world.network.set_weather(players[2]->peer(), nothing, nothing);
  go_on(45s);
  REQUIRE(world.server->match(peek_room)->first_kept() > players[2]->events().size() + 128);
  world.network.set_weather(players[2]->link().path(), calm, calm);
  Hello back = hello;
  back.create.reset();
  back.resume = players[1]->client().welcome()->resume;
  const PlayerId slot = players[1]->slot();
  players[1]->crash();
  players[1] = &world.join(back, calm, 13);
  go_on(15s);
  CHECK(players[1]->slot() == slot);
  CHECK(judge.heard > 1000);
  CHECK(judge.peeked == 0);
  for (Player* player : players)
    player->act = nullptr;
  world.run(3s);
  const Tick settled = players[0]->log().horizon() - 60;
  for (Player* player : players) {
    CHECK(player->client().phase() == Client::Phase::playing);
    CHECK(player->log().horizon() > settled);
    CHECK(player->log().head(settled) == players[0]->log().head(settled));
  }
}

TEST_CASE("no-peek: it holds under the relay's next life") {
  World world;
  std::vector<Player*> players;
  for (std::uint64_t seed : {1, 3, 5}) {
    players.push_back(&world.join(room_of_three(true), calm, seed));
    offer_now_and_then(*players.back(), seed);
  }
  Judge judge{.world = world};
  world.run(5s, [&] { judge.look(); });
  const std::uint64_t before = judge.heard;
  world.restart_relay();
  world.run(20s, [&] { judge.look(); });
  CHECK(judge.heard > before + 200);
  CHECK(judge.peeked == 0);
  for (const Player* player : players)
    CHECK(const_cast<Player*>(player)->client().welcome()->epoch > 0);
}

TEST_CASE("no-peek: with one who does not announce, events wait for no more than the window") {
  World world;
  Player& ada = world.join(room_of_three(true), calm, 1);
  Player& bob = world.join(room_of_three(true), calm, 3);
  offer_now_and_then(ada, 1);
  world.run(4s);
  const WeatherOptions nothing{.loss_ppm = 1'000'000};
  world.network.set_weather(world.join(room_of_three(true), calm, 5).peer(), nothing, nothing);
  std::int64_t most = 0;
  std::set<std::uint32_t> known;
  for (const Event& event : bob.events())
    known.insert(event.counter);
  const std::size_t before = known.size();
  world.run(5s, [&] {
    for (const Event& event : bob.events()) {
      if (event.author != author_of(ada.slot()) || !known.insert(event.counter).second) continue;
      most = std::max(most, world.server->match(peek_room)->clock() - event.tick);
    }
  });
  CHECK(known.size() > before + 20);
  // The window, a way of 20 ms, and the frame in which it is taken.
  CHECK(most <= limits::input_window_ticks + 4);
}
