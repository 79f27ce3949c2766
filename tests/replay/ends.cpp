// A match has one end, which nothing but a referee's words follows; a file that goes on after it is
// damaged, and every reader agrees on what is left.

#include "matches.hpp"
#include "records.hpp"
#include "support/catch.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/reader.hpp"
#include "tutti/replay/simulated_storage.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

constexpr Tick end_tick{600};

/// A journal of a match that ended at `end_tick`, and was then written on.
Bytes written_on(const std::vector<Event>& more, Tick horizon) {
  const MatchRecord match = record_of(end_tick.value, 5, 60);
  SimulatedStorage storage;
  Journal journal = open_journal(storage);
  const MatchNumber number = journal.begin(opening_of("KAZOO"));
  const auto events = match.log.events().subspan(1);
  journal.append(number, EventBatch{1, events, end_tick});
  journal.append(number, EventBatch{1 + events.size(), views(more), horizon});
  journal.flush_and_sync();
  return *storage.read(journal_path);
}

Event ended_again(std::int64_t tick) {
  return relay_event(tick, 9, {.kind = EventKind::match_ended, .reason = LeaveReason::match_over});
}

}  // namespace

TEST_CASE("a match that was written on after its end is read through the end, and says so") {
  const MatchRecord whole = record_of(end_tick.value, 5, 60);
  const auto check = [&](const std::vector<Event>& more, const char* sentence) {
    const auto read = read_match(written_on(more, Tick{900}));
    REQUIRE(read);
    REQUIRE(read->damage);
    CHECK_THAT(read->damage->sentence, contains("ends at tick 600") && contains(sentence));
    CHECK(read->record.log.ended() == end_tick);
    CHECK(read->record.log.horizon() == end_tick);
    CHECK(read->record.log.last_event() == end_tick);
    CHECK(read->record.log.head() == whole.log.head());
    CHECK(summarize(read->record).last == end_tick);
  };
  check({ended_again(900)}, "played on at tick 900");
  check({{Tick{700}, author_of(PlayerId{1}), 999, hold(3)}, ended_again(900)},
        "played on at tick 700");
  check({relay_event(650, 8, {.kind = EventKind::left, .player = PlayerId{1}})},
        "played on at tick 650");
  check({}, "written on through tick 900");
}

TEST_CASE("a referee's words after the end are no damage") {
  MatchRecord match = record_of(end_tick.value, 5, 60);
  correct(match, Correction::voided, Tick{10}, "ada", "a cable");
  correct(match, Correction::decision, Tick{10}, "ada", "bob won");
  const auto read = read_match(write_match(match));
  REQUIRE(read);
  CHECK_FALSE(read->damage);
  CHECK(read->record.log.ended() == end_tick);
  CHECK(corrections(read->record.log).size() == 2);
}

TEST_CASE("a branch leaves its parent before the end, wherever it is asked to") {
  const MatchRecord match = record_of(end_tick.value, 5, 60);
  for (const std::int64_t at : {300, 599, 600, 10'000}) {
    CAPTURE(at);
    const MatchRecord branched = branch(match, Tick{at}, 0b11);
    const Tick last = std::min(Tick{at}, end_tick - 1);
    CHECK_FALSE(branched.log.ended());
    CHECK(branched.log.horizon() == last);
    CHECK(branched.log.head() == match.log.head(last));
    CHECK(branched.log.last_event() == last + 1);
    CHECK(Roster::of(branched.log).open_slots() == 0b11);
  }
}
