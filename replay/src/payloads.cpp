#include "payloads.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "packing.hpp"
#include "tutti/sim/text.hpp"

namespace tutti {

namespace {

/// The authors that an event's first varint can name; any other has a byte of its own.
constexpr std::uint64_t authors_named = 3;

/// A batch expects this of each author's next event; one that fits costs only its first varint and
/// its payload.
class Expectations {
 public:
  struct Next {
    std::uint32_t counter = 0;
    std::size_t size = 0;
  };
  Next& of(Author author) { return next_[author.value]; }
  void saw(const EventView& event) {
    next_[event.author.value] = {event.counter + 1, event.payload.size()};
  }

 private:
  std::array<Next, 256> next_{};
};

/// A tick between 0 and limits::match_ticks, or failure.
Tick checked_tick(ByteReader& in, std::int64_t value) {
  if (value >= 0 && value <= limits::match_ticks) return Tick{value};
  in.fail();
  return Tick{};
}

void write_event(ByteWriter& out, const EventView& event, Tick previous, Expectations& expected) {
  const Expectations::Next next = expected.of(event.author);
  const bool is_named = event.author.value >= 1 && event.author.value <= authors_named;
  const bool is_expected =
      event.counter == next.counter && event.payload.size() == next.size && next.size > 0;
  const std::uint64_t author = is_named ? event.author.value - 1U : authors_named;
  out.varint((zigzag(event.tick - previous) << 3) | (author << 1) | (is_expected ? 0U : 1U));
  if (!is_named) out.u8(event.author.value);
  if (!is_expected) {
    // The difference modulo 2^32, so that any two counters are a small number apart.
    out.signed_varint(static_cast<std::int32_t>(event.counter - next.counter));
    out.varint(event.payload.size());
  }
  out.raw(event.payload);
  expected.saw(event);
}

EventView read_event(ByteReader& in, Tick previous, Expectations& expected) {
  EventView event;
  const std::uint64_t first = in.varint();
  // At most 2^60 either way: the sum cannot overflow before it is checked.
  event.tick = checked_tick(in, previous.value + unzigzag(first >> 3));
  const std::uint64_t author = (first >> 1) & 3;
  event.author.value = author == authors_named ? in.u8() : static_cast<std::uint8_t>(author + 1);
  Expectations::Next next = expected.of(event.author);
  if ((first & 1) != 0) {
    const std::int64_t skipped = in.signed_varint();
    if (skipped > INT32_MAX || skipped < INT32_MIN) in.fail();
    next.counter += static_cast<std::uint32_t>(skipped);
    const std::uint64_t size = in.varint();
    if (size > limits::relay_event_bytes) in.fail();
    next.size = in.ok() ? static_cast<std::size_t>(size) : 0;
  } else if (next.size == 0) {
    in.fail();  // or one byte could stand for an event, and a small file for a flood of them
  }
  event.counter = next.counter;
  event.payload = in.raw(next.size);
  expected.saw(event);
  return event;
}

std::optional<MatchOpening> read_opening(ByteReader& in) {
  MatchOpening opening;
  opening.room = in.text(limits::room_bytes);
  const std::uint64_t started = in.varint();
  opening.build = in.text(limits::build_bytes);
  const BytesView event = in.run(limits::relay_event_bytes);
  if (!in.ok() || started > INT64_MAX) return std::nullopt;
  opening.started_utc = static_cast<std::int64_t>(started);
  const std::optional<RelayEvent> began = decode_relay_event(event);
  if (!began || began->kind != EventKind::match_started) return std::nullopt;
  opening.setup = began->setup;
  return opening;
}

void write_batch(ByteWriter& out, const EventBatch& batch) {
  out.varint(batch.first_sequence);
  out.varint(static_cast<std::uint64_t>(batch.horizon.value));
  out.varint(batch.events.size());
  Expectations expected;
  Tick previous = batch.horizon;
  for (const EventView& event : batch.events) {
    write_event(out, event, previous, expected);
    previous = event.tick;
  }
}

/// A record whose payload is packed if that makes it smaller.
void append_packed(Bytes& file, RecordType type, std::uint8_t flags, MatchNumber match,
                   const Bytes& raw) {
  const Bytes packed = pack(raw);
  const bool is_smaller = packed.size() < raw.size();
  if (is_smaller) flags |= record_flags::compressed;
  append_record(file, {static_cast<std::uint8_t>(type), flags, match, is_smaller ? packed : raw});
}

// Flags in the first varint of a digest, besides its tick.
constexpr std::uint64_t digest_has_head = 1;
constexpr std::uint64_t digest_is_short = 2;
constexpr int digest_form_bits = 2;

/// The kind of telemetry that tells of a participant's frames. Other kinds may come.
constexpr std::uint8_t telemetry_of_frames = 0;

}  // namespace

void write_opening(ByteWriter& out, const MatchOpening& opening) {
  TUTTI_ASSERT(is_valid(opening.setup) && opening.started_utc >= 0, opening.started_utc);
  TUTTI_ASSERT(opening.room.size() <= limits::room_bytes, opening.room);
  TUTTI_ASSERT(opening.build.size() <= limits::build_bytes, opening.build);
  out.text(opening.room);
  out.varint(static_cast<std::uint64_t>(opening.started_utc));
  out.text(opening.build);
  out.run(encode({.kind = EventKind::match_started, .setup = opening.setup}));
}

bool is_correction(const EventView& event) {
  const std::optional<RelayEvent> relay = relay_event_of(event);
  return relay && relay->kind == EventKind::corrected;
}

void append_setup(Bytes& file, MatchNumber match, const MatchOpening& opening) {
  const std::size_t start = begin_record(file, RecordType::setup, record_flags::critical, match);
  ByteWriter out(file);
  write_opening(out, opening);
  TUTTI_ASSERT(opening.door.size() <= limits::door_bytes, opening.door.size());
  if (!opening.door.empty()) out.run(opening.door);
  finish_record(file, start);
}

std::optional<MatchOpening> decode_setup(BytesView payload) {
  ByteReader in(payload);
  std::optional<MatchOpening> opening = read_opening(in);
  if (!opening || in.remaining() == 0) return opening;
  const BytesView door = in.run(limits::door_bytes);
  opening->door.assign(door.begin(), door.end());
  return opening;
}

void append_events(Bytes& file, MatchNumber match, const EventBatch& batch) {
  const std::size_t start = begin_record(file, RecordType::events, record_flags::critical, match);
  ByteWriter out(file);
  write_batch(out, batch);
  finish_record(file, start);
}

void append_packed_events(Bytes& file, MatchNumber match, const EventBatch& batch) {
  Bytes raw;
  ByteWriter out(raw);
  write_batch(out, batch);
  append_packed(file, RecordType::events, record_flags::critical, match, raw);
}

std::optional<DecodedEvents> decode_events(BytesView payload) {
  ByteReader in(payload);
  DecodedEvents decoded;
  decoded.first_sequence = in.varint();
  decoded.horizon = read_tick(in);
  const std::uint64_t count = in.varint();
  // Every event has at least two bytes: a count beyond what is there is a lie.
  if (!in.ok() || count > in.remaining() / 2) return std::nullopt;
  decoded.events.reserve(static_cast<std::size_t>(count));
  Expectations expected;
  Tick previous = decoded.horizon;
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    decoded.events.push_back(read_event(in, previous, expected));
    previous = decoded.events.back().tick;
  }
  if (!in.ok()) return std::nullopt;
  return decoded;
}

std::optional<EventsHead> events_head_of(const Record& record) {
  if (record.type != static_cast<std::uint8_t>(RecordType::events)) return std::nullopt;
  const bool is_packed = (record.flags & record_flags::compressed) != 0;
  const std::optional<Bytes> unpacked = is_packed ? unpack(record.payload) : Bytes();
  if (!unpacked) return std::nullopt;
  ByteReader in(is_packed ? BytesView(*unpacked) : record.payload);
  EventsHead head{.first_sequence = in.varint()};
  head.horizon = read_tick(in);
  head.events = in.varint();
  return in.ok() ? std::optional(head) : std::nullopt;
}

void DigestItems::add(const RecordedDigest& digest, bool has_head) {
  TUTTI_ASSERT(digest.tick >= previous_, digest.tick, previous_);
  ByteWriter out(items_);
  out.varint((static_cast<std::uint64_t>(digest.tick - previous_) << digest_form_bits) |
             (has_head ? digest_has_head : 0U) | (digest.is_short ? digest_is_short : 0U));
  if (has_head) out.raw(digest.head.bytes);
  const BytesView state = digest.state.bytes;
  out.raw(digest.is_short ? state.first(short_digest_bytes) : state);
  previous_ = digest.tick;
  ++count_;
}

void DigestItems::move_to(Bytes& file, MatchNumber match) {
  const std::size_t start = begin_record(file, RecordType::digests, record_flags::derived, match);
  ByteWriter out(file);
  out.varint(count_);
  out.raw(items_);
  finish_record(file, start);
  *this = {};
}

void append_digests(Bytes& file, MatchNumber match, std::span<const RecordedDigest> digests,
                    const Log* log) {
  DigestItems items;
  for (const RecordedDigest& digest : digests)
    items.add(digest, log == nullptr || log->head(digest.tick) != digest.head);
  items.move_to(file, match);
}

std::optional<std::vector<DecodedDigest>> decode_digests(BytesView payload) {
  ByteReader in(payload);
  const std::uint64_t count = in.varint();
  if (!in.ok() || count > in.remaining() / short_digest_bytes) return std::nullopt;
  std::vector<DecodedDigest> digests;
  digests.reserve(static_cast<std::size_t>(count));
  Tick previous;
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    const std::uint64_t first = in.varint();
    const std::uint64_t ticks = first >> digest_form_bits;
    DecodedDigest& digest = digests.emplace_back();
    if (ticks > static_cast<std::uint64_t>(limits::match_ticks)) in.fail();
    digest.tick = checked_tick(in, in.ok() ? previous.value + static_cast<std::int64_t>(ticks) : 0);
    if ((first & digest_has_head) != 0) read_array(in, digest.head.emplace().bytes);
    digest.is_short = (first & digest_is_short) != 0;
    const BytesView state = in.raw(digest.is_short ? short_digest_bytes : sizeof(Digest));
    std::copy(state.begin(), state.end(), digest.state.bytes.begin());
    previous = digest.tick;
  }
  if (!in.ok()) return std::nullopt;
  return digests;
}

void append_end(Bytes& file, MatchNumber match, const MatchEnd& end) {
  const std::size_t start = begin_record(file, RecordType::end, record_flags::critical, match);
  ByteWriter out(file);
  out.varint(static_cast<std::uint64_t>(end.tick.value));
  out.raw(end.head.bytes);
  out.u8(static_cast<std::uint8_t>(end.reason));
  if (end.is_unwritten) out.u8(1);
  finish_record(file, start);
}

std::optional<MatchEnd> decode_end(BytesView payload) {
  ByteReader in(payload);
  MatchEnd end;
  end.tick = read_tick(in);
  read_array(in, end.head.bytes);
  end.reason = static_cast<EndReason>(in.u8());
  end.is_unwritten = in.remaining() > 0 && in.u8() == 1;
  if (!in.ok()) return std::nullopt;
  return end;
}

void append_mark(Bytes& file, MatchNumber match, const Mark& mark) {
  TUTTI_ASSERT(mark.from <= mark.to && mark.text.size() <= limits::mark_bytes, mark.from, mark.to);
  const std::size_t start = begin_record(file, RecordType::mark, 0, match);
  ByteWriter out(file);
  out.varint(static_cast<std::uint64_t>(mark.from.value));
  out.varint(static_cast<std::uint64_t>(mark.to - mark.from));
  out.text(mark.text);
  finish_record(file, start);
}

std::optional<Mark> decode_mark(BytesView payload) {
  ByteReader in(payload);
  Mark mark;
  mark.from = read_tick(in);
  const Tick length = read_tick(in);
  mark.to = checked_tick(in, mark.from.value + length.value);
  mark.text = in.text(limits::mark_bytes);
  if (!in.ok()) return std::nullopt;
  return mark;
}

void append_state(Bytes& file, MatchNumber match, const SavedState& state) {
  Bytes raw;
  ByteWriter out(raw);
  out.varint(static_cast<std::uint64_t>(state.tick.value));
  out.raw(state.digest.bytes);
  out.text(cut_text(state.build, limits::build_bytes));
  out.run(state.state);
  append_packed(file, RecordType::snapshot, record_flags::derived, match, raw);
}

std::optional<SavedState> decode_state(BytesView payload) {
  ByteReader in(payload);
  SavedState state;
  state.tick = read_tick(in);
  read_array(in, state.digest.bytes);
  state.build = in.text(limits::build_bytes);
  const BytesView bytes = in.run(limits::snapshot_bytes);
  state.state.assign(bytes.begin(), bytes.end());
  if (!in.ok()) return std::nullopt;
  return state;
}

void append_telemetry(Bytes& file, MatchNumber match, const Telemetry& piece) {
  Bytes raw;
  ByteWriter out(raw);
  out.u8(telemetry_of_frames);
  out.u8(piece.player.value);
  out.raw(piece.bytes);
  append_packed(file, RecordType::telemetry, record_flags::derived, match, raw);
}

std::optional<Telemetry> decode_telemetry(BytesView payload) {
  ByteReader in(payload);
  const bool is_known = in.u8() == telemetry_of_frames;
  Telemetry piece{.player = PlayerId{in.u8()}};
  const BytesView bytes = in.raw(in.remaining());
  piece.bytes.assign(bytes.begin(), bytes.end());
  if (!is_known || !in.ok()) return std::nullopt;
  return piece;
}

void append_index(Bytes& file, MatchNumber match, const MatchSummary& summary) {
  const std::size_t start = begin_record(file, RecordType::index, record_flags::derived, match);
  ByteWriter out(file);
  write_opening(out, summary.opening);
  out.varint(summary.events);
  out.varint(static_cast<std::uint64_t>(summary.last.value));
  out.raw(summary.head.bytes);
  // 0 is no end; reasons count from 1.
  out.u8(summary.end ? static_cast<std::uint8_t>(static_cast<unsigned>(*summary.end) + 1U) : 0);
  TUTTI_ASSERT(summary.participants.size() <= limits::summary_participants);
  out.varint(summary.participants.size());
  for (const Participant& participant : summary.participants) {
    out.u8(participant.player.value);
    out.varint(static_cast<std::uint64_t>(participant.joined.value));
    out.text(participant.name);
  }
  if (summary.corrections != 0) out.u8(summary.corrections);
  finish_record(file, start);
  const std::size_t size = file.size() - start;
  const std::size_t footer = begin_record(file, RecordType::footer, record_flags::derived, match);
  ByteWriter(file).u32(static_cast<std::uint32_t>(size));
  finish_record(file, footer);
}

std::optional<MatchSummary> decode_index(BytesView payload) {
  ByteReader in(payload);
  std::optional<MatchOpening> opening = read_opening(in);
  if (!opening) return std::nullopt;
  MatchSummary summary{.opening = std::move(*opening)};
  summary.events = in.varint();
  summary.last = read_tick(in);
  read_array(in, summary.head.bytes);
  if (const std::uint8_t end = in.u8(); end > 0) summary.end = static_cast<EndReason>(end - 1);
  const std::uint64_t count = in.varint();
  if (!in.ok() || count > limits::summary_participants) return std::nullopt;
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    const PlayerId player{in.u8()};
    const Tick joined = read_tick(in);
    summary.participants.push_back({player, joined, std::string(in.text(limits::name_bytes))});
  }
  if (in.ok() && in.remaining() > 0) summary.corrections = in.u8();
  if (!in.ok()) return std::nullopt;
  return summary;
}

std::optional<std::uint32_t> decode_footer(BytesView payload) {
  ByteReader in(payload);
  const std::uint32_t size = in.u32();
  if (!in.ok()) return std::nullopt;
  return size;
}

}  // namespace tutti
