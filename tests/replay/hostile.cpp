// Files by an enemy of the reader: frames and checksums are right, what they hold is not.

#include <array>
#include <utility>

#include "matches.hpp"
#include "promises.hpp"
#include "records.hpp"
#include "support/catch.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

Record record_with(RecordType type, const Bytes& payload,
                   std::uint8_t flags = record_flags::critical) {
  return {static_cast<std::uint8_t>(type), flags, MatchNumber{1}, payload};
}

// The opening of a match, then this record.
Bytes file_with(const Record& record) {
  const Bytes opening = write_match(MatchRecord(opening_of("KAZOO")));
  return file_of(std::array{records_of(opening).front(), record});
}

// A batch of events by a hostile writer: numbers as they are, then the rest.
Bytes batch_of(std::uint64_t sequence, std::uint64_t horizon, std::uint64_t count,
               const Bytes& events = {}) {
  Bytes payload;
  ByteWriter out(payload);
  out.varint(sequence);
  out.varint(horizon);
  out.varint(count);
  out.raw(events);
  return payload;
}

}  // namespace

TEST_CASE("events that no relay accepts stop a match where they are") {
  const auto damage_by = [](const Bytes& payload) {
    return damage_of(file_with(record_with(RecordType::events, payload)));
  };
  const auto event = [](std::uint64_t first, std::initializer_list<int> rest) {
    Bytes bytes;
    ByteWriter out(bytes);
    out.varint(first);
    for (const int octet : rest)
      out.u8(static_cast<std::uint8_t>(octet));
    return bytes;
  };
  const auto tick_after_horizon = [](std::int64_t difference, unsigned code, unsigned irregular) {
    return (zigzag(difference) * 4 + code) * 2 + irregular;
  };
  CHECK(damage_by(batch_of(1, 10, 0)) == "");
  CHECK(damage_by(batch_of(1, 10, 1, event(tick_after_horizon(0, 0, 1), {0, 1, 5}))) == "");
  CHECK_THAT(damage_by(batch_of(1, 10, 1, event(tick_after_horizon(-10, 0, 1), {0, 1, 5}))),
             contains("tick 0 comes after its tick was closed"));
  CHECK_THAT(damage_by(batch_of(1, 10, 1, event(tick_after_horizon(0, 2, 1), {0, 1, 5}))),
             contains("by player 2 of 2"));
  CHECK_THAT(damage_by(batch_of(1, 10, 1, event(tick_after_horizon(0, 3, 1), {200, 0, 1, 5}))),
             contains("by player 199 of 2"));
  CHECK_THAT(damage_by(batch_of(1, 10, 1, event(tick_after_horizon(0, 3, 1), {0, 2, 2, 99, 0}))),
             contains("none that this version knows"));
  CHECK_THAT(damage_by(batch_of(1, 10, 1, event(tick_after_horizon(0, 3, 1), {0, 2, 2, 6, 9}))),
             contains("none that this version knows"));
  CHECK_THAT(damage_by(batch_of(1, 10, 2, event(1, {0, 1, 5, 1, 1, 1, 5}))),
             contains("contradict the rules"));  // the same place twice
  Bytes nine = event(tick_after_horizon(0, 0, 1), {0, 1, 5});
  for (int i = 0; i < 8; ++i)
    nine.insert(nine.end(), {std::byte{0}, std::byte{5}});
  CHECK(damage_by(batch_of(1, 10, 8, nine)) == "");
  CHECK_THAT(damage_by(batch_of(1, 10, 9, nine)), contains("contradict the rules"));
  CHECK_THAT(damage_by(batch_of(1, 10, 2, Bytes(4))),
             contains("makes no sense"));  // empty, regular
}

TEST_CASE("events that contradict each other end the log before their tick") {
  // Given player 0 twice at tick 12 with the same counter, after one event at tick 11
  Bytes events;
  ByteWriter out(events);
  for (const auto& [difference, counter] : {std::pair{1, 0}, {1, 0}, {0, -1}}) {
    out.varint((zigzag(difference) * 4 + 0) * 2 + 1);
    out.signed_varint(counter);
    out.run(hold(5));
  }
  const Bytes payload = batch_of(1, 10, 3, events);
  const Bytes closing = batch_of(4, 100, 0);
  const Bytes opening = write_match(MatchRecord(opening_of("KAZOO")));
  const Result<ReadMatch> read = read_match(
      file_of(std::array{records_of(opening).front(), record_with(RecordType::events, payload),
                         record_with(RecordType::events, closing)}));
  REQUIRE(read);
  REQUIRE(read->damage);
  CHECK_THAT(read->damage->sentence, contains("tick 12"));
  CHECK(read->record.log.horizon() == Tick{11});
}

TEST_CASE("no number in a payload is believed") {
  const auto damage_by = [](RecordType type, const Bytes& payload) {
    return damage_of(file_with(record_with(type, payload)));
  };
  const std::uint64_t huge[] = {UINT64_MAX, std::uint64_t{1} << 63, (std::uint64_t{1} << 32) + 1,
                                1'000'000'000'000};
  for (const std::uint64_t number : huge) {
    CHECK_THAT(damage_by(RecordType::events, batch_of(1, number, 0)), contains("makes no sense"));
    CHECK_THAT(damage_by(RecordType::events, batch_of(1, 10, number)), contains("makes no sense"));
    CHECK_THAT(damage_by(RecordType::events, batch_of(number, 10, 0)),
               contains("events are missing"));
    Bytes event;
    ByteWriter(event).varint(number);
    CHECK_THAT(damage_by(RecordType::events, batch_of(1, 10, 1, event)),
               contains("makes no sense"));
    Bytes sized = {std::byte{1}, std::byte{0}};
    ByteWriter(sized).varint(number);
    CHECK_THAT(damage_by(RecordType::events, batch_of(1, 10, 1, sized)),
               contains("makes no sense"));
    Bytes counted = {std::byte{1}};
    ByteWriter(counted).varint(number);
    counted.insert(counted.end(), {std::byte{1}, std::byte{5}});
    CHECK_THAT(damage_by(RecordType::events, batch_of(1, 10, 1, counted)),
               contains("makes no sense"));
    Bytes digests;
    ByteWriter(digests).varint(number);
    CHECK_THAT(damage_by(RecordType::digests, digests), contains("makes no sense"));
    Bytes end;
    ByteWriter(end).varint(number);
    end.resize(end.size() + 33);
    CHECK_THAT(damage_by(RecordType::end, end), contains("makes no sense"));
  }
  // A record that claims to be longer than the file
  Bytes file = file_with(record_with(RecordType::events, batch_of(1, 10, 0)));
  const std::size_t start = record_ends(file)[1];
  for (const std::size_t at : {14U, 15U, 16U, 17U}) {
    Bytes longer = file;
    longer[start + at] = std::byte{0xFF};
    CHECK_THAT(damage_of(longer), contains("cut off or damaged at byte"));
  }
}

TEST_CASE("events in the worst order cost no more than in the best") {
  // Given 100,000 records of one event each, the youngest tick first: were each event put into its
  // place as it comes, this test would take minutes
  constexpr std::uint32_t count = 100'000;
  const Bytes opening = write_match(MatchRecord(opening_of("KAZOO")));
  std::vector<Record> records = {records_of(opening).front()};
  std::vector<Bytes> payloads;
  for (std::uint32_t i = 0; i < count; ++i) {
    Bytes event;
    ByteWriter out(event);
    out.varint((zigzag(count - i) * 4 + 0) * 2 + 1);  // by player 0, irregular
    out.signed_varint(i);
    out.varint(0);
    payloads.push_back(batch_of(i + 1, 0, 1, event));
  }
  payloads.push_back(batch_of(count + 1, count, 0));
  for (const Bytes& payload : payloads)
    records.push_back(record_with(RecordType::events, payload));
  const Result<ReadMatch> read = read_match(file_of(records));
  REQUIRE(read);
  CHECK_FALSE(read->damage);
  CHECK(read->record.log.events().size() == count + 1);
  CHECK(read->record.log.events().back().counter == 0);
}

TEST_CASE("random bytes are no match, and harm nothing") {
  Random random(2024);
  for (int round = 0; round < 2000; ++round) {
    Bytes bytes(random.below(300));
    for (std::byte& byte : bytes)
      byte = static_cast<std::byte>(random.below(256));
    Bytes file;
    append_file_header(file);
    file.insert(file.end(), bytes.begin(), bytes.end());
    for (const Bytes& each : {bytes, file}) {
      const Result<ReadMatch> read = read_match(each);
      REQUIRE_FALSE(read);
      REQUIRE(broken_promise(read, each.size()) == "");
    }
  }
}

TEST_CASE("payloads that were made by an enemy of the reader harm nothing") {
  // Valid frames and checksums around payloads that were valid once
  const Bytes file = write_match(record_of(600, 10, 60));
  const std::vector<Record> records = records_of(file);
  Random random(7);
  int understood = 0;
  for (int round = 0; round < 1500; ++round) {
    std::vector<Bytes> payloads;
    std::vector<Record> changed = records;
    for (Record& record : changed) {
      Bytes& payload = payloads.emplace_back(record.payload.begin(), record.payload.end());
      for (std::uint32_t edits = random.below(3); edits > 0 && !payload.empty(); --edits) {
        const std::size_t at = random.below(static_cast<std::uint32_t>(payload.size()));
        switch (random.below(3)) {
          case 0:
            payload[at] = static_cast<std::byte>(random.below(256));
            break;
          case 1:
            payload.resize(at);
            break;
          default:
            payload.insert(payload.begin() + static_cast<std::ptrdiff_t>(at),
                           static_cast<std::byte>(random.below(256)));
        }
      }
    }
    for (std::size_t i = 0; i < changed.size(); ++i)
      changed[i].payload = payloads[i];
    const Bytes hostile = file_of(changed);
    const Result<ReadMatch> read = read_match(hostile);
    REQUIRE(broken_promise(read, hostile.size()) == "");
    if (read && read->record.log.events().size() > 3) ++understood;
  }
  CHECK(understood > 100);  // the enemy got past the first checks
}
