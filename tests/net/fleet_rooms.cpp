// Relays that have their rooms together: a client asks any of them, and a match outlives its relay.

#include "fleet_world.hpp"
#include "support/catch.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

/// In one room of the first relay; the second of them asks the relay `at`.
std::pair<Player*, Player*> two_who_play(FleetWorld& world, std::size_t at) {
  Player& ada = world.join(0, hello_for("KAZ22"));
  Player& bob = world.join(at, hello_for("KAZ22"));
  offer_now_and_then(ada, 1);
  offer_now_and_then(bob, 2);
  REQUIRE(world.run_until([&] { return ada.is_in() && bob.is_in(); }, 5s));
  return {&ada, &bob};
}

}  // namespace

TEST_CASE("fleet: a room is found from every relay, and its code is only one's") {
  FleetWorld world(3);
  Player& ada = world.join(0, hello_for("KAZ22"));
  REQUIRE(world.run_until([&] { return ada.is_in(); }, 5s));
  CHECK(world.relays[0].server->room_count() == 1);
  // Whoever would open it elsewhere gets into it, and so does whoever knows its code.
  Player& bob = world.join(1, hello_for("KAZ22"));
  Player& eve = world.join(2, watching("KAZ22"));
  REQUIRE(world.run_until([&] { return bob.is_in() && eve.client().welcome(); }, 5s));
  CHECK(bob.slot() == PlayerId{1});
  CHECK(world.relays[1].server->room_count() == 0);
  CHECK(world.relays[1].server->statistics().sent_on == 1);
  CHECK(world.relays[2].server->statistics().sent_on == 1);
  CHECK(world.relays[0].server->peer_count() == 3);
  // A code of no room leads nowhere.
  Player& lost = world.join(1, {.room = "ZZZZZ", .rules = tally_rules});
  REQUIRE(world.run_until([&] { return lost.client().phase() == Client::Phase::failed; }, 5s));
  CHECK_THAT(lost.client().failure().sentence, contains("there is no room ZZZZZ"));
}

TEST_CASE("fleet: a room without a code is opened where there is less to do") {
  FleetWorld world(2);
  world.board.less_loaded = 1;
  Hello hello = hello_for("");
  Player& ada = world.join(0, hello);
  REQUIRE(world.run_until([&] { return ada.is_in(); }, 5s));
  CHECK(world.relays[0].server->room_count() == 0);
  CHECK(world.relays[1].server->room_count() == 1);
  CHECK(world.board.owners.at(ada.client().welcome()->room).relay == 1);
}

TEST_CASE("fleet: a new room whose code is that of a match that is left behind gets another one") {
  // Given the code that the second relay will draw first
  StormNetwork elsewhere(1);
  const auto link = elsewhere.listen();
  SimulatedStorage storage;
  Journal journal = open_journal(storage);
  const std::string code = RelayServer(*link, journal, {.seed = {2}}).free_code();
  FleetWorld world(2);
  Player& ada = world.join(0, hello_for(code));
  REQUIRE(world.run_until([&] { return ada.is_in(); }, 5s));
  world.run(1s);
  ada.crash();
  world.kill(0);
  Player& eve = world.join(1, hello_for(""));
  REQUIRE(world.run_until([&] { return eve.is_in(); }, 10s));
  CHECK(eve.client().welcome()->room != code);
  CHECK(world.relays[1].server->match(code) != nullptr);
  CHECK(world.relays[1].server->room_count() == 2);
}

TEST_CASE("fleet: a code is given back when its room is closed, or was not opened after all") {
  FleetWorld world(2);
  Player& ada = world.join(0, hello_for("KAZ22"));
  REQUIRE(world.run_until([&] { return ada.is_in(); }, 5s));
  CHECK(world.board.owners.contains("KAZ22"));
  ada.client().leave();
  REQUIRE(world.run_until([&] { return world.relays[0].server->room_count() == 0; }, 90s));
  CHECK(world.board.owners.empty());
  // A hello whose setup is no good gets no room.
  Hello other = hello_for("KAZ23");
  other.create->rules = "other@1+0123456789abcdef";
  Player& bob = world.join(1, other);
  REQUIRE(world.run_until([&] { return bob.client().phase() == Client::Phase::failed; }, 5s));
  CHECK(world.board.owners.empty());
}

TEST_CASE("fleet: a match goes on at another relay when its own is gone") {
  FleetWorld world(3);
  const auto [first, second] = two_who_play(world, 1);
  Player &ada = *first, &bob = *second;
  world.run(4s);
  const std::uint32_t epoch = ada.client().welcome()->epoch;
  const Tick reached = ada.client().horizon();
  world.kill(0);
  REQUIRE(world.run_until(
      [&] {
        return ada.client().horizon() > reached + 200 && bob.client().horizon() > reached + 200;
      },
      20s));
  CHECK(world.relays[1].server->room_count() + world.relays[2].server->room_count() == 1);
  CHECK(ada.client().welcome()->epoch > epoch);
  CHECK(ada.client().welcome()->epoch == bob.client().welcome()->epoch);
  // Nobody had to come in anew, and nothing that was said is lost.
  CHECK(ada.heard(EventKind::joined).size() >= 2);
  CHECK(ada.heard(EventKind::left).empty());
  ada.act = bob.act = nullptr;
  world.run(2s);
  CHECK(ada.log().head() == bob.log().head());
  CHECK(ada.log().horizon() == bob.log().horizon());
}

TEST_CASE("fleet: a relay without a lease orders nothing, says so, and goes on with it") {
  FleetWorld world(2);
  Player& ada = *two_who_play(world, 0).first;
  world.run(2s);
  const RelayMatch& match = *world.relays[0].server->match("KAZ22");
  world.relays[0].directory->is_leased = false;
  world.run(500ms);
  const Tick stood_at = match.clock();
  const std::uint32_t accepted = match.accepted_count();
  const Tick shown = ada.client().clock().present(world.now).tick;
  world.run(2s);
  CHECK(match.clock() == stood_at);
  CHECK(match.accepted_count() == accepted);
  CHECK(ada.client().clock().present(world.now).tick == shown);
  world.relays[0].directory->is_leased = true;
  world.run(2s);
  CHECK(match.clock() > stood_at + 60);
  CHECK(match.accepted_count() > accepted);
  CHECK(ada.client().phase() == Client::Phase::playing);
  CHECK(world.relays[0].server->statistics().ticks_missed == 0);
}

TEST_CASE("fleet: a relay that was cut off is believed by nobody when its match is another's") {
  FleetWorld world(2);
  const auto [first, second] = two_who_play(world, 0);
  Player &ada = *first, &bob = *second;
  world.run(2s);
  const Tick reached = ada.client().horizon();
  // The relay hears nothing of its fleet; its lease ends, and in the end it sends its players away.
  world.cut_off(0);
  REQUIRE(world.run_until(
      [&] {
        return ada.client().horizon() > reached + 200 && bob.client().horizon() > reached + 200;
      },
      30s));
  CHECK(world.relays[1].server->room_count() == 1);
  // When it hears of it again, it lets the room go.
  world.relays[0].directory->is_leased = true;
  world.relays[0].directory->moved.push_back({"KAZ22", world.address(1)});
  world.run(1s);
  CHECK(world.relays[0].server->room_count() == 0);
  CHECK(world.relays[0].server->statistics().moved_away == 1);
  ada.act = bob.act = nullptr;
  world.run(2s);
  CHECK(ada.log().head() == bob.log().head());
}

TEST_CASE("fleet: a relay hands its matches to another, and they hardly stand still") {
  FleetWorld world(2);
  const char* rooms[] = {"KAZ22", "KAZ23", "KAZ24"};
  std::vector<Player*> all;
  for (const char* room : rooms) {
    for (const std::size_t first : {0, 1}) {
      all.push_back(&world.join(first, hello_for(room)));
      offer_now_and_then(*all.back(), all.size());
      REQUIRE(world.run_until([&] { return all.back()->is_in(); }, 5s));
    }
  }
  world.run(2s);
  CHECK(world.relays[0].server->room_count() == 3);
  // Where nobody takes them, they stay, and go on.
  world.relays[0].server->hand_over_all();
  world.run(1s);
  CHECK(world.relays[0].server->room_count() == 3);
  CHECK(world.relays[0].server->match("KAZ22")->clock() > Tick{180});
  world.board.less_loaded = 1;
  std::vector<Tick> clocks;
  for (const char* room : rooms)
    clocks.push_back(world.relays[0].server->match(room)->clock());
  const Instant moved = world.now;
  world.relays[0].server->hand_over_all();
  REQUIRE(world.run_until(
      [&] {
        return std::ranges::all_of(all, [](Player* player) {
          return player->client().welcome()->epoch > 0 && !player->client().is_reconnecting();
        });
      },
      5s));
  // Five round trips of 40 ms: two to connect, one to come in, one for what is known, one to play.
  world.run(400ms);
  const std::int64_t ticks = (world.now - moved) * 60 / 1s;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const RelayMatch& match = *world.relays[1].server->match(rooms[i / 2]);
    CHECK(match.clock() >= clocks[i / 2] + ticks - 15);
    CHECK(all[i]->heard(EventKind::left).empty());
  }
  CHECK(world.relays[0].server->room_count() == 0);
  CHECK(world.relays[0].server->statistics().moved_away == 3);
  CHECK(world.relays[1].server->room_count() == 3);
  for (Player* player : all)
    player->act = nullptr;
  world.run(2s);
  for (std::size_t i = 0; i < all.size(); i += 2)
    CHECK(all[i]->log().head() == all[i + 1]->log().head());
}

TEST_CASE("fleet: a relay stops no more matches while others wait to be gone on with") {
  FleetWorld world(2);
  Player& ada = world.join(0, hello_for("KAZ22"));
  offer_now_and_then(ada, 1);
  REQUIRE(world.run_until([&] { return ada.is_in(); }, 5s));
  world.board.less_loaded = 1;
  world.relays[0].directory->waited_for = 2;
  world.relays[0].server->hand_over_all();
  const Tick before = world.relays[0].server->match("KAZ22")->clock();
  world.run(1s);
  REQUIRE(world.relays[0].server->room_count() == 1);
  CHECK(world.relays[0].server->match("KAZ22")->clock() > before + 50);
  world.relays[0].directory->waited_for = 1;
  REQUIRE(world.run_until([&] { return world.relays[1].server->room_count() == 1; }, 2s));
  CHECK(world.relays[0].server->statistics().moved_away == 1);
}

TEST_CASE("fleet: a match plays on until the relay that it goes to knows what there is of it") {
  FleetWorld world(2);
  const std::vector<std::string> rooms{"KAZ22", "KAZ23", "KAZ24", "KAZ25",
                                       "KAZ26", "KAZ27", "KAZ28", "KAZ29"};
  for (const std::string& code : rooms) {
    Player& player = world.join(0, hello_for(code.c_str()));
    offer_now_and_then(player, 1);
    REQUIRE(world.run_until([&] { return player.is_in(); }, 5s));
  }
  world.board.less_loaded = 1;
  world.relays[0].directory->prepares_at_once = false;
  world.relays[0].server->hand_over_all();
  const Tick before = world.relays[0].server->match("KAZ22")->clock();
  world.run(1s);
  REQUIRE(world.relays[0].server->room_count() == 8);
  CHECK(world.relays[0].server->match("KAZ22")->clock() > before + 50);
  // The next ones, not all of a thousand.
  const std::set<std::string> first(rooms.begin(), rooms.begin() + 6);
  CHECK(world.relays[0].directory->asked_to_prepare == first);
  world.relays[0].directory->prepares_at_once = true;
  REQUIRE(world.run_until([&] { return world.relays[1].server->room_count() == 8; }, 5s));
  CHECK(world.relays[0].server->statistics().moved_away == 8);
}

TEST_CASE("fleet: a room that goes takes no time from those that stay") {
  FleetWorld world(2);
  Player& ada = world.join(0, hello_for("KAZ22"));
  offer_now_and_then(ada, 1);
  REQUIRE(world.run_until([&] { return ada.is_in(); }, 5s));
  const RelayMatch& match = *world.relays[0].server->match("KAZ22");
  const Tick before = match.clock();
  for (int i = 0; i < 20; ++i) {
    world.relays[0].directory->moved.push_back({"M0V3D", world.address(1)});
    world.run(100ms);
  }
  CHECK(match.clock() >= before + 2 * 60 - 1);
}

TEST_CASE("fleet: everybody is told how far the log is kept elsewhere, and its end is waited for") {
  FleetWorld world(1);
  Player& ada = world.join(0, hello_for("KAZ22"));
  Player& eve = world.join(0, watching("KAZ22"));
  REQUIRE(world.run_until([&] { return ada.is_in() && eve.client().welcome(); }, 5s));
  world.run(3s);
  CHECK(ada.client().replicated() == Tick{});
  world.relays[0].directory->through = Tick{100};
  world.run(1500ms);
  CHECK(ada.client().replicated() == Tick{100});
  CHECK(eve.client().replicated() == Tick{100});
  // Nothing is replicated that is not even written.
  world.relays[0].directory->through = Tick{1'000'000};
  world.run(1500ms);
  CHECK(ada.client().replicated() <= ada.client().horizon() + 60);
  // The end is told when it is there; whoever plays may wait for it, and the match is finished
  // then.
  world.relays[0].directory->through = ada.client().replicated();
  ada.client().end_match();
  REQUIRE(world.run_until([&] { return ada.client().phase() == Client::Phase::ended; }, 2s));
  const Tick end = ada.client().horizon();
  DigestReport report{.tick = end};
  const Head head = *ada.log().head(end);
  std::copy_n(head.bytes.begin(), report.head.size(), report.head.begin());
  ada.client().report(report);
  world.run(2s);
  CHECK_FALSE(world.relays[0].server->next_finished());
  world.relays[0].directory->through = end;
  world.run(500ms);
  CHECK(ada.client().replicated() == end);
  CHECK(world.relays[0].server->next_finished());
}

TEST_CASE("fleet: a client that knows of a later life of the relay does not go back to an older") {
  FleetWorld world(2);
  Player& ada = world.join(0, hello_for("KAZ22"));
  Player& bob = world.join(0, hello_for("KAZ22"));
  REQUIRE(world.run_until([&] { return ada.is_in() && bob.is_in(); }, 5s));
  world.run(2s);
  // Given a relay that slept, woke up, and takes its lease for good still
  world.relays[0].is_asleep = true;
  world.board.forget_lease(0);
  offer_now_and_then(ada, 1);
  REQUIRE(world.run_until([&] { return world.relays[1].server->room_count() == 1; }, 20s));
  REQUIRE(world.run_until(
      [&] { return !ada.client().is_reconnecting() && !bob.client().is_reconnecting(); }, 20s));
  const std::uint32_t epoch = ada.client().welcome()->epoch;
  world.relays[0].is_asleep = false;
  // When the new one does not answer, and the old one does
  world.relays[1].is_asleep = true;
  world.run(15s);
  // Then it is not believed
  CHECK(world.relays[0].server->statistics().resumed > 0);
  CHECK(ada.client().welcome()->epoch >= epoch);
  CHECK(ada.client().is_reconnecting());
  // And the new one is found again.
  world.relays[1].is_asleep = false;
  CHECK(world.run_until([&] { return !ada.client().is_reconnecting(); }, 20s));
  CHECK(ada.client().welcome()->epoch >= epoch);
  CHECK(ada.client().phase() == Client::Phase::playing);
}
