// A client that keeps its log is told only what follows when another life of the relay goes on with
// the match: a long log, told again, would let everybody wait.

#include "rooms.hpp"
#include "support/catch.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

/// Two players and a spectator, all of whom keep their logs.
struct Keepers {
  World world;
  Player* ada;
  Player* bob;
  Player* eve;

  explicit Keepers(bool is_no_peek = false) {
    Hello hello = hello_for("KAZ22");
    hello.terms.is_no_peek = is_no_peek;
    ada = &world.join(hello, calm, 1);
    bob = &world.join(hello, calm, 3);
    REQUIRE(world.run_until([&] { return ada->is_in() && bob->is_in(); }, 5s));
    eve = &world.join(watching("KAZ22"), calm, 5);
    offer_now_and_then(*ada, 1);
    offer_now_and_then(*bob, 3);
    for (Player* player : all())
      player->keeps_log = true;
    world.run(20s);
    REQUIRE(eve->events().size() > 200);
  }
  std::vector<Player*> all() const { return {ada, bob, eve}; }
  /// Whether everybody goes on, and has the log of the relay.
  void check_that_all_have_one_log() {
    world.run(3s);
    ada->act = bob->act = nullptr;
    world.run(2s);
    const Log& log = world.server->match("KAZ22")->log();
    for (Player* player : all()) {
      const Tick through = player->log().horizon();
      CHECK(player->client().phase() == Client::Phase::playing);
      CHECK(player->client().welcome()->epoch == world.server->match("KAZ22")->epoch());
      CHECK(log.horizon() - through < 60);
      CHECK(player->log().head(through) == log.head(through));
    }
  }
};

/// How many events it was told before the one that begins the relay's life.
std::size_t told_again(const Player& player, std::size_t before) {
  const auto& events = player.events();
  const auto restarted = std::find_if(
      events.begin() + static_cast<std::ptrdiff_t>(before), events.end(), [](const Event& event) {
        const auto relay_event = relay_event_of(event);
        return relay_event && relay_event->kind == EventKind::restarted;
      });
  REQUIRE(restarted != events.end());
  return static_cast<std::size_t>(restarted - events.begin()) - before;
}

}  // namespace

TEST_CASE("known log: under the relay's next life everybody is told only what follows") {
  const bool is_no_peek = GENERATE(false, true);
  CAPTURE(is_no_peek);
  Keepers keepers(is_no_peek);
  // More than once, since what was left out before counts as well.
  for (int life = 0; life < 3; ++life) {
    std::vector<std::size_t> before;
    std::vector<Tick> through;
    for (const Player* player : keepers.all()) {
      before.push_back(player->events().size());
      through.push_back(player->log().horizon());
    }
    keepers.world.restart_relay();
    keepers.world.run(4s);
    for (std::size_t i = 0; i < before.size(); ++i) {
      Player& player = *keepers.all()[i];
      CAPTURE(life, i, player.client().known_through().value);
      CHECK(player.client().known_through() >= through[i]);
      CHECK(told_again(player, before[i]) < 20);
    }
  }
  keepers.check_that_all_have_one_log();
}

TEST_CASE("known log: who names an older tick is told what follows that") {
  Keepers keepers;
  std::vector<Tick> named;
  for (Player* player : keepers.all()) {
    player->keeps_log = false;
    named.push_back(player->log().horizon() - 200);
    player->client().know({named.back(), *player->log().head(named.back())});
  }
  const std::size_t before = keepers.ada->events().size();
  keepers.world.restart_relay();
  keepers.world.run(4s);
  for (std::size_t i = 0; i < named.size(); ++i)
    CHECK(keepers.all()[i]->client().known_through() == named[i]);
  const std::size_t again = told_again(*keepers.ada, before);
  CHECK(again > 20);
  CHECK(again < before / 2);
  keepers.check_that_all_have_one_log();
}

TEST_CASE("known log: a log with another head is told as a whole") {
  Keepers keepers;
  for (Player* player : keepers.all()) {
    player->keeps_log = false;
    player->client().know({player->log().horizon(), Head{}});
  }
  const std::size_t before = keepers.ada->events().size();
  keepers.world.restart_relay();
  keepers.world.run(4s);
  for (Player* player : keepers.all())
    CHECK(player->client().known_through() == Tick{});
  CHECK(told_again(*keepers.ada, before) >= before);
  keepers.check_that_all_have_one_log();
}

TEST_CASE("known log: one that has become another since the hello is told as a whole") {
  Keepers keepers;
  keepers.world.restart_relay();
  RelayServer& server = *keepers.world.server;
  REQUIRE(keepers.world.run_until([&] { return server.statistics().resumed > 0; }, 5s));
  for (Player* player : keepers.all()) {
    player->keeps_log = false;
    player->client().know({});
  }
  // The answers, which leave out what nobody keeps any more, are on their way.
  const std::size_t before = keepers.ada->events().size();
  keepers.world.run(15s);
  for (Player* player : keepers.all())
    CHECK(player->client().known_through() == Tick{});
  CHECK(told_again(*keepers.ada, before) > 100);
  keepers.check_that_all_have_one_log();
}
