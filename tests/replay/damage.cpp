// The reader of a damaged file says what is left and believes nothing.

#include <algorithm>
#include <array>
#include <utility>

#include "matches.hpp"
#include "records.hpp"
#include "support/catch.hpp"
#include "tutti/replay/journal.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/reader.hpp"
#include "tutti/replay/simulated_storage.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

// The match as a journal of its own, a batch for every so many ticks.
Bytes recording_of(const MatchRecord& match, std::int64_t every) {
  SimulatedStorage storage;
  Result<Journal> journal = Journal::open(storage, "recording");
  REQUIRE(journal);
  const MatchNumber number =
      journal->begin({match.room, match.started_utc, match.build, match.log.setup()});
  std::uint64_t sequence = 1;
  for (Tick tick; tick < match.log.horizon(); tick = tick + every) {
    const Tick horizon = tick + every;
    const auto events = match.log.events_between(tick + 1, horizon);
    journal->append(number, EventBatch{sequence, events, horizon});
    sequence += events.size();
    const auto is_closed = [&](const RecordedDigest& digest) {
      return digest.tick > tick && digest.tick <= horizon;
    };
    const auto digest = std::find_if(match.digests.begin(), match.digests.end(), is_closed);
    if (digest != match.digests.end()) journal->append(number, {&*digest, 1});
  }
  journal->append(number, {match.log.horizon(), match.log.head(), *match.end});
  journal->flush_and_sync();
  return *storage.read("recording");
}

bool is_prefix(std::span<const EventView> part, std::span<const EventView> whole) {
  return part.size() <= whole.size() &&
         std::equal(part.begin(), part.end(), whole.begin(), [](const auto& a, const auto& b) {
           return canonical_order(a, b) == 0 && std::equal(a.payload.begin(), a.payload.end(),
                                                           b.payload.begin(), b.payload.end());
         });
}

}  // namespace

TEST_CASE("a file cut off at any byte keeps everything before its last whole record") {
  // Given a client's recording of ten seconds, written twice a second
  const MatchRecord match = record_of(600, 5, 60);
  const Bytes file = recording_of(match, 30);
  const std::vector<std::size_t> ends = record_ends(file);
  REQUIRE(ends.size() > 20);
  REQUIRE(ends.back() == file.size());
  std::size_t whole = 0;  // records before the cut
  Tick horizon;
  for (std::size_t cut = 0; cut < file.size(); ++cut) {
    while (whole + 1 < ends.size() && ends[whole + 1] <= cut)
      ++whole;
    const Result<ReadMatch> read = read_match(BytesView(file).first(cut));
    if (whole == 0) {  // not even the opening
      REQUIRE_FALSE(read);
      REQUIRE(read.error().fault == Fault::bad_data);
      continue;
    }
    REQUIRE(read);
    REQUIRE(is_prefix(read->record.log.events(), match.log.events()));
    REQUIRE(read->record.log.horizon() >= horizon);
    horizon = read->record.log.horizon();
    REQUIRE(read->record.log.head() == match.log.head(horizon));
    REQUIRE_FALSE(read->record.end);
    const std::size_t lost = cut - ends[whole];
    REQUIRE(read->damage.has_value() == (lost > 0));
    if (lost > 0) {
      REQUIRE(read->damage->offset == ends[whole]);
      REQUIRE(read->damage->bytes_lost == lost);
      REQUIRE_THAT(read->damage->sentence, contains("byte " + std::to_string(ends[whole])));
    }
  }
  CHECK(horizon == Tick{600});  // only the END was missing in the end
}

TEST_CASE("every single flipped bit is noticed") {
  const Bytes file = write_match(record_of(300, 5, 60));
  for (std::size_t bit = 0; bit < 8 * file.size(); ++bit) {
    Bytes flipped = file;
    flipped[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
    const Result<ReadMatch> read = read_match(flipped);
    REQUIRE((!read || read->damage));
  }
}

TEST_CASE("a file that is no match file is refused with a sentence that says what it is") {
  const Bytes file = write_match(record_of(60, 5, 60));
  CHECK(damage_of({}) == "the file is empty");
  const BytesView png = as_bytes("\x89PNG\r\n\x1A\n and so on");
  CHECK_THAT(damage_of(Bytes(png.begin(), png.end())), contains("not a Tutti file"));
  CHECK_THAT(damage_of(Bytes(100)), contains("not a Tutti file"));
  CHECK_THAT(damage_of(Bytes(file.begin(), file.begin() + 9)), contains("ends inside its header"));
  CHECK_THAT(damage_of(Bytes(file.begin(), file.begin() + 16)), contains("before a match begins"));

  Bytes text_mode = file;  // as a transfer in text mode makes it
  text_mode.erase(text_mode.begin() + 4);
  CHECK_THAT(damage_of(text_mode), contains("not a Tutti file"));

  Bytes damaged = file;
  damaged[8] = std::byte{2};
  CHECK_THAT(damage_of(damaged), contains("header is damaged"));
}

TEST_CASE("an unknown record is skipped unless it is critical, and then named") {
  const MatchRecord match = record_of(600, 5, 60);
  const Bytes file = write_match(match);
  const Bytes payload(40, std::byte{7});
  const auto with = [&](const Record& stranger) {
    std::vector<Record> records = records_of(file);
    records.insert(records.begin() + 2, stranger);
    return file_of(records);
  };
  for (const std::uint8_t type : {std::uint8_t{6}, std::uint8_t{77}, std::uint8_t{255}}) {
    for (const MatchNumber number : {MatchNumber{1}, MatchNumber{0}}) {
      for (const std::uint8_t flags : {std::uint8_t{0}, record_flags::derived}) {
        const Result<ReadMatch> read = read_match(with({type, flags, number, payload}));
        REQUIRE(read);
        CHECK_FALSE(read->damage);
        CHECK(is_same_log(read->record, match));
      }
      const Result<ReadMatch> read =
          read_match(with({type, record_flags::critical, number, payload}));
      REQUIRE_FALSE(read);
      CHECK(read.error().fault == Fault::bad_data);
      CHECK_THAT(read.error().sentence, contains(type == 6 ? "FACTS" : std::to_string(type)));
    }
  }
  // A known type with a flag that this version does not know is unknown too.
  CHECK_THAT(damage_of(with({1, record_flags::critical | record_flags::compressed, {1}, payload})),
             contains("SETUP"));
  CHECK(damage_of(with({3, record_flags::derived | record_flags::compressed, {1}, payload})) == "");
  CHECK_THAT(damage_of(with({2, record_flags::critical | 64, {1}, payload})), contains("EVENTS"));
}

TEST_CASE("additions of a later version to a known record are ignored") {
  const MatchRecord match = record_of(600, 5, 60);
  const Bytes file = write_match(match);
  std::vector<Bytes> longer;
  std::vector<Record> records = records_of(file);
  for (Record& record : records) {
    Bytes& payload = longer.emplace_back(record.payload.begin(), record.payload.end());
    payload.insert(payload.end(), 5, std::byte{0xEE});
  }
  for (std::size_t i = 0; i < records.size(); ++i)
    records[i].payload = longer[i];
  const Result<ReadMatch> read = read_match(file_of(records));
  REQUIRE(read);
  CHECK_FALSE(read->damage);
  CHECK(is_same_log(read->record, match));
}

TEST_CASE("a hole, a repetition or a wrong end stops a match where it is") {
  const MatchRecord match = record_of(36000, 5, 1800);
  const Bytes file = write_match(match);
  const std::vector<Record> whole = records_of(file);
  const auto with = [&](auto change) {
    std::vector<Record> records = whole;
    change(records);
    return file_of(records);
  };
  // Records: SETUP, EVENTS, DIGESTS, EVENTS, ... END, INDEX, FOOTER
  const auto end_of = [](std::vector<Record>& records) { return records.end() - 3; };
  REQUIRE(whole[1].type == 2);
  REQUIRE(whole[3].type == 2);
  CHECK_THAT(damage_of(with([](auto& r) { r.erase(r.begin() + 1); })),
             contains("events are missing: number 1 was expected"));
  CHECK_THAT(damage_of(with([](auto& r) { r.insert(r.begin() + 1, r[1]); })),
             contains("events are missing"));
  CHECK_THAT(damage_of(with([](auto& r) { std::swap(r[1], r[3]); })),
             contains("events are missing"));
  CHECK_THAT(damage_of(with([](auto& r) { r.insert(r.begin(), r[0]); })),
             contains("opened a second time"));
  CHECK_THAT(damage_of(with([&](auto& r) { r.push_back(*end_of(r)); })),
             contains("ends a second time"));
  CHECK_THAT(damage_of(with([](auto& r) {
               r.pop_back();
               r.pop_back();
               r.erase(r.begin());
             })),
             contains("before its opening"));
  CHECK_THAT(damage_of(with([&](auto& r) { std::swap(*end_of(r), *(end_of(r) - 2)); })),
             contains("goes on after its end"));
  // A batch whose horizon lies before that of the batch before it
  Bytes backwards;
  ByteWriter out(backwards);
  out.varint(match.log.events().size());
  out.varint(35999);
  out.varint(0);
  CHECK_THAT(damage_of(with([&](auto& r) {
               r.insert(end_of(r), {2, record_flags::critical, {1}, backwards});
             })),
             contains("the horizon goes back"));
  // An end of the right tick with another head
  const BytesView end = (whole.end() - 3)->payload;
  Bytes other_end(end.begin(), end.end());
  other_end[5] ^= std::byte{1};
  CHECK_THAT(damage_of(with([&](auto& r) { end_of(r)->payload = other_end; })),
             contains("not those that the match ended with"));
  // The last batch cut out: the end does not fit, so it is no end.
  const Bytes endless = with([&](auto& r) {
    auto last = end_of(r);
    while (last->type != 2)
      --last;
    r.erase(last);
  });
  const Result<ReadMatch> read = read_match(endless);
  REQUIRE(read);
  REQUIRE(read->damage);
  CHECK_THAT(read->damage->sentence, contains("not those that the match ended with"));
  CHECK_FALSE(read->record.end);
}

TEST_CASE("damage in the middle loses what it touched, and the rest is recovered") {
  // Given a long match whose third batch has one flipped bit
  const MatchRecord match = record_of(36000, 5, 300);
  const Bytes file = write_match(match);
  const std::vector<std::size_t> ends = record_ends(file);
  REQUIRE(records_of(file)[5].type == 2);
  Bytes flipped = file;
  flipped[ends[5] + 40] ^= std::byte{4};
  // When it is read
  const Result<ReadMatch> read = read_match(flipped);
  REQUIRE(read);
  // Then the damage is named to the byte, and what lies before plays
  REQUIRE(read->damage);
  CHECK(read->damage->offset == ends[5]);
  CHECK_THAT(read->damage->sentence,
             contains("damaged at byte " + std::to_string(ends[5]) + "; " +
                      std::to_string(ends[6] - ends[5]) + " bytes are lost, events are missing"));
  const Log& log = read->record.log;
  CHECK(log.horizon() > Tick{10000});
  CHECK(log.horizon() < Tick{30000});
  CHECK(log.head() == match.log.head(log.horizon()));
  CHECK_FALSE(read->record.end);
  // And the events behind it are known too
  REQUIRE(read->beyond.size() > 300);
  const std::span<const EventView> tail = match.log.events().last(read->beyond.size());
  const std::vector<EventView> beyond(read->beyond.begin(), read->beyond.end());
  CHECK(is_prefix(beyond, tail));
  CHECK(log.events().size() + beyond.size() < match.log.events().size());
}

TEST_CASE("a match whose opening is lost is opened by its index") {
  const MatchRecord match = record_of(3600, 5, 300);
  Bytes file = write_match(match);
  file[file_header_bytes + 30] ^= std::byte{1};
  const Result<ReadMatch> read = read_match(file);
  REQUIRE(read);
  REQUIRE(read->damage);
  CHECK(read->damage->offset == file_header_bytes);
  CHECK(is_same_log(read->record, match));
  CHECK(read->record.digests.size() == 12);
}

TEST_CASE("damage to what can be made again costs nothing of the match") {
  const MatchRecord match = record_of(3600, 5, 300);
  const Bytes file = write_match(match);
  const std::vector<Record> records = records_of(file);
  const std::vector<std::size_t> ends = record_ends(file);
  int derived = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if ((records[i].flags & record_flags::derived) == 0) continue;
    ++derived;
    Bytes flipped = file;
    flipped[ends[i] + 20] ^= std::byte{1};
    const Result<ReadMatch> read = read_match(flipped);
    REQUIRE(read);
    CHECK(read->damage);
    CHECK(is_same_log(read->record, match));
  }
  CHECK(derived == 3);
}

TEST_CASE(
    "a file that pretends to hold records behind its damage is given up, not searched for ever") {
  // Given sync words that claim long payloads: each would have to be checked in full
  Bytes file = write_match(record_of(600, 5, 300));
  const std::size_t honest = file.size();
  Bytes claim;
  append_record(claim, {77, 0, MatchNumber{1}, Bytes(8)});
  claim[14] = std::byte{0};
  claim[15] = std::byte{0};
  claim[16] = std::byte{8};  // half a megabyte
  for (int i = 0; i < 60'000; ++i)
    file.insert(file.end(), claim.begin(), claim.end());
  const Result<ReadMatch> read = read_match(file);
  REQUIRE(read);
  REQUIRE(read->damage);
  CHECK(read->damage->offset == honest);
  CHECK(read->record.end);
}
