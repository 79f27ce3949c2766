// Ten thousand power cuts, at every write of a scripted pair of matches: nothing that was durable
// is lost, and recovering is the same however often it is tried or interrupted.

#include "matches.hpp"
#include "support/catch.hpp"
#include "tutti/replay/journal_recovery.hpp"
#include "tutti/replay/reader.hpp"
#include "tutti/replay/simulated_storage.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t script_ticks = 120;

/// Two matches that are written tick by tick, the second over at half time; the promised ones.
struct Script {
  MatchRecord first{opening_of("FIRST", 1)};
  MatchRecord second{opening_of("SECOND", 2)};
  std::int64_t durable_tick = 0;  // of the first match
  bool is_second_durable = false;
};

std::span<const EventView> events_at(const MatchRecord& match, std::int64_t tick) {
  return match.log.events_at(Tick{tick});
}

/// Plays both and stops before write number `writes`; the passes of a relay are 16 ms apart.
Script play_until(Storage& storage, std::uint64_t writes) {
  static const std::vector<Event> events = play(script_ticks, 30, 5);
  Script script;
  for (MatchRecord* match : {&script.first, &script.second}) {
    for (const Event& event : events)
      match->log.add(event);
    match->log.close(Tick{script_ticks});
  }
  Result<Journal> opened = Journal::open(storage, journal_path);
  REQUIRE(opened);
  Journal& journal = *opened;
  const MatchNumber first = journal.begin(opening_of("FIRST", 1));
  const MatchNumber second = journal.begin(opening_of("SECOND", 2));
  std::vector<std::pair<JournalPosition, std::int64_t>> promises;
  std::optional<JournalPosition> end;
  std::uint64_t sequence = 1;
  for (std::int64_t tick = 1; tick <= script_ticks && std::uint64_t(tick) < writes; ++tick) {
    const auto now = events_at(script.first, tick);
    promises.emplace_back(*journal.append(first, EventBatch{sequence, now, Tick{tick}}), tick);
    if (tick <= script_ticks / 2) {
      journal.append(second, EventBatch{sequence, now, Tick{tick}});
    } else if (!end) {
      const Tick last{tick - 1};
      end = journal.append(second, MatchEnd{last, *script.second.log.head(last)});
    }
    sequence += now.size();
    journal.flush(tick * 16ms);
  }
  const JournalPosition durable = journal.status().durable;
  for (const auto& [position, tick] : promises) {
    if (position <= durable) script.durable_tick = tick;
  }
  script.is_second_durable = end && *end <= durable;
  return script;
}

struct Recovered {
  std::optional<Head> first{};
  Tick first_horizon{};
  std::optional<Head> second{};
  bool is_damaged = false;  // in the middle, too
};

/// The journal that a relay finds when it starts, and leaves as it found it.
Recovered recover(Storage& storage, const MatchRecord& truth) {
  const Result<RecoveredJournal> journal = recover_journal(storage, journal_path);
  REQUIRE(journal);
  Recovered recovered{.is_damaged = journal->kept_damaged.has_value()};
  for (const MatchRecord& record : journal->over) {
    REQUIRE(record.room == "SECOND");
    recovered.second = record.log.head();
  }
  for (const RecoveredJournal::Running& running : journal->running) {
    if (running.record.room != "FIRST") continue;
    recovered.first_horizon = running.record.log.horizon();
    recovered.first = running.record.log.head();
    // Nothing that was never accepted
    REQUIRE(recovered.first == truth.log.head(recovered.first_horizon));
  }
  return recovered;
}

}  // namespace

TEST_CASE("twelve thousand power cuts lose nothing durable, and recovery is idempotent", "[long]") {
  int damaged = 0;
  for (std::uint64_t cut = 0; cut < 12'000; ++cut) {
    CAPTURE(cut);
    Random random(cut + 1);
    SimulatedStorage storage;
    const Script script = play_until(storage, cut % (script_ticks + 1) + 1);
    storage.lose_power(random);
    const Recovered recovered = recover(storage, script.first);
    REQUIRE(recovered.first_horizon >= Tick{script.durable_tick});
    if (script.is_second_durable) REQUIRE(recovered.second);
    damaged += recovered.is_damaged ? 1 : 0;
    // And recovering once more, power loss or not, gives the same
    if (random.chance(2)) storage.lose_power(random);
    const Recovered again = recover(storage, script.first);
    REQUIRE(again.first == recovered.first);
    REQUIRE(again.second == recovered.second);
    REQUIRE_FALSE(again.is_damaged);
  }
  // One cut in a hundred hurts a journal in its middle: where a sector ends inside a record.
  CHECK(damaged > 100);
}

TEST_CASE("a running match is copied into a new journal as it is, and goes on there") {
  SimulatedStorage storage;
  const Script script = play_until(storage, 1000);
  const std::size_t before = storage.read(journal_path)->size();
  {
    const Result<RecoveredJournal> old = recover_journal(storage, journal_path);
    REQUIRE(old);
    REQUIRE(old->running.size() == 1);
    REQUIRE(old->over.size() == 1);
    Result<Journal> journal = Journal::open(storage, next_journal_path(journal_path));
    REQUIRE(journal);
    const MatchNumber number = journal->copy(old->running[0].record);
    const std::uint64_t next = script.first.log.events().size();
    journal->append(number, EventBatch{next, {}, Tick{script_ticks + 5}});
    REQUIRE_FALSE(journal->flush_and_sync().error);
  }
  const Bytes bytes = *storage.read(next_journal_path(journal_path));
  CHECK(bytes.size() < before / 2);
  const Result<JournalReader> reader = JournalReader::open(bytes);
  REQUIRE(reader);
  REQUIRE(reader->matches().size() == 1);
  const Result<ReadMatch> match = reader->read(MatchNumber{1});
  REQUIRE(match);
  CHECK_FALSE(match->damage);
  CHECK(match->record.log.horizon() == Tick{script_ticks + 5});
  CHECK(match->record.log.head() == script.first.log.head());
}
