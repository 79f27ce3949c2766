// Findings and evidence at rest: they come back whole, as FORMAT.md lays them out, and nothing that
// is cut or damaged is taken for them.

#include "tutti/replay/desync.hpp"

#include "matches.hpp"
#include "page.hpp"
#include "records.hpp"
#include "support/catch.hpp"
#include "tutti/replay/journal.hpp"
#include "tutti/replay/machine_words.hpp"
#include "tutti/replay/simulated_storage.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

Bytes bytes_of(std::size_t size, int value) { return Bytes(size, static_cast<std::byte>(value)); }

DesyncBundle a_bundle() {
  DesyncBundle bundle;
  bundle.finding = {.tick = Tick{600},
                    .agreed = Tick{540},
                    .first = Tick{573},
                    .verdict = DesyncVerdict::mended,
                    .wrong = 2};
  DesyncSide good{.player = PlayerId{0}, .machine = "clang++ 14", .first_hash = Tick{541}};
  good.reported.bytes[0] = good.refolded.bytes[0] = std::byte{7};
  for (std::uint64_t i = 0; i < 60; ++i)
    good.hashes.push_back(0x0102030405060708 + i);
  good.before = bytes_of(40, 1);
  good.held_tick = Tick{573};
  good.held = good.refolded_state = bytes_of(40, 2);
  DesyncSide bad = good;
  bad.player = PlayerId{1};
  bad.reported.bytes[0] = std::byte{8};
  bad.fault = Tick{573};
  bad.held = bytes_of(40, 3);
  bundle.sides = {good, bad};
  return bundle;
}

MatchRecord so_far() {
  MatchRecord match(opening_of("KAZOO"));
  for (const Event& event : play(700, 5))
    match.log.add(event);
  match.log.close(Tick{610});
  match.digests = digests_of(match.log, 60);
  return match;
}

void check_side(Page page, const DesyncSide& side) {
  CHECK(page.fixed(1) == side.player.value);
  CHECK(page.text() == side.machine);
  CHECK(page.take(16) == octets_of(side.reported.bytes));
  CHECK(page.take(16) == octets_of(side.refolded.bytes));
  CHECK(page.varint() ==
        (side.fault ? static_cast<std::uint64_t>(side.fault->value) + 1 : std::uint64_t{0}));
  CHECK(page.varint() == static_cast<std::uint64_t>(side.first_hash.value));
  REQUIRE(page.varint() == side.hashes.size());
  for (const std::uint64_t hash : side.hashes)
    CHECK(page.fixed(8) == hash);
  CHECK(page.run() == octets_of(side.before));
  CHECK(page.varint() == static_cast<std::uint64_t>(side.held_tick.value));
  CHECK(page.run() == octets_of(side.held));
  CHECK(page.run() == octets_of(side.refolded_state));
  CHECK(page.is_read());
}

}  // namespace

TEST_CASE("evidence comes back whole, and is what FORMAT.md says") {
  const MatchRecord match = so_far();
  const DesyncBundle bundle = a_bundle();
  const Bytes file = write_desync(match, bundle);
  const auto read = read_desync(file);
  REQUIRE(read);
  CHECK(read->bundle == bundle);
  CHECK_FALSE(read->match.damage);
  CHECK(read->match.record.log.head() == match.log.head());
  CHECK(read->match.record.digests == match.digests);

  std::size_t sides = 0;
  for (const Record& record : records_of(file)) {
    if (record.type == 13) {
      Page page(octets_of(record.payload));
      CHECK(page.varint() == 600);
      CHECK(page.varint() == 540);
      CHECK(page.varint() == 574);
      CHECK(page.fixed(1) == 0);
      CHECK(page.fixed(8) == 2);
      CHECK(page.is_read());
    }
    if (record.type == 14) check_side(Page(octets_of(record.payload)), bundle.sides[sides++]);
  }
  CHECK(sides == 2);
}

TEST_CASE("a finding about a tick that no file may speak of is none") {
  const auto is_read = [](const DesyncFinding& finding) {
    Bytes bytes;
    ByteWriter out(bytes);
    write_finding(out, finding);
    ByteReader in(bytes);
    const bool is_same = read_finding(in) == finding;
    return in.is_done() && is_same;
  };
  const Tick most{limits::match_ticks};
  CHECK(is_read({.tick = most, .agreed = most, .first = most, .wrong = 5}));
  CHECK_FALSE(is_read({.tick = most + 1}));
  CHECK_FALSE(is_read({.agreed = most + 1}));
  CHECK_FALSE(is_read({.first = most + 1}));
  CHECK_FALSE(is_read({.verdict = DesyncVerdict(4)}));
}

TEST_CASE("a finding stays with its match, in the journal and in the file") {
  MatchRecord match = record_of(1200, 5, 60);
  match.desyncs = {a_bundle().finding};
  const auto closed = read_match(write_match(match));
  REQUIRE(closed);
  CHECK_FALSE(closed->damage);
  CHECK(closed->record.desyncs == match.desyncs);

  SimulatedStorage storage;
  Result<Journal> journal = Journal::open(storage, "journal");
  REQUIRE(journal);
  const MatchNumber number = journal->begin(opening_of("KAZOO"));
  journal->append(number, match.desyncs.front());
  journal->flush_and_sync();
  const auto open = read_match(*storage.read("journal"));
  REQUIRE(open);
  CHECK(open->record.desyncs == match.desyncs);
}

TEST_CASE("a match file without evidence is no desync file, and says so") {
  CHECK_THAT(read_desync(write_match(record_of(600, 5, 60))).error().sentence,
             contains("no difference"));
  MatchRecord match = record_of(1200, 5, 60);
  match.desyncs = {a_bundle().finding};
  CHECK_THAT(read_desync(write_match(match)).error().sentence, contains(".desync"));
}

TEST_CASE("evidence that is cut anywhere is read up to the cut or refused") {
  const Bytes file = write_desync(so_far(), a_bundle());
  for (std::size_t size = 0; size < file.size(); ++size) {
    const auto read = read_desync(BytesView(file).first(size));
    CAPTURE(size);
    if (read) REQUIRE((read->match.damage || read->bundle.sides.size() == 1));
  }
}

TEST_CASE("no flipped bit of evidence goes unnoticed") {
  const Bytes file = write_desync(so_far(), a_bundle());
  Bytes damaged = file;
  for (std::size_t at = 0; at < file.size(); ++at) {
    damaged[at] ^= std::byte{1} << (at % 8);
    const auto read = read_desync(damaged);
    CAPTURE(at);
    if (read) REQUIRE(read->match.damage);
    damaged[at] = file[at];
  }
}

TEST_CASE("evidence made up of anything is refused or read, and takes no more than it is long") {
  const Bytes file = write_desync(so_far(), a_bundle());
  Random random(9);
  for (int i = 0; i < 20'000; ++i) {
    Bytes payload(random.below(80));
    for (std::byte& byte : payload)
      byte = static_cast<std::byte>(random.chance(2) ? random.below(256) : 0xFF);
    Bytes made = file;
    append_record(made, {.type = static_cast<std::uint8_t>(13 + random.below(2)),
                         .flags = record_flags::derived,
                         .match = MatchNumber{1},
                         .payload = payload});
    const auto read = read_desync(made);
    if (!read) continue;
    for (const DesyncSide& side : read->bundle.sides)
      REQUIRE(side.hashes.size() <= limits::evidence_hashes);
  }
}

TEST_CASE("a machine's words come back from their text, and stay within their limit") {
  MachineWords words{.build = "g++ 12.2.0 x86-64",
                     .floats = "rounds upwards",
                     .processor = "AMD EPYC 9B14",
                     .libraries = {{"libc.so.6", "00c0ffee"}, {"libm.so.6", "1a2b3c4d"}}};
  CHECK(machine_words(to_text(words)) == words);
  CHECK(machine_words("the relay's referee") == MachineWords{.build = "the relay's referee"});
  CHECK(machine_words("") == MachineWords{});
  words.floats.clear();
  for (int i = 0; i < 1000; ++i)
    words.libraries["libother" + std::to_string(i) + ".so"] = "12345678";
  const std::string text = to_text(words);
  CHECK(text.size() <= limits::machine_bytes);
  CHECK(text.size() > limits::machine_bytes - 40);
  const MachineWords most = machine_words(text);
  CHECK(most.processor == words.processor);
  for (const auto& [name, id] : most.libraries)
    CHECK(words.libraries.at(name) == id);
  words = {.build = "a; floats none", .processor = "x, y; libraries z 1"};
  CHECK(machine_words(to_text(words)).floats.empty());
  CHECK(machine_words(to_text(words)).libraries.empty());
}
