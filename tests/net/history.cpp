// The older part of a running match, which is in the journal and not in memory: everybody who needs
// it gets it, and a match takes the same memory however long it goes on.

#include "rooms.hpp"
#include "tutti/sim/any_game.hpp"
#include "tutti/sim/game.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

/// Ada and bob play in a room of four, do much, and report the digests of their states.
struct LongMatch {
  explicit LongMatch(World::Options options = {}) : world(std::move(options)) {
    ada = &world.join(hello_for("KAZ22", 4), calm, 1);
    bob = &world.join(hello_for("KAZ22", 4), rough, 3);
    offer_now_and_then(*ada, 5);
    offer_now_and_then(*bob, 6);
  }
  void run(Duration length) {
    world.run(length, [&] {
      const Tick next{reported.value + 60};
      for (Player* player : {ada, bob})
        if (!player->client().welcome() || player->client().horizon() < next) return;
      if (!ada->log().head(next) || !bob->log().head(next)) return;
      reported = next;
      Digest digest;
      digest.bytes[0] = static_cast<std::byte>(next.value & 0xFF);
      DigestReport report{.tick = next, .digest = digest};
      const Head head = *ada->log().head(next);
      std::copy_n(head.bytes.begin(), report.head.size(), report.head.begin());
      ada->client().report(report);
      bob->client().report(report);
    });
  }
  const RelayMatch& match() const { return *world.server->match("KAZ22"); }
  /// Whether this player has been told the log that ada knows, from its beginning.
  bool knows_all(const Player& player) const {
    const Tick through = std::min(player.log().horizon(), ada->log().horizon());
    const bool is_near = ada->log().horizon() - through < 60;
    return is_near && player.log().head(through) == ada->log().head(through);
  }

  World world;
  Player* ada = nullptr;
  Player* bob = nullptr;
  Tick reported{};
};

/// A game whose state depends on every event, and on the tick that it came in.
struct Sums {
  static constexpr const char* name = "sums";
  static constexpr const char* version = "1";
  static constexpr std::uint8_t players_max = 4;
  struct Event {
    std::uint32_t number = 0;
    TUTTI_FIELDS(number)
  };
  struct State {
    std::uint64_t tick = 0;
    std::uint64_t sum = 0;
    std::uint64_t events = 0;
    TUTTI_FIELDS(tick, sum, events)
  };
  static State start(const Setup&) { return {}; }
  static void step(State& state, Events<Event> events, Effects<>&) noexcept {
    ++state.tick;
    for (const auto& event : events) {
      const Event* input = event.input();
      if (input == nullptr) continue;
      ++state.events;
      state.sum = state.sum * 31 + input->number + state.tick;
    }
  }
  static Event sample(Random& random) { return {random.next()}; }
};

/// A relay that judges by this game, whatever a match's rules are called.
RelayServer::Options with_referee() {
  return {.referee = [](const std::string&) { return std::optional(any_game<Sums>()); }};
}

/// Ada says what the game gives for a tick to come, bob something else, and both stand by it. The
/// finding.
DesyncFinding dispute(LongMatch& room) {
  const Tick tick = room.reported + 60;
  const auto has_come = [&] {
    return room.ada->log().horizon() >= tick && room.bob->log().horizon() >= tick;
  };
  REQUIRE(room.world.run_until(has_come, 5s));
  StateBox state = start(any_game<Sums>(), room.ada->log().setup());
  for (Tick at{1}; at <= tick; ++at)
    step_state(any_game<Sums>(), state.get(), room.ada->log().events_at(at), nullptr);
  CHECK(static_cast<const Sums::State*>(state.get())->events > 500);
  const Head head = *room.ada->log().head(tick);
  DigestReport report{.tick = tick, .digest = digest_state(any_game<Sums>(), state.get())};
  std::copy_n(head.bytes.begin(), report.head.size(), report.head.begin());
  const auto say = [&](Player& player) {
    player.client().report(report);
    room.world.run(300ms);
    return Refolded{.tick = tick, .digest = report.digest, .through = tick, .machine = "a test"};
  };
  const Refolded of_ada = say(*room.ada);
  report.digest.bytes[3] ^= std::byte{1};
  const Refolded of_bob = say(*room.bob);
  REQUIRE(room.ada->client().next_diverged());
  room.ada->client().answer(of_ada);
  room.bob->client().answer(of_bob);
  room.world.run(2s);
  const auto settled = room.ada->client().next_settled();
  REQUIRE(settled);
  CHECK(settled->finding.tick == tick);
  return settled->finding;
}

void renew(World& world) {
  Result<RenewedJournal> renewed = renew_journal(world.storage, journal_path, *world.server);
  REQUIRE(renewed);
  world.journal = std::move(renewed->journal);
  world.server->continue_in(*world.journal, renewed->numbers);
}

}  // namespace

TEST_CASE("history: a long match is mostly on the disk, and latecomers get all of it") {
  LongMatch room;
  room.run(60s);
  REQUIRE(room.match().first_kept() >= 512);
  CHECK(room.match().log().events().size() < 400);
  CHECK(room.match().log().count() == room.match().accepted_count() + 1);
  Player& eve = room.world.join(hello_for("KAZ22", 4), calm, 7);
  Player& ivy = room.world.join(watching("KAZ22"), rough, 9);
  Player& far = room.world.join(watching("KAZ22", 15), calm, 11);
  room.run(10s);
  CHECK(eve.is_in());
  CHECK(room.knows_all(eve));
  CHECK(room.knows_all(ivy));
  // A spectator from behind is told events that the match forgets meanwhile.
  const Tick seen = far.log().horizon();
  CHECK(room.ada->log().horizon() - seen >= 14 * 60);
  CHECK(seen > Tick{50 * 60});
  CHECK(far.log().head(seen) == room.ada->log().head(seen));
  room.run(20s);
  CHECK(far.log().head(far.log().horizon()) == room.ada->log().head(far.log().horizon()));
  CHECK(room.knows_all(eve));
}

TEST_CASE("history: a player whose machine has lost everything comes back into a long match") {
  LongMatch room;
  room.run(45s);
  REQUIRE(room.match().first_kept() >= 256);
  Hello back = hello_for("KAZ22", 4);
  back.create.reset();
  back.resume = room.bob->client().welcome()->resume;
  const PlayerId slot = room.bob->slot();
  room.bob->crash();
  room.world.run(2s);
  Player& again = room.world.join(back, calm, 13);
  room.world.run(10s);
  CHECK(again.slot() == slot);
  CHECK(room.knows_all(again));
}

TEST_CASE("history: the file of a long match has all of it: events, digests, margins") {
  LongMatch room;
  room.run(90s);
  REQUIRE(room.match().first_kept() >= 512);
  const std::uint32_t accepted = room.match().accepted_count();
  room.ada->client().end_match();
  REQUIRE(room.world.run_until([&] { return !room.world.finished.empty(); }, 8s));
  const MatchRecord& record = room.world.finished.front();
  CHECK(record.log.events().size() > accepted);
  CHECK(record.log.head() == room.ada->log().head());
  CHECK(record.digests.size() >= 80);
  for (std::size_t i = 0; i < record.digests.size(); ++i) {
    CHECK(record.digests[i].head == record.log.head(record.digests[i].tick));
    if (i > 0) CHECK(record.digests[i].tick > record.digests[i - 1].tick);
  }
  const ReadMatch written = read_room(room.world.written(), "KAZ22");
  CHECK_FALSE(written.damage);
  CHECK(written.record.log.head() == record.log.head());
  CHECK(written.record.digests == record.digests);
  CHECK(written.record.margins == record.margins);
  CHECK(record.margins.size() >= 16);
}

TEST_CASE("history: a journal that takes the place of another has all of a long match") {
  LongMatch room;
  room.run(45s);
  const std::uint32_t kept = room.match().first_kept();
  REQUIRE(kept >= 256);
  renew(room.world);
  CHECK(room.match().first_kept() == kept);
  Player& eve = room.world.join(hello_for("KAZ22", 4), calm, 7);
  room.run(30s);
  CHECK(room.match().first_kept() > kept);
  CHECK(room.knows_all(eve));
  renew(room.world);
  room.run(1s);
  const std::size_t before = room.world.written().size();
  const ReadMatch written = read_room(room.world.written(), "KAZ22");
  CHECK_FALSE(written.damage);
  const Tick through = written.record.log.horizon();
  CHECK(written.record.log.head() == *room.ada->log().head(through));
  CHECK(before < 64 * 1024);
  // And so has the relay that finds it.
  room.world.restart_relay();
  room.run(30s);
  REQUIRE(room.match().first_kept() >= 512);
  Player& ivy = room.world.join(watching("KAZ22"), calm, 9);
  room.run(10s);
  CHECK(room.knows_all(ivy));
  CHECK(room.knows_all(*room.bob));
}

TEST_CASE("history: a spectator of a match that is over reads on in the journal after it") {
  LongMatch room;
  room.run(60s);
  Player& far = room.world.join(watching("KAZ22", 30), calm, 11);
  room.run(3s);
  room.ada->client().end_match();
  REQUIRE(room.world.run_until([&] { return !room.world.finished.empty(); }, 8s));
  renew(room.world);
  room.world.run(35s);
  CHECK(far.client().phase() == Client::Phase::ended);
  CHECK(far.log().head() == room.world.finished.front().log.head());
  // It is over in that journal too: no relay goes on with it.
  CHECK(read_room(room.world.written(), "KAZ22").record.end == EndReason::operator_ended);
}

TEST_CASE("history: a relay's referee folds a long match that is mostly on the disk") {
  RelayServer::Options options = with_referee();
  options.memory_bytes_max = 100'000;  // half of what its events would take
  LongMatch room({.server = options});
  room.run(120s);
  CHECK(room.match().first_kept() >= 1024);
  CHECK(room.match().log().events().size() < 400);
  CHECK_FALSE(room.world.server->why_no_newcomers());
  const DesyncFinding finding = dispute(room);
  CHECK(finding.verdict == DesyncVerdict::refereed);
  CHECK(finding.wrong == std::uint64_t{1} << room.bob->slot().value);
  // And its file has all that it had.
  room.run(10s);
  room.ada->client().end_match();
  REQUIRE(room.world.run_until([&] { return !room.world.finished.empty(); }, 8s));
  const MatchRecord& record = room.world.finished.front();
  CHECK(record.log.head() == room.ada->log().head());
  CHECK(record.desyncs == std::vector{finding});
  CHECK(record.digests.size() >= 115);
  const ReadMatch written = read_room(room.world.written(), "KAZ22");
  CHECK(written.record.log.head() == record.log.head());
  CHECK(written.record.digests == record.digests);
  CHECK(written.record.desyncs == record.desyncs);
}

TEST_CASE("history: a referee to whom the disk does not give the log back says nothing") {
  LongMatch room({.server = with_referee()});
  room.run(60s);
  REQUIRE(room.match().first_kept() >= 512);
  Random random(1);
  room.world.storage.lose_power(random);
  const DesyncFinding finding = dispute(room);
  CHECK(finding.verdict == DesyncVerdict::disputed);
  CHECK(finding.wrong == 0);
  CHECK(room.ada->client().phase() == Client::Phase::playing);
}

TEST_CASE("history: a relay that is to keep the logs of its matches whole does") {
  LongMatch room({.server = {.puts_away = false}});
  room.run(45s);
  CHECK(room.match().first_kept() == 0);
  CHECK(room.match().log().events().size() == room.match().accepted_count() + 1);
}

TEST_CASE(
    "history: where the disk takes nothing, events stay in memory, and beyond a limit are "
    "refused") {
  LongMatch room({.server = {.events_kept_max = 300}});
  room.run(5s);
  room.world.storage.set_faults({.space_bytes = 0});
  room.run(60s);
  CHECK(room.match().first_kept() == 0);
  CHECK(room.match().accepted_count() >= 300);
  CHECK(room.match().accepted_count() < 320);
  CHECK(room.ada->client().statistics().is_over_budget);
  CHECK(room.ada->client().phase() == Client::Phase::playing);
}

TEST_CASE("history: beyond its budget of memory a relay opens no room, and says so") {
  World world({.server = {.memory_bytes_max = 50'000}});
  const auto come = [&](const std::string& room) -> Player& {
    Player& player = world.join(hello_for(room), calm, 1);
    world.run_until(
        [&] { return player.is_in() || player.client().phase() == Client::Phase::failed; }, 3s);
    return player;
  };
  std::size_t opened = 0;
  const std::string letters = "ABCDEFGHJK";
  while (opened < 10 && come(std::string("AAAA") + letters[opened]).is_in())
    ++opened;
  CHECK(opened >= 2);
  CHECK(opened < 10);
  REQUIRE(world.players.back()->client().phase() == Client::Phase::failed);
  CHECK_THAT(world.players.back()->client().failure().sentence,
             contains("no memory for another match"));
  CHECK(world.server->statistics().refused_rooms == 1);
  CHECK(world.server->why_no_newcomers() == "the relay has no memory for another match");
  CHECK(come("AAAAA").is_in());  // into a room that is there
}
