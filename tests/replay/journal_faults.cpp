// A journal on a disk that is full, broken or without power: it says so, loses nothing that it
// called written or durable, and never stops the match.

#include <map>

#include "matches.hpp"
#include "support/catch.hpp"
#include "tutti/replay/journal.hpp"
#include "tutti/replay/reader.hpp"
#include "tutti/replay/simulated_storage.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

// One event of one player at each tick.
std::optional<JournalPosition> append_tick(Journal& journal, MatchNumber match, std::int64_t tick) {
  const Bytes payload = hold(static_cast<int>(tick % 10));
  const std::vector<EventView> events = {
      {Tick{tick}, author_of(PlayerId{0}), static_cast<std::uint32_t>(tick), payload}};
  return journal.append(match, EventBatch{static_cast<std::uint64_t>(tick), events, Tick{tick}});
}

ReadMatch read_back(Storage& storage, MatchNumber match) {
  const Bytes bytes = *storage.read(journal_path);
  const Result<JournalReader> reader = JournalReader::open(bytes);
  REQUIRE(reader);
  Result<ReadMatch> read = reader->read(match);
  REQUIRE(read);
  return std::move(*read);
}

}  // namespace

TEST_CASE("a full disk is reported, and what waits is written once there is room") {
  SimulatedStorage storage;
  Journal journal = open_journal(storage);
  const MatchNumber match = journal.begin(opening_of("FIRST"));
  append_tick(journal, match, 1);
  REQUIRE_FALSE(journal.flush(0s).error);
  // Given a disk with room for half a record more
  storage.set_faults({.space_bytes = storage.read(journal_path)->size() + 10});
  // When the match goes on
  std::optional<JournalPosition> position;
  for (std::int64_t tick = 2; tick <= 100; ++tick) {
    position = append_tick(journal, match, tick);
    const JournalStatus status = journal.flush(tick * 16ms);
    // Then every pass says why nothing is written
    REQUIRE(position);
    REQUIRE(status.written < *position);
    REQUIRE(status.durable <= status.written);
    REQUIRE(status.error);
    REQUIRE(status.error->fault == Fault::system);
    REQUIRE_THAT(status.error->sentence, contains("No space left on device"));
    REQUIRE_THAT(status.error->sentence, contains(journal_path));
  }
  CHECK_FALSE(journal.is_unwritten(match));
  // And when there is room again, nothing is missing
  storage.set_faults({});
  const JournalStatus status = journal.flush(10s);
  CHECK_FALSE(status.error);
  CHECK(status.written == *position);
  const ReadMatch read = read_back(storage, match);
  CHECK_FALSE(read.damage);
  CHECK(read.record.log.horizon() == Tick{100});
}

TEST_CASE("a match whose records are dropped is unwritten for good, and the others are not") {
  SimulatedStorage storage;
  Journal journal = open_journal(storage, {.waiting_bytes_max = 1000});
  const MatchNumber busy = journal.begin(opening_of("BUSY"));
  const MatchNumber calm = journal.begin(opening_of("CALM"));
  journal.flush(0s);
  // Given a disk that takes nothing while one match writes more than may wait
  storage.set_faults({.writes_fail = true});
  std::int64_t tick = 1;
  while (append_tick(journal, busy, tick)) {
    const JournalStatus& status = journal.flush(tick * 16ms);
    REQUIRE(status.error);
    CHECK_THAT(status.error->sentence, contains("Input/output error"));
    ++tick;
    REQUIRE(tick < 100);
  }
  CHECK(journal.is_unwritten(busy));
  CHECK_FALSE(journal.is_unwritten(calm));
  CHECK(journal.status().records_dropped == 1);
  // When the disk works again
  storage.set_faults({});
  journal.flush(10s);
  // Then the one with a hole is not gone on with, and the other is
  CHECK_FALSE(append_tick(journal, busy, tick + 1));
  CHECK(append_tick(journal, calm, 1));
  CHECK_FALSE(journal.flush(11s).error);
  CHECK(read_back(storage, busy).record.log.horizon() == Tick{tick - 1});
  CHECK_FALSE(read_back(storage, busy).damage);
  CHECK(read_back(storage, calm).record.log.horizon() == Tick{1});
}

TEST_CASE("after a failed sync nothing is called durable any more") {
  SimulatedStorage storage;
  Journal journal = open_journal(storage);
  const MatchNumber match = journal.begin(opening_of("FIRST"));
  journal.flush(0s);
  const JournalPosition durable = journal.status().durable;
  CHECK(durable == journal.status().written);
  // Given one sync that fails
  append_tick(journal, match, 1);
  storage.set_faults({.syncs_fail = true});
  CHECK_THAT(journal.flush(1s).error->sentence, contains("cannot sync"));
  // When later ones would succeed
  storage.set_faults({});
  const std::uint64_t syncs = storage.statistics().syncs;
  for (std::int64_t tick = 2; tick <= 50; ++tick) {
    append_tick(journal, match, tick);
    journal.flush(1s + tick * 100ms);
  }
  // Then they are not believed, but writing goes on
  const JournalStatus status = journal.flush_and_sync();
  CHECK(storage.statistics().syncs == syncs);
  CHECK(status.durable == durable);
  CHECK(status.written == status.appended);
  CHECK(status.must_be_renewed);
  REQUIRE(status.error);
  CHECK(read_back(storage, match).record.log.horizon() == Tick{50});
}

TEST_CASE("what is written while a sync is under way is durable with the next one only") {
  SimulatedStorage storage;
  Journal journal = open_journal(storage, {.sync_interval = 50ms});
  const MatchNumber match = journal.begin(opening_of("FIRST"));
  journal.flush(0s);
  storage.set_sync_delay(20, 7);
  std::int64_t tick = 1;
  std::chrono::nanoseconds now = 1s;
  int waited = 0;
  for (int round = 0; round < 30; ++round) {
    // Given a sync that was begun after this tick
    const std::uint64_t syncs = storage.statistics().syncs;
    const auto begun_at = append_tick(journal, match, tick++);
    const JournalPosition before = journal.status().durable;
    JournalStatus status = journal.flush(now += 50ms);
    while (storage.statistics().syncs == syncs) {
      // When others follow meanwhile, then they are written and the wait is nobody's
      REQUIRE(status.durable == before);
      const auto position = append_tick(journal, match, tick++);
      status = journal.flush(now += 1ms);
      REQUIRE(status.written == *position);
      ++waited;
    }
    // Then durable is what was there when it was begun
    REQUIRE(status.durable == *begun_at);
    REQUIRE_FALSE(status.error);
    REQUIRE(journal.flush_and_sync().durable == journal.status().written);
  }
  CHECK(waited > 30);
}

TEST_CASE("a sync that fails aside is told of, and nothing is called durable any more") {
  SimulatedStorage storage;
  Journal journal = open_journal(storage);
  const MatchNumber match = journal.begin(opening_of("FIRST"));
  journal.flush(0s);
  const JournalPosition durable = journal.status().durable;
  storage.set_sync_delay(20, 8);
  storage.set_faults({.syncs_fail = true});
  append_tick(journal, match, 1);
  JournalStatus status = journal.flush(1s);
  for (int pass = 1; pass <= 20; ++pass)
    status = journal.flush(1s + pass * 1ms);
  REQUIRE(status.error);
  CHECK_THAT(status.error->sentence, contains("cannot sync"));
  CHECK(status.must_be_renewed);
  CHECK(status.durable == durable);
}

TEST_CASE("durable records survive power loss, in any state of the rest") {
  int cut_off = 0;
  int refused = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Random random(seed);
    SimulatedStorage storage;
    Journal journal = open_journal(storage);
    // Given two matches, and where each tick of the first ended in the journal
    const MatchNumber first = journal.begin(opening_of("FIRST"));
    const MatchNumber second = journal.begin(opening_of("SECOND"));
    std::map<std::int64_t, JournalPosition> ticks;
    journal.flush(0s);
    const std::int64_t passes = random.between(20, 200);
    for (std::int64_t tick = 1; tick <= passes; ++tick) {
      ticks[tick] = *append_tick(journal, first, tick);
      append_tick(journal, second, tick);
      journal.flush(tick * 16ms);
    }
    const JournalPosition durable = journal.status().durable;
    // When the power fails
    storage.lose_power(random);
    append_tick(journal, first, passes + 1);
    REQUIRE(journal.flush(10s).error);
    // Then every tick that was durable is there, and nothing that was never written
    const Tick horizon = read_back(storage, first).record.log.horizon();
    std::int64_t promised = 0;
    for (const auto& [tick, position] : ticks) {
      if (position <= durable) promised = tick;
    }
    REQUIRE(promised > 0);
    REQUIRE(horizon >= Tick{promised});
    REQUIRE(horizon <= Tick{passes});
    // And the journal can be gone on with, or says that records follow the damage
    const Result<Journal> again = Journal::open(storage, journal_path);
    if (!again) {
      REQUIRE_THAT(again.error().sentence, contains("records follow"));
      ++refused;
    } else if (again->damage()) {
      ++cut_off;
    }
  }
  CHECK(cut_off > 30);
  CHECK(refused > 3);
}

TEST_CASE("a journal that cannot be opened says why") {
  SimulatedStorage storage;
  storage.set_faults({.space_bytes = 10});
  const Result<Journal> full = Journal::open(storage, journal_path);
  REQUIRE_FALSE(full);
  CHECK(full.error().fault == Fault::system);
  CHECK_THAT(full.error().sentence, contains("No space left"));
  storage.set_faults({.syncs_fail = true});
  const Result<Journal> broken = Journal::open(storage, journal_path);
  REQUIRE_FALSE(broken);
  CHECK_THAT(broken.error().sentence, contains("cannot sync"));
}
