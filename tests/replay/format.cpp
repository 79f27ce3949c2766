// FORMAT.md against the bytes.

#include "matches.hpp"
#include "page.hpp"
#include "records.hpp"
#include "support/catch.hpp"
#include "tutti/replay/journal.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/simulated_storage.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

void check_events(const std::vector<EventOnPage>& page, const Log& log) {
  REQUIRE(page.size() == log.events().size());
  for (std::size_t i = 0; i < page.size(); ++i) {
    const EventView& event = log.events()[i];
    REQUIRE(page[i].tick == event.tick.value);
    REQUIRE(page[i].author == event.author.value);
    REQUIRE(page[i].counter == event.counter);
    REQUIRE(page[i].payload == octets_of(event.payload));
  }
}

}  // namespace

TEST_CASE("a match file is what FORMAT.md says") {
  // Given a match with digests every 5 seconds, and one in between that belongs to another log
  MatchRecord match = record_of(36000, 5, 300);
  match.digests.insert(match.digests.begin() + 7, match.digests[7]);
  match.digests[7].head.bytes[3] ^= std::byte{1};
  match.end = EndReason::time_over;
  // When its file is read by the page
  const auto matches = read_page(write_match(match));
  // Then all of it is there
  REQUIRE(matches.size() == 1);
  REQUIRE(matches.contains(1));
  const MatchOnPage& page = matches.at(1);
  CHECK(page.room == "KAZOO");
  CHECK(page.started == 1'700'000'000);
  CHECK(page.build == "tutti 0.1.0 test");
  check_events(page.events, match.log);
  CHECK(page.horizon == 36000);
  CHECK(page.last_tick == 36000);
  CHECK(page.head == octets_of(match.log.head().bytes));
  CHECK(page.head == head_of(page.events, 36000));
  CHECK(page.reason == 2);
  REQUIRE(page.digests.size() == match.digests.size());
  for (std::size_t i = 0; i < page.digests.size(); ++i) {
    CHECK(page.digests[i].tick == match.digests[i].tick.value);
    // Short but for the last one and the foreign one
    Octets state = octets_of(match.digests[i].state.bytes);
    if (i != 7 && i + 1 < page.digests.size()) state.resize(8);
    CHECK(page.digests[i].state == state);
    CHECK(page.digests[i].head == (i == 7 ? octets_of(match.digests[7].head.bytes) : Octets{}));
  }
  // And batches alternate with the digests of their ticks
  REQUIRE(page.types.size() > 12);
  CHECK(page.types[1] == 2);
  CHECK(page.types[2] == 3);
  CHECK(page.types[3] == 2);
  CHECK(page.packed == (page.types.size() - 4) / 2);
  // And the index repeats what a list of matches shows
  REQUIRE(page.types.back() == 12);
  CHECK(page.index.room == "KAZOO");
  CHECK(page.index.started == page.started);
  CHECK(page.index.build == page.build);
  CHECK(page.index.match_started == page.match_started);
  CHECK(page.index.events == page.events.size());
  CHECK(page.index.last_tick == 36000);
  CHECK(page.index.head == page.head);
  CHECK(page.index.end == 3);
  REQUIRE(page.index.participants.size() == 2);
  CHECK(page.index.participants[1].slot == 1);
  CHECK(page.index.participants[1].tick == 1);
  CHECK(page.index.participants[1].name == "bob");
}

TEST_CASE("a journal is what FORMAT.md says") {
  // Given events accepted out of order, in batches, one of them far ahead of the horizon
  SimulatedStorage storage;
  Result<Journal> journal = Journal::open(storage, "journal");
  REQUIRE(journal);
  MatchRecord match(opening_of("ROOM"));
  const std::vector<Event> events = play(600, 20, 3);
  const MatchNumber number = journal->begin(opening_of("ROOM"));
  std::vector<Event> accepted;
  for (std::size_t i = 0; i < events.size(); i += 5) {
    std::vector<Event> batch(
        events.begin() + static_cast<std::ptrdiff_t>(i),
        events.begin() + static_cast<std::ptrdiff_t>(std::min(i + 5, events.size())));
    std::reverse(batch.begin(), batch.end());
    for (const Event& event : batch)
      match.log.add(event);
    const Tick horizon = i + 5 < events.size() ? events[i + 5].tick - 1 : Tick{600};
    match.log.close(horizon);
    journal->append(number, EventBatch{accepted.size() + 1, views(batch), horizon});
    accepted.insert(accepted.end(), batch.begin(), batch.end());
  }
  match.digests = digests_of(match.log, 100);
  journal->append(number, match.digests);
  const std::vector<ArrivalMargins> margins{{Tick{0}, PlayerId{0}, 300, 2, -14, 3, -200},
                                            {Tick{600}, PlayerId{2}, 1, 0, 5, 5, 5}};
  journal->append(number, margins);
  journal->append(number, {Tick{600}, match.log.head(), EndReason::operator_ended});
  journal->flush(std::chrono::seconds(1));
  // When the page reads it
  const auto matches = read_page(*storage.read("journal"));
  // Then the order of acceptance is kept and every digest has its head
  REQUIRE(matches.contains(number.value));
  const MatchOnPage& page = matches.at(number.value);
  REQUIRE(page.events.size() == accepted.size() + 1);
  for (std::size_t i = 0; i < accepted.size(); ++i) {
    CHECK(page.events[i + 1].tick == accepted[i].tick.value);
    CHECK(page.events[i + 1].counter == accepted[i].counter);
    CHECK(page.events[i + 1].author == accepted[i].author.value);
  }
  REQUIRE(page.digests.size() == 6);
  CHECK(page.digests[5].head == octets_of(match.log.head().bytes));
  CHECK(page.reason == 1);
  REQUIRE(page.margins.size() == 2);
  for (std::size_t i = 0; i < margins.size(); ++i) {
    CHECK(page.margins[i].from == margins[i].from.value);
    CHECK(page.margins[i].slot == margins[i].player.value);
    CHECK(page.margins[i].count == margins[i].count);
    CHECK(page.margins[i].late == margins[i].late);
    CHECK(page.margins[i].least == margins[i].least);
    CHECK(page.margins[i].most == margins[i].most);
    CHECK(page.margins[i].total == margins[i].total);
  }
}

TEST_CASE("the relay's own events are what FORMAT.md says") {
  Setup setup = any_game<Tally>().setup(0x1122334455667788, 3);
  setup.options = Bytes(3, std::byte{9});
  setup.terms = {.ends_at = 7200,
                 .on_loss = LossPolicy::hold,
                 .patience_seconds = 45,
                 .delay_policy = DelayPolicy::own,
                 .input_delay_ticks = 5,
                 .is_lockstep = true};
  Page started(octets_of(encode({.kind = EventKind::match_started, .setup = setup})));
  CHECK(started.fixed(1) == 1);
  CHECK(started.fixed(1) == 0);
  CHECK(started.text() == setup.rules);
  CHECK(started.fixed(8) == 0x1122334455667788);
  CHECK(started.fixed(1) == 3);
  CHECK(started.fixed(2) == 60);
  CHECK(started.run() == Octets{9, 9, 9});
  CHECK(started.varint() == 7200);
  CHECK(started.fixed(1) == 1);
  CHECK(started.fixed(2) == 45);
  CHECK(started.fixed(1) == 2);
  CHECK(started.fixed(1) == 5);
  CHECK(started.fixed(1) == 1);
  CHECK(started.is_read());

  const PlayerId player{5};
  Octets joined{2, 5, 3, 'a', 'd', 'a'};
  joined.insert(joined.end(), 16, 7);
  RelayEvent ada{.kind = EventKind::joined, .player = player, .name = "ada"};
  ada.resume_hash.fill(std::byte{7});
  CHECK(octets_of(encode(ada)) == joined);
  CHECK(octets_of(encode(
            {.kind = EventKind::left, .player = player, .reason = LeaveReason::timed_out})) ==
        Octets{3, 5, 1});
  CHECK(octets_of(encode({.kind = EventKind::held})) == Octets{4, 0});
  CHECK(octets_of(encode({.kind = EventKind::resumed})) == Octets{5, 0});
  CHECK(octets_of(encode({.kind = EventKind::silenced, .player = player})) == Octets{6, 5});
  CHECK(octets_of(encode({.kind = EventKind::returned, .player = player})) == Octets{7, 5});
  CHECK(octets_of(encode({.kind = EventKind::delay_changed, .player = player, .number = 200})) ==
        Octets{8, 5, 0xC8, 0x01});
  CHECK(octets_of(encode({.kind = EventKind::restarted, .number = 2})) == Octets{9, 0, 2});
  CHECK(octets_of(encode({.kind = EventKind::match_ended, .reason = LeaveReason::match_over})) ==
        Octets{11, 0, 3});
  CHECK(octets_of(encode({.kind = EventKind::branched, .number = 300, .slots = 5})) ==
        Octets{10, 0, 0xAC, 0x02, 5, 0, 0, 0, 0, 0, 0, 0});
}

TEST_CASE("a file of a later format is refused, naming both") {
  Octets header = {0x89, 'T', 'U', 'T', '\r', '\n', 0x1A, '\n', 2, 0, 0, 0};
  const std::uint64_t checksum = low_half_of_hash(header);
  for (int i = 0; i < 4; ++i)
    header.push_back(static_cast<std::uint8_t>(checksum >> (8 * i)));
  const Result<ReadMatch> read = read_match(std::as_bytes(std::span(header)));
  REQUIRE_FALSE(read);
  CHECK(read.error().sentence == "the file has format 2, this program reads format 1");
}

TEST_CASE("a record is no longer than FORMAT.md allows") {
  const auto is_read = [](std::uint32_t length) {
    Octets record = {0xD7, 0x54, 0x75, 0x1E, 0, 0, 0, 0, 77, 0, 0, 0, 0, 0};
    for (int i = 0; i < 4; ++i)
      record.push_back(static_cast<std::uint8_t>(length >> (8 * i)));
    record.resize(18 + length);
    const std::uint64_t hash = XXH3_64bits(record.data() + 8, record.size() - 8);
    for (std::size_t i = 0; i < 4; ++i)
      record[4 + i] = static_cast<std::uint8_t>(hash >> (8 * i));
    return RecordReader(std::as_bytes(std::span(record))).next().has_value();
  };
  CHECK(is_read(64 * 1024 * 1024 + 64 * 1024));
  CHECK_FALSE(is_read(64 * 1024 * 1024 + 64 * 1024 + 1));
}

TEST_CASE("the bytes of a match file do not change by accident") {
  // A change here makes every file that was ever written unreadable or different: raise the version
  // or find another way.
  MatchOpening opening{"GOLDEN", 1'700'000'000, "any build", {.rules = "golden@1+00", .seed = 7}};
  MatchRecord match(opening);
  for (const Event& event : play(600, 5))
    match.log.add(event);
  match.log.close(Tick{600});
  for (std::int64_t tick = 60; tick <= 600; tick += 60)
    match.digests.push_back({Tick{tick}, *match.log.head(Tick{tick}), digest_of({})});
  match.end = EndReason::relay_lost;
  const Bytes file = write_match(match);
  const MatchOnPage page = read_page(file).at(1);  // the packed form is zstd's
  CHECK(page.types == std::vector<std::uint64_t>{1, 2, 3, 4, 11, 12});
  CHECK(page.index_size == 123);
  Bytes ours;
  for (const Record& record : records_of(file)) {
    if (record.type != 2) ours.insert(ours.end(), record.payload.begin(), record.payload.end());
  }
  CHECK(ours.size() == 229);
  CHECK(to_hex(digest_of(ours)) == "460ffbaa99123068fa349e32c8e59d7b");
}

TEST_CASE("records of a journal take the bytes that FORMAT.md says") {
  SimulatedStorage storage;
  Result<Journal> journal = Journal::open(storage, "journal");
  REQUIRE(journal);
  const auto size_of = [&](const EventBatch& batch) {
    const JournalPosition before = journal->status().appended;
    return journal->append(MatchNumber{1}, batch)->bytes - before.bytes;
  };
  const Bytes payload = hold(5);
  const std::vector<EventView> one = {{Tick{4995}, author_of(PlayerId{1}), 250, payload}};
  CHECK(size_of({500, {}, Tick{5000}}) == 23);
  CHECK(size_of({500, one, Tick{5000}}) == 28);
}

TEST_CASE("marks are what FORMAT.md says, and a clip ends where its mark does") {
  MatchRecord match = slice(record_of(600, 5, 60), Tick{40}, Tick{100});
  match.marks.push_back({Tick{3}, Tick{3}, "ko"});
  const Bytes file = write_match(match);
  const MatchOnPage page = read_page(file).at(1);
  CHECK(page.marks == std::vector<Octets>{{40, 60}, {3, 0, 'k', 'o'}});
  CHECK(page.last_tick == 100);
  CHECK(page.reason == 5);
  const Result<ReadMatch> read = read_match(file);
  REQUIRE(read);
  CHECK_FALSE(read->damage);
  CHECK(read->record.marks == match.marks);
  CHECK(read->record.log.head() == record_of(600, 5, 60).log.head(Tick{100}));
  CHECK(read->record.digests.size() == 1);
}
