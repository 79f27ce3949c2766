// A player whose process died comes back: a new client with the old one's secret, and nothing else.

#include "rooms.hpp"
#include "support/catch.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

Hello returning(const Welcome& welcome) {
  return {.room = welcome.room, .rules = tally_rules, .resume = welcome.resume};
}

}  // namespace

TEST_CASE("coming back: a dead process's player has its slot, its log and its counters again") {
  const auto away = GENERATE(Duration(300ms), Duration(5s), Duration(40s));
  const WeatherOptions weather = GENERATE(calm, rough);
  World world;
  Player& ada = world.join(hello_for("KAZ22"), calm, 1);
  Player& bob = world.join(hello_for("KAZ22"), weather, 3);
  offer_now_and_then(ada, 1);
  offer_now_and_then(bob, 2);
  REQUIRE(world.run_until([&] { return ada.is_in() && bob.is_in(); }, 5s));
  world.run(4s);
  const PlayerId slot = bob.slot();
  const Welcome welcome = *bob.client().welcome();
  bob.crash();
  world.run(away);
  Player& again = world.join(returning(welcome), weather, 7);
  REQUIRE(world.run_until([&] { return again.is_in(); }, 5s));
  offer_now_and_then(again, 9);
  world.run(5s);
  again.act = ada.act = nullptr;
  world.run(2s);
  CAPTURE(away.count(), weather.loss_ppm);
  CHECK(again.slot() == slot);
  CHECK(world.server->statistics().resumed == 1);
  CHECK(ada.heard(EventKind::joined).size() == 2);
  CHECK(ada.heard(EventKind::left).empty());
  // Its earlier events are in its log; its new ones go on after them, once and in order.
  const auto heard = ada.heard_from(slot);
  CHECK(again.heard_from(slot) == heard);
  REQUIRE(again.offered().size() > 20);
  REQUIRE(heard.size() > again.offered().size());
  CHECK(again.refused().empty());
  CHECK(std::equal(again.offered().rbegin(), again.offered().rend(), heard.rbegin()));
}

TEST_CASE("coming back: a proven new connection replaces one that still lives, at once") {
  World world;
  Player& ada = world.join(hello_for("KAZ22"), calm, 1);
  REQUIRE(world.run_until([&] { return ada.is_in(); }, 3s));
  const std::size_t peers = world.server->peer_count();
  Player& again = world.join(returning(*ada.client().welcome()), calm, 3);
  const Instant begun = world.now;
  REQUIRE(world.run_until([&] { return again.is_in(); }, 3s));
  CHECK(world.now - begun < 500ms);
  CHECK(again.slot() == ada.slot());
  world.run(5s);
  CHECK(world.server->peer_count() == peers);
  CHECK_THAT(ada.client().failure().sentence, contains("taken its place"));
  CHECK(again.client().phase() == Client::Phase::playing);
}

TEST_CASE(
    "coming back: a new connection's datagrams are neither stale nor do they tell of losses") {
  // Their numbers begin again, behind or before those of the connection that was.
  const auto played = GENERATE(Duration(4s), Duration(9s));
  World world;
  Player& ada = world.join(hello_for("KAZ22"), calm, 1);
  REQUIRE(world.run_until([&] { return ada.is_in(); }, 3s));
  world.run(played);
  CHECK(ada.client().statistics().round_trip_ms < 60);
  const WeatherOptions nothing{.loss_ppm = 1'000'000};
  world.network.set_weather(ada.link().path(), nothing, nothing);
  world.run(3s);
  const WeatherOptions far{.delay = 90ms};
  world.network.set_weather(ada.link().path(), far, far);
  REQUIRE(world.run_until([&] { return !ada.client().is_reconnecting(); }, 5s));
  world.run(2500ms);
  CHECK(world.server->statistics().resumed == 1);
  CHECK(ada.client().statistics().round_trip_ms > 120);
  CHECK(ada.client().statistics().loss < 0.05);
}

TEST_CASE("coming back: a player who comes after its slot was given up is somebody new") {
  World world({.server = {.reconnect_time = 12s}});
  Player& ada = world.join(hello_for("KAZ22"), calm, 1);
  Player& bob = world.join(hello_for("KAZ22"), calm, 3);
  REQUIRE(world.run_until([&] { return ada.is_in() && bob.is_in(); }, 3s));
  const Welcome welcome = *bob.client().welcome();
  bob.crash();
  REQUIRE(world.run_until([&] { return !ada.heard(EventKind::left).empty(); }, 30s));
  Player& again = world.join(returning(welcome), calm, 5);
  REQUIRE(world.run_until([&] { return again.is_in(); }, 3s));
  CHECK(world.server->statistics().resumed == 0);
  CHECK(again.client().welcome()->next_counter == 0);
  // By the secret that it brought it comes back from now on.
  CHECK(again.client().welcome()->resume == welcome.resume);
  world.run(200ms);
  CHECK(ada.heard(EventKind::joined).size() == 3);
}

TEST_CASE(
    "coming back: a player who dies before it was in the match keeps nobody out of its slot") {
  World world;
  Player& ada = world.join(hello_for("KAZ22"), calm, 1);
  REQUIRE(world.run_until([&] { return ada.is_in(); }, 5s));
  Player& bob = world.join(hello_for("KAZ22"), calm, 3);
  REQUIRE(world.run_until([&] { return world.server->match("KAZ22")->player_count() == 2; }, 5s));
  bob.crash();  // before it is welcomed: it knows no secret
  world.run(12s);
  REQUIRE(ada.heard(EventKind::joined).size() == 1);
  Player& again = world.join(hello_for("KAZ22"), calm, 7);
  CHECK(world.run_until([&] { return again.is_in(); }, 5s));
}

TEST_CASE(
    "coming back: a player who dies before it is answered has its slot by the secret that it "
    "chose") {
  World world;
  Player& ada = world.join(hello_for("KAZ22"), calm, 1);
  REQUIRE(world.run_until([&] { return ada.is_in(); }, 5s));
  Hello hello = hello_for("KAZ22");
  hello.resume = ResumeSecret{std::byte{7}};
  Player& bob = world.join(hello, calm, 3);
  REQUIRE(world.run_until([&] { return world.server->match("KAZ22")->player_count() == 2; }, 5s));
  REQUIRE_FALSE(bob.client().welcome());
  bob.crash();
  Player& again = world.join(hello, calm, 7);
  CHECK(world.run_until([&] { return again.is_in(); }, 1s));
  CHECK(world.server->match("KAZ22")->player_count() == 2);
  world.run(200ms);
  CHECK(ada.heard(EventKind::joined).size() == 2);
}

TEST_CASE("coming back: a hello that dies with its relay is said again") {
  const auto role = GENERATE(Role::player, Role::spectator);
  // While the link connects, and while the hello is on its way or waits for those who come back.
  const auto dies_after = GENERATE(10ms, 30ms, 50ms, 66ms, 300ms);
  World world;
  Player& ada = world.join(hello_for("KAZ22"), calm, 1);
  REQUIRE(world.run_until([&] { return ada.is_in(); }, 5s));
  if (dies_after > 100ms) world.restart_relay();
  Hello hello = hello_for("KAZ22");
  hello.create.reset();
  hello.role = role;
  if (role == Role::player) hello.resume = ResumeSecret{std::byte{7}};
  Player& bob = world.join(hello, calm, 3);
  world.run(dies_after);
  world.restart_relay();
  CAPTURE(dies_after.count(), static_cast<int>(role));
  REQUIRE(world.run_until([&] { return bob.client().welcome().has_value(); }, 9s));
  world.run(1s);
  CHECK(bob.client().phase() == Client::Phase::playing);
  CHECK(bob.is_in() == (role == Role::player));
  CHECK(world.server->match("KAZ22")->player_count() == (role == Role::player ? 2 : 1));
}

TEST_CASE("coming back: a player who asks again since no answer comes gets one slot") {
  constexpr WeatherOptions up{.delay = 20ms};
  constexpr WeatherOptions down{.delay = 100ms};
  constexpr WeatherOptions nothing{.delay = 100ms, .loss_ppm = 1'000'000};
  World world;
  Player& ada = world.join(hello_for("KAZ22"), calm, 1);
  REQUIRE(world.run_until([&] { return ada.is_in(); }, 5s));
  Hello hello = hello_for("KAZ22");
  hello.resume = ResumeSecret{std::byte{7}};
  Player& bob = world.join(hello, up, down);
  world.run(136ms);  // it is connected, and says hello
  world.network.set_weather(bob.link().path(), up, nothing);
  world.run(3500ms);
  REQUIRE(world.server->match("KAZ22")->player_count() == 2);
  REQUIRE_FALSE(bob.client().welcome());
  world.network.set_weather(bob.link().path(), up, down);
  REQUIRE(world.run_until([&] { return bob.is_in(); }, 5s));
  world.run(12s);
  CHECK(bob.client().phase() == Client::Phase::playing);
  CHECK(world.server->match("KAZ22")->player_count() == 2);
  CHECK(ada.heard(EventKind::joined).size() == 2);
  CHECK(ada.heard(EventKind::left).empty());
}

TEST_CASE("coming back: a wrong secret is nobody's") {
  World world;
  Player& ada = world.join(hello_for("KAZ22"), calm, 1);
  REQUIRE(world.run_until([&] { return ada.is_in(); }, 3s));
  Welcome welcome = *ada.client().welcome();
  welcome.resume[3] ^= std::byte{1};
  Player& other = world.join(returning(welcome), calm, 3);
  REQUIRE(world.run_until([&] { return other.is_in(); }, 3s));
  CHECK(other.slot() != ada.slot());
  CHECK(world.server->statistics().resumed == 0);
}

TEST_CASE("coming back: the log holds the secret's hash and not the secret") {
  World world;
  Player& ada = world.join(hello_for("KAZ22"), calm, 1);
  REQUIRE(world.run_until([&] { return ada.is_in(); }, 3s));
  world.run(1s);
  const Bytes journal = world.written();
  const auto holds = [&](BytesView bytes) {
    return std::search(journal.begin(), journal.end(), bytes.begin(), bytes.end()) != journal.end();
  };
  const ResumeSecret& secret = ada.client().welcome()->resume;
  CHECK(holds(digest_of(secret).bytes));
  CHECK_FALSE(holds(secret));
  CHECK_FALSE(holds(BytesView(secret).first(8)));
}

TEST_CASE("coming back: a message on a connection that was given up puts nobody out") {
  const WeatherOptions nothing{.loss_ppm = 1'000'000};
  World world;
  Player& ada = world.join(hello_for("KAZ22"), calm, 1);
  REQUIRE(world.run_until([&] { return ada.is_in(); }, 3s));
  world.network.set_weather(ada.link().path(), nothing, nothing);
  world.run(6s);
  world.network.set_weather(ada.link().path(), calm, calm);
  REQUIRE(world.run_until([&] { return !ada.client().is_reconnecting(); }, 10s));
  // An attempt of those seconds comes in last, and takes the place of the one that did it.
  Player& echo = world.join(returning(*ada.client().welcome()), calm, 3);
  const auto resumed = world.server->statistics().resumed;
  REQUIRE(world.run_until([&] { return world.server->statistics().resumed > resumed; }, 3s));
  echo.crash();
  world.run(2s);
  CHECK(ada.client().phase() == Client::Phase::playing);
  CHECK_FALSE(ada.client().is_reconnecting());
}
