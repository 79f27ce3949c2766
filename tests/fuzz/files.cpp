// A libFuzzer program for every reader of files: match files, journals, their recovery, evidence of
// differing states, lists of matches, signatures, telemetry, what a fleet keeps. For any bytes, the
// understood part can be written, and then says the same; nothing crashes, hangs or takes memory by
// a stranger's word. `records` and `lives` frame what they are given (type, flags, match, size,
// payload; packed where the flags say so), since by chance no checksum is ever right.

#include "fuzz/target.hpp"
#include "replay/promises.hpp"
#include "replay/src/packing.hpp"
#include "tutti/engine/fleet_archive.hpp"
#include "tutti/replay/desync.hpp"
#include "tutti/replay/format.hpp"
#include "tutti/replay/journal_recovery.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/reader.hpp"
#include "tutti/replay/signature.hpp"
#include "tutti/replay/simulated_storage.hpp"
#include "tutti/replay/telemetry.hpp"
#include "tutti/replay/verify.hpp"

namespace {

using namespace tutti;

using test::must;

void must_keep_promises(const Result<ReadMatch>& read, std::size_t bytes) {
  const std::string broken = test::broken_promise(read, bytes);
  must(broken.empty(), broken.c_str());
}

/// As a match, and if it is one of Tally's, to its last state.
void file(BytesView bytes) {
  const Result<ReadMatch> read = read_match(bytes);
  must_keep_promises(read, bytes.size());
  if (!read) return;
  const MatchRecord& match = read->record;
  constexpr std::int64_t folded_most = 10'000;
  if (match.log.horizon().value <= folded_most) {
    static_cast<void>(verify(any_game<test::Tally>(), match));
  }
  for (const HeadSignature& signature : match.signatures)
    static_cast<void>(check_signatures(match, signature.key));
  static_cast<void>(check_players(match));
}

/// Telemetry of a match, which may be anything: each piece is a length and that many bytes.
void screens(BytesView bytes) {
  static const MatchRecord match = test::record_of(600, 5, 60);
  MatchRecord seen = prefix(match, match.log.horizon());
  ByteReader in(bytes);
  while (in.remaining() > 0) {
    const BytesView piece = in.run(limits::telemetry_piece_bytes);
    if (in.ok()) seen.telemetry.push_back({PlayerId{0}, Bytes(piece.begin(), piece.end())});
  }
  const AnyGame game = any_game<test::Tally>();
  Result<SeenMatch> shown = SeenMatch::open(game, seen, PlayerId{0});
  if (!shown) return must(!shown.error().sentence.empty(), "an error is a sentence");
  constexpr std::size_t frames_most = 2000;
  auto timeline = shown->timeline_at(0);
  for (std::size_t frame = 1; frame < std::min(frames_most, shown->frames().size()); ++frame) {
    if (!shown->apply(frame, *timeline)) timeline = shown->timeline_at(frame);
    show(*timeline, shown->frames()[frame].present);
    must(timeline->confirmed() <= seen.log.horizon(), "nothing is final beyond the log");
  }
}

/// A session that hears of the match a little late, and guesses now and then.
Bytes screens_of(Random& random) {
  const MatchRecord match = test::record_of(600, 5, 60);
  Timeline timeline(any_game<test::Tally>(), match.log.setup());
  TelemetryWriter writer(PlayerId{0});
  std::size_t next = 1;
  for (Tick present{1}; present <= Tick{200}; ++present) {
    const Tick horizon = std::max(Tick{0}, present - static_cast<std::int64_t>(random.below(9)));
    for (; next < match.log.events().size() && match.log.events()[next].tick <= horizon; ++next) {
      timeline.accept(match.log.events()[next]);
      writer.accepted(match.log.events()[next]);
    }
    timeline.close(horizon);
    writer.closed(timeline.log().horizon());
    if (random.chance(9)) {
      const Bytes payload = test::hold(3);
      const auto counter = static_cast<std::uint32_t>(9000 + present.value);
      const EventView guess{present + 1, author_of(PlayerId{0}), counter, payload};
      timeline.guess(guess);
      writer.guessed(guess);
    }
    show(timeline, present);
    writer.shown(std::chrono::milliseconds(16 * present.value), timeline, 2);
  }
  Bytes bytes;
  ByteWriter out(bytes);
  for (const Telemetry& piece : writer.pieces())
    out.run(piece.bytes);
  return bytes;
}

Bytes framed(BytesView bytes) {
  constexpr std::size_t header = 5;
  Bytes file;
  append_file_header(file);
  while (bytes.size() >= header) {
    const auto number = [&](std::size_t i) { return std::to_integer<std::uint8_t>(bytes[i]); };
    const std::size_t size =
        std::min<std::size_t>(bytes.size() - header, number(3) | (number(4) << 8));
    const BytesView payload = bytes.subspan(header, size);
    const Bytes packed = (number(1) & record_flags::compressed) != 0
                             ? pack(payload)
                             : Bytes(payload.begin(), payload.end());
    append_record(file, {number(0), number(1), MatchNumber{number(2)}, packed});
    bytes = bytes.subspan(header + size);
  }
  return file;
}

Bytes unframed(const Bytes& file) {
  Bytes bytes;
  RecordReader records(BytesView(file).subspan(file_header_bytes));
  while (const std::optional<Record> record = records.next()) {
    const bool is_packed = (record->flags & record_flags::compressed) != 0;
    const Bytes payload = is_packed ? *unpack(record->payload)
                                    : Bytes(record->payload.begin(), record->payload.end());
    ByteWriter out(bytes);
    out.u8(record->type);
    out.u8(record->flags);
    out.u8(static_cast<std::uint8_t>(record->match.value));
    out.u16(static_cast<std::uint16_t>(payload.size()));
    out.raw(payload);
  }
  return bytes;
}

void records(BytesView bytes) { file(framed(bytes)); }

void journal(BytesView bytes) {
  const Result<JournalReader> reader = JournalReader::open(bytes);
  if (!reader) return must(!reader.error().sentence.empty(), "an error is a sentence");
  for (const MatchNumber match : reader->matches())
    must_keep_promises(reader->read(match), bytes.size());
}

/// A relay that finds this journal goes on, and finds the same when it is started once more.
void recovery(BytesView bytes) {
  SimulatedStorage storage;
  must(storage.replace("journal", bytes).has_value(), "memory is a disk");
  std::size_t running = 0;
  for (int life = 0; life < 2; ++life) {
    Result<RecoveredJournal> recovered = recover_journal(storage, "journal");
    if (!recovered) return must(life == 0, "a recovered file is recovered again");
    must(life == 0 || recovered->running.size() == running, "recovery is idempotent");
    running = recovered->running.size();
    must(!recovered->journal.flush_and_sync().error, "the journal goes on");
  }
}

void lives(BytesView bytes) {
  const Bytes file = framed(bytes);
  journal(file);
  recovery(file);
}

void desync(BytesView bytes) {
  for (const Bytes& each : {Bytes(bytes.begin(), bytes.end()), framed(bytes)}) {
    const Result<ReadDesync> read = read_desync(each);
    if (!read) continue;
    const Result<ReadDesync> again = read_desync(write_desync(read->match.record, read->bundle));
    must(again.has_value(), "evidence is read again");
    must(again->bundle == read->bundle, "evidence stays itself");
  }
}

void summary(BytesView bytes) {
  const FoundSummary found = find_summary(bytes);
  must(found.bytes_needed <= limits::index_bytes + footer_bytes, "a summary is short");
  const Bytes file = framed(bytes);
  static_cast<void>(find_summary(file));
}

void key(BytesView bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (const auto given = public_key_from_hex(text)) {
    must(public_key_from_hex(to_hex(*given)) == given, "a key is itself as text");
  }
  if (const auto given = SigningKey::from_hex(text)) {
    must(SigningKey::from_hex(given->seed_hex())->public_key() == given->public_key(),
         "a seed is itself as text");
    const HeadSignature signature = given->sign(Tick{1}, Head{});
    must(is_authentic(signature, Head{}), "a signature is right");
  }
}

MatchRecord any_match(Random& random) {
  const auto ticks = static_cast<std::int64_t>(20 + random.below(400));
  MatchRecord match = test::record_of(ticks, 5, 60, random.below(1000));
  if (random.chance(3)) sign(match, SigningKey::create());
  if (random.chance(3)) match.states.push_back({Tick{9}, Digest{}, "a build", test::hold(3)});
  if (random.chance(3)) match.telemetry.push_back({PlayerId{1}, test::hold(5)});
  if (random.chance(3)) correct(match, Correction::voided, Tick{5}, "Ada", "why");
  if (random.chance(3)) match.marks.push_back({Tick{3}, Tick{9}, "a mark"});
  if (random.chance(3)) match.desyncs.push_back({.tick = Tick{60}, .agreed = Tick{}, .wrong = 1});
  return match;
}

Bytes journal_of(Random& random) {
  SimulatedStorage storage;
  Result<Journal> journal = Journal::open(storage, "journal");
  for (std::uint32_t i = 0; i <= random.below(3); ++i) {
    MatchRecord match = any_match(random);
    if (random.chance(2)) match.end.reset();
    journal->copy(match);
  }
  journal->flush_and_sync();
  return *storage.read("journal");
}

Bytes desync_of(Random& random) {
  DesyncBundle bundle;
  bundle.finding = {.tick = Tick{60}, .agreed = Tick{}, .first = Tick{7}, .wrong = 1};
  for (std::uint8_t slot = 0; slot < 2; ++slot) {
    DesyncSide& side = bundle.sides.emplace_back();
    side.player = PlayerId{slot};
    side.machine = "a build";
    side.hashes.assign(random.below(60), random.next());
    side.before = side.held = side.refolded_state = test::hold(3);
  }
  return write_desync(any_match(random), bundle);
}

Bytes key_text_of(Random& random) {
  const SigningKey key = SigningKey::create();
  const std::string text = random.chance(2) ? key.seed_hex() : to_hex(key.public_key());
  const auto view = std::as_bytes(std::span(text));
  return Bytes(view.begin(), view.end());
}

Bytes file_of(Random& random) { return write_match(any_match(random)); }
Bytes records_of(Random& random) { return unframed(file_of(random)); }
Bytes lives_of(Random& random) { return unframed(journal_of(random)); }
Bytes evidence_of(Random& random) {
  const Bytes file = desync_of(random);
  return random.chance(2) ? file : unframed(file);
}
Bytes summary_of(Random& random) {
  const Bytes file = file_of(random);
  const std::size_t most = std::min(file.size(), summary_tail_bytes);
  return Bytes(file.end() - static_cast<std::ptrdiff_t>(most), file.end());
}

template <Bytes (*make)(Random&)>
Bytes seed_of(std::uint32_t number) {
  Random random(number);
  return make(random);
}

}  // namespace

namespace {

/// What relays keep off their machines: a piece or a page of a log, what one says of itself, or
/// what the archive says of a match file.
void fleet(BytesView bytes) {
  if (const auto card = decode_relay_card(bytes)) {
    must(std::ranges::equal(encode(*card), bytes), "a relay's card has one form");
  }
  if (const auto word = decode_relay_word(bytes)) {
    must(std::ranges::equal(encode(*word), bytes), "a relay's word has one form");
  }
  if (const auto file = decode_archived_file({}, bytes)) {
    must(std::ranges::equal(encode(*file), bytes), "an archived file has one form");
    must(file->whole.empty() || file->pieces() == 0, "a file is whole or in pieces");
  }
  if (const auto page = decode_log_page({}, bytes)) {
    must(std::ranges::equal(encode(*page), bytes), "a page has one form");
    must(page->all.number + page->entries > page->all.number, "a page's entries are counted");
  }
  const auto entry = decode_log_entry({}, bytes);
  if (!entry) return;
  must(std::ranges::equal(encode(*entry), bytes), "an entry has one form");
  const StoredEntry stored{.sequence = 1, .entry = *entry};
  const auto log = assemble({&stored, 1});
  must(log.has_value() == (entry->number == 0), "a log begins with its first entry");
  if (log) must_keep_promises(read_match(log->journal), log->journal.size());
}

Bytes fleet_of(Random& random) {
  if (random.below(4) == 0) return encode(RelayCard{.host = "one", .listen = "[::]:4747"});
  if (random.below(4) == 0) return encode(RelayWord{});
  if (random.below(4) == 0) return encode(ArchivedFile{.bytes = 3, .whole = Bytes(3)});
  const Bytes journal = journal_of(random);
  const BytesView records = BytesView(journal).subspan(std::min(journal.size(), file_header_bytes));
  const LogEntry entry{.epoch = 1, .is_whole = true, .records{records.begin(), records.end()}};
  return random.below(4) == 0 ? encode(LogPage{entry, 9, 20}) : encode(entry);
}

}  // namespace

std::span<const test::FuzzTarget> test::fuzz_targets() {
  static constexpr FuzzTarget targets[] = {
      {"file", file, seed_of<file_of>},          {"records", records, seed_of<records_of>},
      {"journal", journal, seed_of<journal_of>}, {"recovery", recovery, seed_of<journal_of>},
      {"lives", lives, seed_of<lives_of>},       {"desync", desync, seed_of<evidence_of>},
      {"summary", summary, seed_of<summary_of>}, {"key", key, seed_of<key_text_of>},
      {"screens", screens, seed_of<screens_of>}, {"fleet", fleet, seed_of<fleet_of>},
  };
  return targets;
}
