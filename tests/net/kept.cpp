// The facts about a match that a relay keeps beside its log, and has again after its death.

#include "rooms.hpp"
#include "support/catch.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

TEST_CASE("kept: how events came is in the journal, and in the match that goes on from it") {
  World world;
  Player& ada = world.join(hello_for("KAZ22"), calm, 1);
  Player& bob = world.join(hello_for("KAZ22"), calm, 3);
  for (Player* player : {&ada, &bob}) {
    player->act = [random = std::make_shared<Random>(7)](Player& self) {
      if (random->chance(8)) self.offer(numbered(random->next()));
    };
  }
  // When a span of ten seconds has ended, and the relay dies
  world.run(12s);
  world.restart_relay();
  const std::vector<ArrivalMargins> found = read_room(world.written(), "KAZ22").record.margins;
  REQUIRE(found.size() == 2);
  for (const ArrivalMargins& margins : found)
    CHECK(margins.count > 10);
  // Then its successor's match has them, too, when it ends
  world.run(3s);
  ada.client().end_match();
  REQUIRE(world.run_until([&] { return !world.finished.empty(); }, 10s));
  const MatchRecord& record = world.finished.front();
  REQUIRE(record.margins.size() >= found.size());
  CHECK(std::equal(found.begin(), found.end(), record.margins.begin()));
}

TEST_CASE(
    "kept: that something was told unwritten stays in the journal, which has it all by then") {
  const bool is_broken = GENERATE(true, false);
  World world;
  Player& ada = world.join(hello_for("KAZ22"), calm, 1);
  world.run(2s);
  // Given a disk that takes nothing for a second
  world.storage.set_faults({.writes_fail = is_broken});
  const auto counter = ada.offer(numbered(5));
  world.run(1s);
  REQUIRE(std::any_of(ada.events().begin(), ada.events().end(),
                      [&](const Event& event) { return event.payload == numbered(5); }));
  world.storage.set_faults({});
  world.run(1s);
  ada.client().end_match();
  REQUIRE(world.run_until([&] { return !world.finished.empty(); }, 10s));
  // Then whoever reads the journal finds the event, and that it was not always there
  world.journal->flush_and_sync();
  const MatchRecord written = read_room(world.written(), "KAZ22").record;
  CHECK(counter);
  CHECK(written.log.head() == world.finished.front().log.head());
  CHECK(written.is_unwritten == is_broken);
  CHECK(world.finished.front().is_unwritten == is_broken);
}

TEST_CASE("kept: a client hears how far the log is durable, once the disk says so") {
  World world;
  Player& player = world.join(hello_for("KAZ22"), calm, 1);
  world.run(2s);
  // Given a disk on which nothing becomes durable
  world.storage.set_faults({.syncs_fail = true});
  world.run(500ms);
  const Tick before = player.client().durable();
  CHECK(before > Tick{60});
  CHECK(before <= player.client().horizon());
  player.offer(Bytes(1));
  world.run(1s);
  CHECK(player.client().durable() == before);
  CHECK(player.client().horizon() > before + 30);
}

TEST_CASE("kept: a match that is over lets its players go once it is durable") {
  World world;
  Player& player = world.join(hello_for("KAZ22", 1), calm, 1);
  world.run(2s);
  player.client().end_match();
  REQUIRE(world.run_until([&] { return !world.finished.empty(); }, 8s));
  world.run(500ms);
  CHECK(player.client().durable() == *world.finished.front().log.ended());
}
