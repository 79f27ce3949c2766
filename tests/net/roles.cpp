// Between playing and watching: a spectator becomes a player and a player a spectator, on the
// connection that they have.

#include "rooms.hpp"
#include "support/catch.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

/// Everything that is underway has arrived, and all have the log of the relay.
bool have_one_log(World& world, const std::string& room) {
  const Log& log = world.server->match(room)->log();
  for (const auto& player : world.players)
    player->act = nullptr;
  return world.run_until(
      [&] {
        return std::all_of(world.players.begin(), world.players.end(), [&](const auto& player) {
          return player->log().events().size() == log.events().size();
        });
      },
      5s);
}

}  // namespace

TEST_CASE("roles: a spectator becomes a player where a slot is free, a player a spectator") {
  const WeatherOptions weather = GENERATE(calm, rough);
  World world;
  Player& ada = world.join(hello_for("KAZ22"), calm, 1);
  Player& bob = world.join(hello_for("KAZ22"), weather, 3);
  Player& eve = world.join(watching("KAZ22"), weather, 5);
  for (Player* player : {&ada, &bob, &eve})
    offer_now_and_then(*player, 7);
  REQUIRE(world.run_until([&] { return ada.is_in() && bob.is_in(); }, 5s));
  // Given no free slot, it goes on watching
  eve.client().change_role(Role::player, 0, "Eve");
  REQUIRE(world.run_until([&] { return !eve.client().role_refusal().empty(); }, 3s));
  CHECK_THAT(eve.client().role_refusal(), contains("is full"));
  CHECK(eve.client().is_spectator());
  world.run(1s);
  // When a player gives its slot up
  const PlayerId slot = bob.slot();
  bob.client().change_role(Role::spectator, 0, "");
  REQUIRE(world.run_until([&] { return bob.client().is_spectator(); }, 3s));
  eve.client().change_role(Role::player, 0, "Eve");
  REQUIRE(world.run_until([&] { return eve.is_in(); }, 5s));
  // Then it is the other's, and all read one log
  CHECK(eve.slot() == slot);
  CHECK(eve.client().role_refusal().empty());
  world.run(3s);
  REQUIRE(have_one_log(world, "KAZ22"));
  CHECK(ada.heard(EventKind::joined).back().name == "Eve");
  CHECK(ada.heard(EventKind::left).size() == 1);
  CHECK(eve.offered().size() > 10);
  CHECK(eve.refused().empty());
  const Log& log = world.server->match("KAZ22")->log();
  Tick known = log.horizon();
  for (const auto& player : world.players)
    known = std::min(known, player->log().horizon());
  CHECK(known > Tick{200});
  for (const auto& player : world.players)
    CHECK(player->log().head(known) == log.head(known));
}

TEST_CASE("roles: the last player, or one whose going ends the match, stays one") {
  World world;
  Hello hello = hello_for("KAZ22");
  const bool is_last = GENERATE(true, false);
  if (!is_last) hello.create->terms.on_loss = LossPolicy::end;
  Player& ada = world.join(hello, calm, 1);
  if (!is_last) world.join(hello, calm, 3);
  world.run(1s);
  ada.client().change_role(Role::spectator, 0, "");
  world.run(1s);
  CHECK_THAT(ada.client().role_refusal(), contains("would end without you"));
  CHECK_FALSE(ada.client().is_spectator());
  CHECK_FALSE(world.server->match("KAZ22")->is_over());
}

TEST_CASE("roles: a connection that is lost over the change takes neither slot nor place twice") {
  const int cut_ms = GENERATE(0, 10, 24, 38, 50, 70, 100);
  const bool to_player = GENERATE(true, false);
  const bool is_relay_new = GENERATE(false, true);
  World world;
  Player& ada = world.join(hello_for("KAZ22", 3), calm, 1);
  Player& bob = world.join(hello_for("KAZ22", 3), calm, 3);
  Player& eve = world.join(to_player ? watching("KAZ22") : hello_for("KAZ22", 3), calm, 5);
  world.run(3s);
  CAPTURE(cut_ms, to_player, is_relay_new);
  // When the path fails, or the relay dies, at some moment after the wish
  eve.client().change_role(to_player ? Role::player : Role::spectator, 0, "Eve");
  world.run(std::chrono::milliseconds(cut_ms));
  if (is_relay_new) {
    restart(world);
  } else {
    WeatherOptions nothing = calm;
    nothing.loss_ppm = 1'000'000;
    world.network.set_weather(eve.link().path(), nothing, nothing);
    world.run(12s);
    world.network.set_weather(eve.link().path(), calm, calm);
  }
  world.run(6s);
  // Then it is what it wished to be, once
  CHECK(eve.client().roles_taken() == 1);
  CHECK(eve.client().role_refusal().empty());
  CHECK(eve.client().is_spectator() != to_player);
  CHECK(world.server->match("KAZ22")->player_count() == (to_player ? 3U : 2U));
  REQUIRE(have_one_log(world, "KAZ22"));
  CHECK(ada.client().phase() == Client::Phase::playing);
  CHECK(bob.client().phase() == Client::Phase::playing);
}

TEST_CASE("roles: a message in an earlier role is not taken for the present one") {
  const bool has_begun = GENERATE(false, true);
  World world;
  Player& ada = world.join(hello_for("KAZ22"), calm, 1);
  Player& bob = world.join(hello_for("KAZ22"), calm, 3);
  for (Player* player : {&ada, &bob})
    offer_now_and_then(*player, 7);
  world.run(3s);
  PlayUp said{.epoch = bob.client().welcome()->epoch,
              .received = static_cast<std::uint32_t>(bob.events().size()),
              .progress = bob.present()};
  REQUIRE(said.received > 20);
  bob.client().change_role(Role::spectator, 0, "");
  REQUIRE(world.run_until([&] { return bob.client().is_spectator(); }, 3s));
  bob.client().change_role(Role::player, 0, "Bob");
  const RelayMatch& match = *world.server->match("KAZ22");
  REQUIRE(world.run_until([&] { return match.player_count() == 2; }, 3s));
  REQUIRE(bob.client().roles_taken() == 1);  // the relay's answer is on its way
  // A datagram that the network has kept since bob first played arrives before the first that he
  // sends as a player again, or between that and the next.
  CAPTURE(has_begun);
  if (has_begun) {
    bob.act = nullptr;
    REQUIRE(world.run_until([&] { return bob.client().roles_taken() == 2; }, 3s));
    REQUIRE(bob.events().size() < said.received);
  }
  Bytes late;
  encode(said, late);
  bob.link().send_play(bob.link().path(), late);
  REQUIRE(world.run_until([&] { return bob.is_in(); }, 3s));
  CHECK(bob.client().phase() == Client::Phase::playing);
  REQUIRE(have_one_log(world, "KAZ22"));
}

TEST_CASE("roles: a message to an earlier role is not taken for the present one") {
  World world;
  Player& ada = world.join(hello_for("KAZ22"), calm, 1);
  Player& bob = world.join(hello_for("KAZ22"), calm, 3);
  for (Player* player : {&ada, &bob})
    offer_now_and_then(*player, 7);
  // The network keeps all that the relay says, to whomever.
  std::vector<std::pair<PeerId, Bytes>> kept;
  world.link->look = [&](PeerId peer, BytesView bytes) {
    kept.emplace_back(peer, Bytes(bytes.begin(), bytes.end()));
  };
  world.run(3s);
  world.link->look = nullptr;
  REQUIRE(bob.offered().size() > 5);
  bob.client().change_role(Role::spectator, 0, "");
  REQUIRE(world.run_until([&] { return bob.client().is_spectator(); }, 3s));
  bob.client().change_role(Role::player, 0, "Bob");
  // It lets it go while bob begins to play for the second time, and to read the log.
  REQUIRE(world.run_until([&] { return world.server->match("KAZ22")->player_count() == 2; }, 3s));
  REQUIRE(bob.client().roles_taken() == 1);  // the relay's answer is on its way
  world.run(100ms, [&] {
    for (const auto& [peer, bytes] : kept)
      world.link->send_play(peer, bytes);
  });
  REQUIRE(world.run_until([&] { return bob.is_in(); }, 3s));
  CHECK(bob.client().failure().sentence.empty());
  REQUIRE(have_one_log(world, "KAZ22"));
}
