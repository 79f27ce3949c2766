// A relay that starts finds the journal of the one before it.

#include "tutti/replay/journal_recovery.hpp"

#include "matches.hpp"
#include "support/catch.hpp"
#include "tutti/replay/simulated_storage.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

constexpr std::int64_t match_ticks = 600;

/// A running match of one event a tick, written tick by tick.
void write_match(Storage& storage) {
  Result<Journal> journal = Journal::open(storage, journal_path);
  REQUIRE(journal);
  const Setup setup{.rules = "tally@1+0123456789abcdef"};
  const MatchNumber number =
      journal->begin({.room = "K7Q2M", .started_utc = 0, .build = {}, .setup = setup});
  Bytes payload(40, std::byte{7});
  for (std::int64_t tick = 1; tick <= match_ticks; ++tick) {
    const EventView event{Tick{tick}, author_of(PlayerId{0}), static_cast<std::uint32_t>(tick - 1),
                          payload};
    journal->append(number, EventBatch{.first_sequence = static_cast<std::uint64_t>(tick),
                                       .events = std::span(&event, 1),
                                       .horizon = Tick{tick}});
    journal->flush_and_sync();
  }
}

/// The same file with one byte changed.
void damage(Storage& storage, double where) {
  Bytes bytes = *storage.read(journal_path);
  bytes[static_cast<std::size_t>(where * static_cast<double>(bytes.size()))] ^= std::byte{0x10};
  REQUIRE(storage.replace(journal_path, bytes));
}

}  // namespace

TEST_CASE("recovery: where there was no journal, one begins") {
  SimulatedStorage storage;
  const auto recovered = recover_journal(storage, journal_path);
  REQUIRE(recovered);
  CHECK(recovered->running.empty());
  CHECK(recovered->over.empty());
  CHECK_FALSE(recovered->kept_damaged);
}

TEST_CASE("recovery: a running match is found whole, under its number") {
  SimulatedStorage storage;
  write_match(storage);
  const auto recovered = recover_journal(storage, journal_path);
  REQUIRE(recovered);
  REQUIRE(recovered->running.size() == 1);
  CHECK(recovered->running[0].number == MatchNumber{1});
  CHECK(recovered->running[0].record.log.horizon() == Tick{match_ticks});
  CHECK_FALSE(recovered->kept_damaged);
}

TEST_CASE("recovery: a journal damaged in its middle is kept, and its match goes on in another") {
  SimulatedStorage storage;
  write_match(storage);
  damage(storage, 0.5);
  {
    const auto recovered = recover_journal(storage, journal_path);
    REQUIRE(recovered);
    CHECK(recovered->kept_damaged == "relay.journal.damaged");
    CHECK(storage.exists("relay.journal.damaged"));
    REQUIRE(recovered->running.size() == 1);
    const Tick horizon = recovered->running[0].record.log.horizon();
    CHECK(horizon > Tick{match_ticks / 3});
    CHECK(horizon < Tick{match_ticks * 2 / 3});
  }
  // The copied records are found again by the next that starts.
  const auto again = recover_journal(storage, journal_path);
  REQUIRE(again);
  CHECK_FALSE(again->kept_damaged);
  REQUIRE(again->running.size() == 1);
  CHECK(again->running[0].record.log.horizon() > Tick{match_ticks / 3});
  CHECK(again->running[0].record.log.events().size() > match_ticks / 3);
}

TEST_CASE("recovery: a second damaged journal does not replace the first") {
  SimulatedStorage storage;
  for (int i = 0; i < 2; ++i) {
    REQUIRE(storage.replace(journal_path, Bytes(100, std::byte{1})));
    REQUIRE(recover_journal(storage, journal_path));
  }
  CHECK(storage.exists("relay.journal.damaged"));
  CHECK(storage.exists("relay.journal.damaged-2"));
}
