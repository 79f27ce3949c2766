// A journal takes many matches as they run and gives them back, whatever happened to its disk.

#include "tutti/replay/journal.hpp"

#include "matches.hpp"
#include "support/catch.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/reader.hpp"
#include "tutti/replay/simulated_storage.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

// A running match: hands its events to a journal tick by tick, as a relay does.
class Running {
 public:
  Running(Journal& journal, const std::string& room, std::uint64_t seed)
      : match_(opening_of(room, seed)), events_(play(600, 5, seed)) {
    number_ = journal.begin(opening_of(room, seed));
  }

  // Plays from the present to `tick`: accepted youngest first, closed with one tick delay.
  std::optional<JournalPosition> run_to(Journal& journal, std::int64_t tick) {
    std::vector<EventView> batch;
    std::uint64_t first = next_ + 1;
    for (; next_ < events_.size() && events_[next_].tick <= Tick{tick}; ++next_)
      batch.push_back(events_[next_]);
    std::reverse(batch.begin(), batch.end());
    for (const EventView& event : batch)
      REQUIRE(match_.log.add(event) == Log::Added::yes);
    match_.log.close(Tick{tick});
    return journal.append(number_, EventBatch{first, batch, Tick{tick}});
  }

  void end(Journal& journal) {
    match_.end = EndReason::everyone_left;
    journal.append(number_, {match_.log.horizon(), match_.log.head(), *match_.end});
  }

  MatchNumber number() const { return number_; }
  MatchRecord& match() { return match_; }

 private:
  MatchRecord match_;
  std::vector<Event> events_;
  std::size_t next_ = 0;
  MatchNumber number_;
};

}  // namespace

TEST_CASE("matches that ran side by side come back from one journal") {
  SimulatedStorage storage;
  Journal journal = open_journal(storage);
  Running first(journal, "FIRST", 1);
  Running second(journal, "SECOND", 2);
  for (std::int64_t tick = 3; tick <= 300; tick += 3) {
    first.run_to(journal, tick);
    second.run_to(journal, tick + 1);
    journal.flush(tick * 16ms);
  }
  first.end(journal);
  journal.flush(10s);

  const Bytes bytes = *storage.read(journal_path);
  const Result<JournalReader> reader = JournalReader::open(bytes);
  REQUIRE(reader);
  CHECK_FALSE(reader->damage());
  REQUIRE(reader->matches() == std::vector{first.number(), second.number()});
  const Result<ReadMatch> ended = reader->read(first.number());
  REQUIRE(ended);
  CHECK_FALSE(ended->damage);
  CHECK(is_same(ended->record, first.match()));
  Result<ReadMatch> running = reader->read(second.number());
  REQUIRE(running);
  CHECK_FALSE(running->damage);
  CHECK(is_same(running->record, second.match()));
  CHECK_FALSE(running->record.end);
}

TEST_CASE("a journal that is opened again counts on, and a match goes on under its number") {
  SimulatedStorage storage;
  std::optional<Running> match;
  {
    Journal journal = open_journal(storage);
    match.emplace(journal, "FIRST", 1);
    match->run_to(journal, 200);
    journal.flush(0s);
  }
  Journal journal = open_journal(storage);
  CHECK_FALSE(journal.damage());
  const Running other(journal, "SECOND", 2);
  CHECK(other.number() > match->number());
  match->run_to(journal, 400);
  match->end(journal);
  journal.flush(1s);

  const Bytes bytes = *storage.read(journal_path);
  const Result<ReadMatch> read = JournalReader::open(bytes)->read(match->number());
  REQUIRE(read);
  CHECK_FALSE(read->damage);
  CHECK(is_same(read->record, match->match()));
}

TEST_CASE(
    "a page of a running match is read back by itself, and changes nothing for other readers") {
  SimulatedStorage storage;
  Journal journal = open_journal(storage);
  Running match(journal, "FIRST", 1);
  match.run_to(journal, 300);
  // A log that grows may move its events.
  const auto events = [&] { return match.match().log.events().subspan(1); };
  REQUIRE(events().size() > 40);
  const std::vector<RecordedDigest> digests{
      {Tick{60}, *match.match().log.head(Tick{60}), digest_of(as_bytes("a state"))}};
  const std::vector<ArrivalMargins> margins{{.from = Tick{0}, .player = PlayerId{1}, .count = 3}};
  const std::vector<DesyncFinding> desyncs{{.tick = Tick{60}, .wrong = 2}};
  const std::vector<ClientKey> keys{{.resume_hash = {std::byte{7}}, .key = {{std::byte{8}}}}};
  const std::vector<PlayerSignature> signatures{
      {.player = PlayerId{1}, .tick = Tick{60}, .key = keys[0].key, .bytes = {std::byte{9}}}};
  const EventBatch batch{.first_sequence = 1, .events = events().first(40), .horizon = Tick{0}};
  const auto page =
      journal.append_page(match.number(), batch, {digests, margins, desyncs, keys, signatures});
  REQUIRE(page);
  CHECK_FALSE(journal.is_written(*page));
  journal.flush(1s);
  REQUIRE(journal.is_written(*page));
  match.run_to(journal, 400);
  journal.flush(2s);
  const auto all = match.match().log.events().subspan(1);

  const MatchPages pages = journal.pages({*page}, 40);
  const Result<Bytes> records = pages.records(0);
  REQUIRE(records);
  const std::optional<MatchPage> found = decode_page(*records);
  REQUIRE(found);
  CHECK(found->first_sequence == 1);
  CHECK(found->digests == digests);
  CHECK(found->margins == margins);
  CHECK(found->desyncs == desyncs);
  CHECK(found->client_keys == keys);
  CHECK(found->player_signatures == signatures);
  REQUIRE(found->events.size() == 40);
  for (std::size_t i = 0; i < 40; ++i)
    CHECK(found->events[i] == to_owned(all[i]));
  CHECK_FALSE(decode_page(BytesView(*records).subspan(1)));
  CHECK_FALSE(decode_page(BytesView(*records).first(records->size() - 1)));
  CHECK_FALSE(decode_page({}));
  const Result<ReadMatch> read = read_match(*storage.read(journal_path));
  REQUIRE(read);
  CHECK_FALSE(read->damage);
  CHECK(is_same(read->record, match.match()));

  // In the journal after this one the page stands for the events.
  SimulatedStorage other;
  Journal next = open_journal(other);
  next.begin(opening_of("OTHER", 3));
  MatchRecord rest(opening_of("FIRST", 1));
  for (const EventView& event : all.subspan(40))
    rest.log.add(event);
  const Log& log = match.match().log;
  const auto copied = next.copy(JournaledMatch(std::move(rest), pages, log.horizon(), log.head()));
  REQUIRE(copied);
  const MatchNumber number = copied->number;
  next.flush(1s);
  REQUIRE(copied->places.size() == 1);
  CHECK(next.is_written(copied->places.front()));
  CHECK(next.pages(copied->places, 40).read(0)->events == found->events);
  const Bytes bytes = *other.read(journal_path);
  const Result<JournalReader> reader = JournalReader::open(bytes);
  REQUIRE(reader);
  const Result<ReadMatch> again = reader->read(number);
  REQUIRE(again);
  CHECK_FALSE(again->damage);
  CHECK(again->record.log.head() == match.match().log.head());
  CHECK(again->record.digests == digests);
}

TEST_CASE("one pass is one write, and many passes share a sync") {
  SimulatedStorage storage;
  Journal journal = open_journal(storage);
  Running first(journal, "FIRST", 1);
  Running second(journal, "SECOND", 2);
  const SimulatedStorage::Statistics before = storage.statistics();
  JournalStatus status;
  // Given a second of passes, 10 ms apart
  for (std::int64_t pass = 1; pass <= 100; ++pass) {
    first.run_to(journal, pass);
    const std::optional<JournalPosition> position = second.run_to(journal, pass);
    status = journal.flush(pass * 10ms);
    // Then everything is written after each
    REQUIRE(position);
    REQUIRE(status.written >= *position);
    REQUIRE(status.written == status.appended);
    REQUIRE(status.durable <= status.written);
  }
  CHECK(storage.statistics().writes - before.writes == 100);
  CHECK(storage.statistics().syncs - before.syncs == 20);
  // And a pass without news touches nothing, but what is not durable yet becomes so
  for (std::int64_t pass = 101; pass <= 110; ++pass)
    status = journal.flush(pass * 10ms);
  CHECK(storage.statistics().writes - before.writes == 100);
  CHECK(storage.statistics().syncs - before.syncs == 21);
  CHECK(status.durable == status.written);
  CHECK_FALSE(status.error);
}

TEST_CASE("a planned end makes everything durable at once") {
  SimulatedStorage storage;
  Journal journal = open_journal(storage);
  Running match(journal, "FIRST", 1);
  journal.flush(0s);
  match.run_to(journal, 100);
  journal.flush(1ms);
  CHECK(journal.status().durable < journal.status().written);
  match.end(journal);
  const JournalStatus status = journal.flush_and_sync();
  CHECK(status.durable == status.appended);
}

TEST_CASE("a last record that a crash tore is cut off and reported") {
  SimulatedStorage storage;
  MatchNumber number;
  std::size_t whole = 0;
  {
    Journal journal = open_journal(storage);
    Running match(journal, "FIRST", 1);
    match.run_to(journal, 100);
    journal.flush(0s);
    whole = storage.read(journal_path)->size();
    match.run_to(journal, 200);
    journal.flush(1s);
    number = match.number();
  }
  const Bytes file = *storage.read(journal_path);
  for (std::size_t cut = whole; cut < file.size(); ++cut) {
    SimulatedStorage torn;
    REQUIRE(torn.replace(journal_path, BytesView(file).first(cut)));
    Journal journal = open_journal(torn);
    REQUIRE(journal.damage().has_value() == (cut > whole));
    if (cut > whole) {
      REQUIRE(journal.damage()->offset == whole);
      REQUIRE(journal.damage()->bytes_lost == cut - whole);
    }
    // Later records are appended to whole records
    const Running next(journal, "SECOND", 2);
    REQUIRE(next.number() > number);
    journal.flush(0s);
    const Bytes bytes = *torn.read(journal_path);
    const Result<JournalReader> reader = JournalReader::open(bytes);
    REQUIRE(reader);
    REQUIRE_FALSE(reader->damage());
    REQUIRE(reader->matches().size() == 2);
    REQUIRE(reader->read(number)->record.log.horizon() == Tick{100});
  }
}

TEST_CASE("a journal that is damaged before its end is left as it is") {
  SimulatedStorage storage;
  {
    Journal journal = open_journal(storage);
    Running match(journal, "FIRST", 1);
    for (std::int64_t tick = 10; tick <= 100; tick += 10)
      match.run_to(journal, tick);
    journal.flush(0s);
  }
  Bytes file = *storage.read(journal_path);
  file[file.size() / 2] ^= std::byte{4};
  REQUIRE(storage.replace(journal_path, file));
  const Result<Journal> journal = Journal::open(storage, journal_path);
  REQUIRE_FALSE(journal);
  CHECK(journal.error().fault == Fault::bad_data);
  CHECK_THAT(journal.error().sentence, contains("records follow"));
  CHECK(*storage.read(journal_path) == file);
}

TEST_CASE("damage to one match leaves the others of a journal whole") {
  // Given three matches in one journal
  SimulatedStorage storage;
  Journal journal = open_journal(storage);
  std::vector<Running> matches;
  for (std::uint64_t seed = 1; seed <= 3; ++seed)
    matches.emplace_back(journal, "ROOM", seed);
  for (std::int64_t tick = 30; tick <= 300; tick += 30) {
    for (Running& match : matches)
      match.run_to(journal, tick);
  }
  for (Running& match : matches)
    match.end(journal);
  journal.flush(0s);
  // When one has lost a batch and another has a record that must be understood
  const Bytes bytes = *storage.read(journal_path);
  Bytes changed;
  append_file_header(changed);
  RecordReader records(BytesView(bytes).subspan(file_header_bytes));
  for (int count = 0; const std::optional<Record> record = records.next(); ++count) {
    if (count == 3 + 3 * 4) continue;  // the first match's fifth batch
    append_record(changed, *record);
    if (count == 20) append_record(changed, {10, record_flags::critical, matches[1].number(), {}});
  }
  // Then one is read as far as the hole, one not at all, and one as it was
  const Result<JournalReader> reader = JournalReader::open(changed);
  REQUIRE(reader);
  const Result<ReadMatch> holed = reader->read(matches[0].number());
  REQUIRE(holed);
  REQUIRE(holed->damage);
  CHECK_THAT(holed->damage->sentence, contains("events are missing"));
  CHECK(holed->damage->bytes_lost > 100);
  CHECK(holed->record.log.horizon() == Tick{120});
  const Result<ReadMatch> refused = reader->read(matches[1].number());
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().sentence, contains("BRANCH"));
  const Result<ReadMatch> whole = reader->read(matches[2].number());
  REQUIRE(whole);
  CHECK_FALSE(whole->damage);
  CHECK(is_same(whole->record, matches[2].match()));
  CHECK_FALSE(reader->read(MatchNumber{99}));
  CHECK_THAT(read_match(changed).error().sentence, contains("a journal of 3 matches"));
}

TEST_CASE("a journal larger than the memory for opening it is opened") {
  // Given records of every size, the largest larger than the window through which they are scanned
  SimulatedStorage storage;
  MatchNumber last;
  {
    Journal journal = open_journal(storage, {.waiting_bytes_max = SIZE_MAX});
    for (int i = 0; i < 300; ++i) {
      last = journal.begin(opening_of("ROOM"));
      const std::vector<RecordedDigest> digests(i == 150 ? 50'000U : static_cast<unsigned>(i));
      journal.append(last, digests);
    }
    journal.flush(0s);
  }
  REQUIRE(storage.read(journal_path)->size() > 4'000'000);
  CHECK_FALSE(open_journal(storage).damage());
  CHECK(open_journal(storage).begin(opening_of("ROOM")).value == last.value + 1);
}

TEST_CASE("a file that is no journal is never written to") {
  SimulatedStorage storage;
  const BytesView text = as_bytes("a shopping list, longer than a header");
  REQUIRE(storage.replace(journal_path, text));
  const Result<Journal> journal = Journal::open(storage, journal_path);
  REQUIRE_FALSE(journal);
  CHECK(journal.error().fault == Fault::bad_data);
  CHECK_THAT(journal.error().sentence, contains("not a Tutti file"));
  CHECK(storage.read(journal_path)->size() == text.size());
}

TEST_CASE("a crash during a journal's first write leaves one that can be begun again") {
  SimulatedStorage whole;
  open_journal(whole);
  const Bytes header = *whole.read(journal_path);
  for (std::size_t size = 0; size <= header.size(); ++size) {
    SimulatedStorage storage;
    REQUIRE(storage.replace(journal_path, BytesView(header).first(size)));
    Journal journal = open_journal(storage);
    Running match(journal, "FIRST", 1);
    journal.flush(0s);
    CHECK(read_match(*storage.read(journal_path)));
  }
}

TEST_CASE("a journal is open once") {
  SimulatedStorage storage;
  const Journal journal = open_journal(storage);
  const Result<Journal> second = Journal::open(storage, journal_path);
  REQUIRE_FALSE(second);
  CHECK(second.error().fault == Fault::refused);
}
