// How a room's match is run: holds for lost players, and what its creator may do.

#include "rooms.hpp"
#include "support/catch.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

constexpr Duration tick = Duration(1s) / 60;

/// Ada, who opened it, and bob in a room with these terms.
struct Two {
  explicit Two(const MatchTerms& terms) {
    Hello hello = hello_for("KAZ22", 3);
    hello.create->terms = terms;
    ada = &world.join(hello, calm, 1);
    REQUIRE(world.run_until([&] { return ada->is_in(); }, 3s));
    bob = &world.join(hello, calm, 3);
    REQUIRE(world.run_until([&] { return bob->is_in(); }, 3s));
    world.run(1s);
  }
  World world;
  Player* ada = nullptr;
  Player* bob = nullptr;
};

}  // namespace

TEST_CASE("room: a match held for a lost player stands still, and goes on when it is back") {
  Two room({.on_loss = LossPolicy::hold, .patience_seconds = 60});
  World& world = room.world;
  const WeatherOptions nothing{.loss_ppm = 1'000'000};
  world.network.set_weather(room.bob->peer(), nothing, nothing);
  world.run(1400ms);
  REQUIRE(room.ada->heard(EventKind::silenced).size() == 1);
  REQUIRE(room.ada->heard(EventKind::held).size() == 1);
  const Tick stood = room.ada->present();
  world.run(1s);
  CHECK(room.ada->present() == stood);
  world.network.set_weather(room.bob->peer(), calm, calm);
  REQUIRE(world.run_until([&] { return !room.ada->heard(EventKind::resumed).empty(); }, 5s));
  const Instant resumed = world.now;
  world.run(3s);
  // The seconds of the hold are nobody's ticks.
  const std::int64_t since = (world.now - resumed) / tick;
  CHECK(std::abs(room.ada->present() - stood - since) <= 6);
  CHECK(std::abs(room.bob->present() - room.ada->present()) <= 1);
  CHECK(room.ada->heard(EventKind::left).empty());
}

TEST_CASE(
    "room: a player who does not come back in time is given up, and the match goes on without it") {
  Two room({.on_loss = LossPolicy::hold, .patience_seconds = 3});
  room.bob->crash();
  room.world.run(4s);
  CHECK(room.ada->heard(EventKind::left).empty());
  room.world.run(2s);
  REQUIRE(room.ada->heard(EventKind::left).size() == 1);
  CHECK(room.ada->heard(EventKind::left)[0].reason == LeaveReason::timed_out);
  const Tick before = room.ada->present();
  room.world.run(1s);
  CHECK(room.ada->present() - before >= 55);
}

TEST_CASE("room: its creator removes a player, who is told") {
  Two room({});
  room.ada->client().kick(room.bob->slot());
  room.world.run(500ms);
  REQUIRE(room.ada->heard(EventKind::left).size() == 1);
  CHECK(room.ada->heard(EventKind::left)[0].reason == LeaveReason::kicked);
  CHECK(room.bob->client().phase() == Client::Phase::failed);
  CHECK_THAT(room.bob->client().failure().sentence, contains("out of the match"));
  Player& eve = room.world.join(hello_for("KAZ22", 3), calm, 5);
  CHECK(room.world.run_until([&] { return eve.is_in(); }, 3s));
}

TEST_CASE("room: its creator ends the match for all") {
  Two room({});
  room.ada->client().end_match();
  room.world.run(500ms);
  CHECK(room.bob->client().phase() == Client::Phase::ended);
  REQUIRE(room.world.run_until([&] { return !room.world.finished.empty(); }, 8s));
  CHECK(room.world.finished[0].end == EndReason::operator_ended);
}

TEST_CASE("room: its creator's word as a referee is an event with a tick, for all") {
  Two room({});
  const Tick said = room.ada->present();
  room.ada->client().correct(Correction::voided, Tick{30}, "a cable\nwas pulled");
  // A second one at once is too much.
  room.ada->client().correct(Correction::decision, Tick{}, "or was it");
  room.world.run(500ms);
  for (const Player* player : {room.ada, room.bob}) {
    const std::vector<RelayEvent> heard = player->heard(EventKind::corrected);
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].correction == Correction::voided);
    CHECK(heard[0].number == 30);
    CHECK(heard[0].name == "somebody");
    CHECK(heard[0].text == "a cable?was pulled");  // no terminal is steered by it
  }
  // Its tick has passed.
  room.world.run(1s);
  room.ada->client().correct(Correction::restart, Tick{1'000'000}, "from here");
  room.world.run(500ms);
  REQUIRE(room.bob->heard(EventKind::corrected).size() == 2);
  const Tick about{room.bob->heard(EventKind::corrected)[1].number};
  CHECK(about > said);
  CHECK(about <= room.bob->present());
  // The match goes on, and its file says both.
  room.ada->client().end_match();
  REQUIRE(room.world.run_until([&] { return !room.world.finished.empty(); }, 8s));
  const MatchRecord& record = room.world.finished.front();
  CHECK(corrections(record.log) == room.bob->heard(EventKind::corrected));
  CHECK(summarize(record).corrections == 0b110);
  CHECK(read_room(room.world.written(), "KAZ22").record.log.head() == record.log.head());
}

TEST_CASE("room: others than its creator are not obeyed") {
  Two room({});
  const auto refused = room.world.server->statistics().refused_messages;
  room.bob->client().kick(room.ada->slot());
  room.bob->client().correct(Correction::voided, Tick{}, "I lost");
  room.bob->client().end_match();
  room.world.run(500ms);
  CHECK(room.world.server->statistics().refused_messages == refused + 3);
  CHECK(room.ada->heard(EventKind::corrected).empty());
  CHECK(room.ada->heard(EventKind::left).empty());
  CHECK(room.ada->client().phase() == Client::Phase::playing);
}

TEST_CASE("room: a clock that stands still is followed, and its running again as well") {
  FollowedClock clock(60);
  Instant now{10s};
  const auto go = [&](int frames) {
    for (int i = 0; i < frames; ++i)
      clock.present(now += tick);
  };
  clock.sample(now, {Tick{600}, 0}, 0ms);
  go(60);
  REQUIRE(std::abs(clock.present(now).tick - Tick{660}) <= 1);
  clock.stand(Tick{662});
  go(60);
  CHECK(clock.present(now).tick == Tick{662});
  clock.sample(now, {Tick{665}, 0}, 0ms);
  CHECK(clock.present(now).tick == Tick{665});
}
