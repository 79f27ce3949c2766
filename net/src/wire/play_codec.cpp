// The bytes of play messages; messages.cpp has those of control, play_sizes.cpp says how many they
// are.

#include "tutti/net/messages.hpp"
#include "tutti/sim/assert.hpp"
#include "tutti/sim/mutant.hpp"
#include "wire/wire.hpp"

#include <algorithm>

namespace tutti {

namespace {

using detail::offered_head;
using detail::read_tick;
using detail::tick_most;
using detail::write_tick;

// The first byte: from bit 6 on the kind, below it the generation, then flags. Down takes both bits
// of the kind: the lower one is a flag.
constexpr std::uint8_t play_up_kind = 64;
constexpr std::uint8_t play_down_kind = 128;
/// Of a message down: runs of the receiver's events that are here behind a gap follow.
constexpr std::uint8_t has_held_down = 64;
constexpr int generation_shift = 3;
/// A spare has a byte of its own for the rest: from bit 3 on the generation, in bits 1 and 2 the
/// count minus 1, in bit 0 whether the sum is weighted.
constexpr std::uint8_t spare_kind = 32;

void read_offered(ByteReader& in, OfferedEvent& event) {
  const std::uint64_t head = in.varint();
  if (head / 4 > limits::event_bytes) in.fail();
  event.is = head % 2 == 1 ? PlayerEvent::command : PlayerEvent::input;
  if (head / 2 % 2 == 1) {
    event.local = in.u8();
    if (event.local == 0 || event.local >= limits::local_players) in.fail();
  }
  const BytesView payload = in.raw(in.ok() ? static_cast<std::size_t>(head / 4) : 0);
  event.payload.assign(payload.begin(), payload.end());
}

/// A tick near another one, which is known.
Tick read_tick_near(ByteReader& in, Tick base) {
  const std::int64_t distance = in.signed_varint();
  const auto most = static_cast<std::int64_t>(tick_most);
  if (distance > most || distance < -most) in.fail();
  if (!in.ok() || base.value + distance < 0) {
    in.fail();
    return {};
  }
  return base + distance;
}

std::uint32_t read_u32_varint(ByteReader& in) {
  const std::uint64_t value = in.varint();
  if (value > 0xFFFFFFFFU) in.fail();
  return in.ok() ? static_cast<std::uint32_t>(value) : 0;
}

void write_digest(ByteWriter& out, const DigestReport& report) {
  write_tick(out, report.tick);
  out.raw(report.head);
  out.raw(report.digest.bytes);
  out.u32(report.between);
}

DigestReport read_digest(ByteReader& in) {
  DigestReport report;
  report.tick = read_tick(in);
  const BytesView head = in.raw(report.head.size());
  std::copy(head.begin(), head.end(), report.head.begin());
  const BytesView digest = in.raw(report.digest.bytes.size());
  std::copy(digest.begin(), digest.end(), report.digest.bytes.begin());
  report.between = in.u32();
  return report;
}

/// Bits of a play datagram's first byte, beside its kind.
enum : std::uint8_t {
  has_digest = 1,
  // of a message up
  has_gaps = 2,
  has_held_up = 4,
  // of a message down
  is_all = 2,
  is_standing = 4,
  play_flags = 7
};

/// Of a message down, beside the count of ranges.
constexpr std::uint8_t over_budget = 0x80;

/// Ranges behind `received` as pairs: how many are missing, and how many are there.
void write_held(ByteWriter& out, const std::vector<NumberRange>& held, std::uint32_t received,
                int flag = 0) {
  TUTTI_ASSERT(held.size() <= limits::held_ranges, held.size());
  out.u8(static_cast<std::uint8_t>(static_cast<int>(held.size()) | flag));
  for (const NumberRange& range : held) {
    out.varint(range.first - received);
    out.varint(range.end - range.first);
    received = range.end;
  }
}

std::vector<NumberRange> read_held(ByteReader& in, std::uint8_t count, std::uint32_t received) {
  std::vector<NumberRange> held;
  if (count > limits::held_ranges) in.fail();
  std::uint64_t end = received;
  for (std::uint8_t i = 0; i < count && in.ok(); ++i) {
    const std::uint64_t missing = in.varint();
    const std::uint64_t there = in.varint();
    if (missing == 0 || there == 0 || missing > UINT32_MAX || there > UINT32_MAX) in.fail();
    const std::uint64_t first = end + missing;
    end = first + there;
    if (end > UINT32_MAX) in.fail();
    held.push_back({static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(end)});
  }
  return held;
}

std::uint8_t first_byte(int kind, std::uint8_t generation, int flags) {
  TUTTI_ASSERT(generation < limits::generations, generation);
  return static_cast<std::uint8_t>(kind | generation << generation_shift | flags);
}

PlayUp read_play_up(ByteReader& in, std::uint8_t flags) {
  PlayUp message;
  message.epoch = read_u32_varint(in);
  message.sent_at = in.u16();
  message.received = read_u32_varint(in);
  if ((flags & has_held_up) != 0) {
    message.held = read_held(in, in.u8(), message.received);
    message.has_lost = message.held.empty();
  }
  message.progress = read_tick(in);
  if ((flags & has_digest) != 0) message.digest = read_digest(in);
  const std::uint8_t count = in.u8();
  if (count > 0) message.first_counter = read_u32_varint(in);
  if ((flags & has_gaps) != 0) message.earlier = read_u32_varint(in);
  bool has_any_gap = message.earlier > 0;
  Tick previous = message.progress;
  for (std::uint8_t i = 0; i < count && in.ok(); ++i) {
    OfferedEvent& event = message.events.emplace_back();
    if (i > 0 && (flags & has_gaps) != 0) event.skipped = read_u32_varint(in);
    has_any_gap = has_any_gap || event.skipped > 0;
    event.stamp = read_tick_near(in, previous);
    if (i > 0 && event.stamp < previous) in.fail();
    previous = event.stamp;
    read_offered(in, event);
  }
  if (((flags & has_gaps) != 0) != has_any_gap || message.earlier > message.first_counter ||
      end_of(message) > UINT32_MAX) {
    in.fail();
  }
  return message;
}

/// In the place of an event's author: so many events are left out.
constexpr std::uint8_t left_out = 0x7F;
/// Bit 7 of an event's author byte: the receiver's own, as offered.
constexpr std::uint8_t as_offered = 0x80;

AcceptedEvent read_accepted(ByteReader& in, bool is_first, Tick& previous) {
  AcceptedEvent event;
  std::uint8_t author = in.u8();
  if (author == left_out) {
    event.skipped = read_u32_varint(in);
    if (is_first || event.skipped == 0) in.fail();
    author = in.u8();
  }
  event.is_as_offered = (author & as_offered) != 0;
  event.author = Author{static_cast<std::uint8_t>(author & ~as_offered)};
  if (event.author.value > limits::players) in.fail();
  if (event.is_as_offered && event.author.is_relay()) in.fail();
  event.counter = read_u32_varint(in);
  if (event.is_as_offered) return event;
  event.tick = previous = read_tick_near(in, previous);
  const BytesView payload =
      in.run(event.author.is_relay() ? limits::relay_event_bytes : limits::event_bytes);
  event.payload.assign(payload.begin(), payload.end());
  return event;
}

PlayDown read_play_down(ByteReader& in, std::uint8_t flags, bool has_held) {
  PlayDown message;
  message.is_all = (flags & is_all) != 0;
  message.is_standing = (flags & is_standing) != 0;
  message.epoch = read_u32_varint(in);
  message.number = in.u8();
  message.echo = in.u16();
  message.echo_held = in.u16();
  message.clock = read_tick(in);
  message.clock_fraction = in.u8();
  message.horizon = read_tick_near(in, message.clock);
  message.durable = read_tick_near(in, message.horizon);
  message.counted = read_u32_varint(in);
  if (has_held) {
    const std::uint8_t count = in.u8();
    message.is_over_budget = (count & over_budget) != 0;
    message.held = read_held(in, count & ~over_budget & 0xFF, message.counted);
    if (message.held.empty() && !message.is_over_budget) in.fail();
  }
  if ((flags & has_digest) != 0) {
    message.digest_known = read_tick(in);
    message.agreed = read_tick_near(in, *message.digest_known);
  }
  message.first_sequence = read_u32_varint(in);
  const std::uint8_t count = in.u8();
  Tick previous = message.clock;
  for (std::uint8_t i = 0; i < count && in.ok(); ++i) {
    message.events.push_back(read_accepted(in, i == 0, previous));
  }
  if (end_of(message) > UINT32_MAX) in.fail();
  return message;
}

PlaySpare read_spare(ByteReader& in) {
  const std::uint8_t second = in.u8();
  PlaySpare message;
  message.generation = static_cast<std::uint8_t>(second >> generation_shift);
  if (message.generation >= limits::generations) in.fail();
  message.count = static_cast<std::uint8_t>((second >> 1 & 3) + 1);
  message.is_weighted = (second & 1) != 0;
  message.epoch = read_u32_varint(in);
  message.first = in.u8();
  const BytesView bytes = in.run(limits::play_bytes);
  if (bytes.size() <= spare_length_bytes) in.fail();
  message.bytes.assign(bytes.begin(), bytes.end());
  return message;
}

}  // namespace

void encode(const PlaySpare& message, Bytes& bytes) {
  TUTTI_ASSERT(message.count > 0 && message.count <= limits::spare_datagrams, message.count);
  ByteWriter out(bytes);
  out.u8(spare_kind);
  out.u8(first_byte((message.count - 1) << 1, message.generation, message.is_weighted ? 1 : 0));
  out.varint(message.epoch);
  out.u8(message.first);
  out.run(message.bytes);
}

void encode(const PlayUp& message, Bytes& bytes) {
  TUTTI_ASSERT(message.events.size() <= play_events_most, message.events.size());
  ByteWriter out(bytes);
  const bool is_gapped =
      message.earlier > 0 || std::any_of(message.events.begin(), message.events.end(),
                                         [](const auto& event) { return event.skipped > 0; });
  out.u8(first_byte(play_up_kind, message.generation,
                    (message.digest ? has_digest : 0) | (is_gapped ? has_gaps : 0) |
                        (message.held.empty() && !message.has_lost ? 0 : has_held_up)));
  out.varint(message.epoch);
  out.u16(message.sent_at);
  out.varint(message.received);
  if (!message.held.empty() || message.has_lost) write_held(out, message.held, message.received);
  write_tick(out, message.progress);
  if (message.digest) write_digest(out, *message.digest);
  out.u8(static_cast<std::uint8_t>(message.events.size()));
  if (!message.events.empty()) out.varint(message.first_counter);
  if (is_gapped) out.varint(message.earlier);
  Tick previous = message.progress;
  for (const OfferedEvent& event : message.events) {
    if (is_gapped && &event != &message.events.front()) out.varint(event.skipped);
    out.signed_varint(event.stamp - previous);
    previous = event.stamp;
    out.varint(offered_head(event));
    if (event.local > 0) out.u8(event.local);
    out.raw(event.payload);
  }
}

void encode(const PlayDown& message, Bytes& bytes) {
  TUTTI_ASSERT(message.events.size() <= play_events_most, message.events.size());
  ByteWriter out(bytes);
  const bool has_held = !message.held.empty() || message.is_over_budget;
  out.u8(first_byte(play_down_kind | (has_held ? has_held_down : 0), message.generation,
                    (message.digest_known ? has_digest : 0) | (message.is_all ? is_all : 0) |
                        (message.is_standing ? is_standing : 0)));
  out.varint(message.epoch);
  out.u8(message.number);
  out.u16(message.echo);
  out.u16(message.echo_held);
  write_tick(out, message.clock);
  out.u8(message.clock_fraction);
  out.signed_varint(message.horizon - message.clock);
  out.signed_varint(message.durable - message.horizon);
  out.varint(message.counted);
  if (has_held) {
    write_held(out, message.held, message.counted, message.is_over_budget ? over_budget : 0);
  }
  if (message.digest_known) {
    write_tick(out, *message.digest_known);
    out.signed_varint(message.agreed - *message.digest_known);
  }
  out.varint(message.first_sequence);
  out.u8(static_cast<std::uint8_t>(message.events.size()));
  Tick previous = message.clock;
  for (const AcceptedEvent& event : message.events) {
    if (event.skipped > 0) {
      out.u8(left_out);
      out.varint(event.skipped);
    }
    out.u8(static_cast<std::uint8_t>(event.author.value | (event.is_as_offered ? as_offered : 0)));
    out.varint(event.counter);
    if (event.is_as_offered) continue;
    const std::int64_t distance = event.tick - previous;
    out.signed_varint(TUTTI_MUTANT(distance_has_8_bits) ? static_cast<std::int8_t>(distance)
                                                        : distance);
    previous = event.tick;
    out.run(event.payload);
  }
}

std::optional<PlayMessage> decode_play(BytesView bytes) {
  ByteReader in(bytes);
  const std::uint8_t first = in.u8();
  const auto flags = static_cast<std::uint8_t>(first & play_flags);
  const auto generation =
      static_cast<std::uint8_t>((first >> generation_shift) % limits::generations);
  // Each is returned by itself: g++ 12 takes a variant that is moved on for one that is not set.
  const auto whole = [&in, generation](auto message) {
    message.generation = generation;
    return in.is_done() ? std::optional<PlayMessage>(std::move(message)) : std::nullopt;
  };
  if (first == spare_kind) {
    PlaySpare spare = read_spare(in);
    return in.is_done() ? std::optional<PlayMessage>(std::move(spare)) : std::nullopt;
  }
  if ((first & play_down_kind) != 0) {
    return whole(read_play_down(in, flags, (first & has_held_down) != 0));
  }
  if ((first & play_up_kind) != 0) return whole(read_play_up(in, flags));
  return std::nullopt;
}

}  // namespace tutti
