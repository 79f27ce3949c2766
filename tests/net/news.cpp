// What a relay tells its operator: who came and went, by slots and connections; and what it does
// before it is stopped.

#include "entering.hpp"
#include "support/catch.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

std::vector<RelayNews> all_news(World& world) {
  std::vector<RelayNews> all;
  while (auto news = world.server->next_news())
    all.push_back(std::move(*news));
  return all;
}

template <class Kind>
std::vector<Kind> of_kind(const std::vector<RelayNews>& all) {
  std::vector<Kind> found;
  for (const RelayNews& one : all) {
    if (const auto* kind = std::get_if<Kind>(&one)) found.push_back(*kind);
  }
  return found;
}

}  // namespace

TEST_CASE("news: a match is told from its room's opening to its end, each thing once") {
  World world;
  playing(world, hello_for("KAZ22"));
  Player& bob = playing(world, hello_for("KAZ22"));
  world.join(watching("KAZ22"), calm, 5);
  world.run(500ms);
  auto news = all_news(world);
  REQUIRE(of_kind<news::Opened>(news).size() == 1);
  CHECK(of_kind<news::Opened>(news)[0].room == "KAZ22");
  CHECK(of_kind<news::Opened>(news)[0].rules == tally_rules);
  CHECK(of_kind<news::Opened>(news)[0].slots == 2);
  REQUIRE(of_kind<news::Joined>(news).size() == 2);
  CHECK(of_kind<news::Joined>(news)[0].player == PlayerId{0});
  CHECK(of_kind<news::Joined>(news)[0].peer == of_kind<news::Opened>(news)[0].peer);
  CHECK(of_kind<news::Joined>(news)[1].player == PlayerId{1});
  CHECK(of_kind<news::Watching>(news).size() == 1);
  CHECK(news.size() == 4);

  bob.client().leave();
  world.run(500ms);
  news = all_news(world);
  REQUIRE(of_kind<news::Left>(news).size() == 1);
  CHECK(of_kind<news::Left>(news)[0].player == PlayerId{1});
  CHECK(of_kind<news::Left>(news)[0].reason == LeaveReason::quit);
  CHECK(news.size() == 1);

  world.server->end_all();
  world.run(6s);
  news = all_news(world);
  REQUIRE(of_kind<news::Ended>(news).size() == 1);
  CHECK(of_kind<news::Ended>(news)[0].reason == EndReason::operator_ended);
  CHECK(of_kind<news::Ended>(news)[0].tick == *world.finished.at(0).log.ended());
  CHECK(of_kind<news::WatchedEnough>(news).size() == 1);
  CHECK(news.size() == 2);
}

TEST_CASE("news: a player whose line drops is lost, and back when it returns") {
  World world;
  playing(world, hello_for("KAZ22"));
  Player& bob = playing(world, hello_for("KAZ22"));
  const auto joined = of_kind<news::Joined>(all_news(world));
  REQUIRE(joined.size() == 2);
  Hello again = hello_for("KAZ22");
  again.resume = bob.client().welcome()->resume;
  bob.crash();
  world.run(12s);
  auto news = all_news(world);
  REQUIRE(of_kind<news::Lost>(news).size() == 1);
  CHECK(of_kind<news::Lost>(news)[0].player == PlayerId{1});
  CHECK(of_kind<news::Lost>(news)[0].peer == joined[1].peer);
  CHECK(news.size() == 1);
  playing(world, again);
  news = all_news(world);
  REQUIRE(of_kind<news::Back>(news).size() == 1);
  CHECK(of_kind<news::Back>(news)[0].player == PlayerId{1});
  CHECK(of_kind<news::Back>(news)[0].peer > joined[1].peer);
  CHECK(news.size() == 1);
}

TEST_CASE("news: a refusal is told with its reason, and nothing that its sender wrote") {
  World world;
  Stranger stranger(world);
  stranger.say(world, {.room = "KAZ22", .name = "mallory", .rules = tally_rules});
  const auto news = all_news(world);
  REQUIRE(news.size() == 1);
  REQUIRE(of_kind<news::Refused>(news).size() == 1);
  CHECK(of_kind<news::Refused>(news)[0].reason == Refusal::unknown_room);
}

TEST_CASE("news: the latest wait for an operator who takes none, and no more than those") {
  World world({.server = {.hellos = {}, .wrong_codes = {}}});
  Stranger stranger(world);
  for (int i = 0; i < 60; ++i) {
    for (int j = 0; j < 25; ++j) {
      const Hello hello{.room = "KAZ22", .rules = tally_rules};
      stranger.link->send_control(stranger.peer, encode(ControlMessage(hello)));
    }
    stranger.wait(world, 20ms);
  }
  stranger.wait(world, 2s);
  REQUIRE(world.server->statistics().refused_hellos == 1500);
  CHECK(all_news(world).size() == limits::relay_news);
}

TEST_CASE("news: a match of a dead relay is told as taken up, and its players as back") {
  World world;
  playing(world, hello_for("KAZ22"));
  playing(world, hello_for("KAZ22"));
  world.run(1s);
  world.restart_relay();
  REQUIRE(world.run_until([&] { return world.server->statistics().resumed == 2; }, 10s));
  world.run(1s);
  const auto news = all_news(world);
  REQUIRE(of_kind<news::TakenUp>(news).size() == 1);
  CHECK(of_kind<news::TakenUp>(news)[0].tick > Tick{30});
  CHECK(of_kind<news::Back>(news).size() == 2);
  CHECK(of_kind<news::Joined>(news).empty());
}

TEST_CASE("drain: a relay about to be stopped opens no room, and lets players into those it has") {
  World world;
  Player& ada = playing(world, hello_for("KAZ22"));
  CHECK_FALSE(world.server->is_draining());
  world.server->drain(90s, world.now);
  CHECK(world.server->is_draining());
  Stranger stranger(world);
  stranger.say(world, hello_for("BAB22"));
  CHECK(stranger.last_answer() == "refused 5");
  world.run(5s);
  const auto told = ada.client().next_relay_stops();
  REQUIRE(told);
  CHECK(told->seconds == 90);
  CHECK_FALSE(ada.client().next_relay_stops());
  Player& bob = playing(world, hello_for("KAZ22"));
  const auto told_late = bob.client().next_relay_stops();
  REQUIRE(told_late);
  CHECK(told_late->seconds <= 85);
  CHECK(ada.client().phase() == Client::Phase::playing);
}

TEST_CASE("operator: changed limits hold from then on, and what is open stays") {
  World world({.server = {.rooms_max = 1, .utc = [] { return std::int64_t{77}; }}});
  Player& ada = playing(world, hello_for("KAZ22"));
  Stranger stranger(world);
  stranger.say(world, hello_for("BAB22"));
  CHECK(stranger.last_answer() == "refused 5");
  world.server->change_options({.rooms_max = 2});
  stranger.say(world, hello_for("BAB22"));
  CHECK(stranger.last_answer() == "welcome");
  world.server->change_options({.rooms_max = 1});
  world.run(1s);
  CHECK(world.server->room_count() == 2);
  CHECK(ada.client().phase() == Client::Phase::playing);
  world.server->end_all();
  world.run(7s);
  REQUIRE(world.finished.size() == 2);
  for (const MatchRecord& match : world.finished)
    CHECK(match.started_utc == 77);
}

TEST_CASE("operator: the newest rooms are summed up, so many as are asked for") {
  World world;
  playing(world, hello_for("KAZ22"));
  world.run(2s);
  playing(world, hello_for("BAB22"));
  world.join(watching("BAB22"), calm, 5);
  world.run(500ms);
  const auto both = world.server->summaries(10, world.now);
  REQUIRE(both.size() == 2);
  CHECK(both[0].room == "BAB22");
  CHECK(both[0].players == 1);
  CHECK(both[0].slots == 2);
  CHECK(both[0].spectators == 1);
  CHECK(both[1].room == "KAZ22");
  CHECK(both[1].age > both[0].age + 2s);
  CHECK(both[1].clock > both[0].clock);
  CHECK_FALSE(both[1].is_held);
  CHECK(world.server->summaries(1, world.now).size() == 1);
}
