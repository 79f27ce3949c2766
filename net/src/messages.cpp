#include "tutti/net/messages.hpp"

#include "desync_codec.hpp"
#include "tutti/net/room_code.hpp"
#include "tutti/sim/assert.hpp"
#include "wire.hpp"

namespace tutti {

using detail::read_tick;
using detail::tick_most;
using detail::write_tick;

namespace {

enum class Tag : std::uint8_t {
  hello = 1,
  goodbye = 2,
  kick = 3,
  end_match = 4,
  refolded = 8,
  evidence = 9,
  welcome = 16,
  refused = 17,
  diverged = 18,
  settled = 24,
  play_up = 32,
  play_down = 33,
};

constexpr std::size_t sentence_bytes = 512;
/// Stands for the slot of who has none.
constexpr std::uint8_t no_slot = 0xFF;

std::size_t varint_bytes(std::uint64_t value) {
  std::size_t bytes = 1;
  for (; value >= 0x80; value >>= 7)
    ++bytes;
  return bytes;
}
std::size_t run_bytes(BytesView run) { return varint_bytes(run.size()) + run.size(); }

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

void write_setup(ByteWriter& out, const Setup& setup) {
  out.run(encode(RelayEvent{.kind = EventKind::match_started, .setup = setup}));
}

Setup read_setup(ByteReader& in) {
  const auto event = decode_relay_event(in.run(limits::relay_event_bytes));
  if (!event || event->kind != EventKind::match_started) {
    in.fail();
    return {};
  }
  return event->setup;
}

std::string read_room(ByteReader& in) {
  const std::string_view text = in.text(room_code_length);
  if (text.empty()) return {};
  const auto code = parse_room_code(text);
  if (!code || *code != text) in.fail();
  return std::string(text);
}

ResumeSecret read_secret(ByteReader& in) {
  ResumeSecret secret{};
  const BytesView bytes = in.raw(secret.size());
  std::copy(bytes.begin(), bytes.end(), secret.begin());
  return secret;
}

void write(ByteWriter& out, const Hello& hello) {
  out.u8(static_cast<std::uint8_t>(Tag::hello));
  out.u16(hello.version);
  out.text(hello.room);
  out.text(hello.name);
  out.text(hello.rules);
  out.u8(static_cast<std::uint8_t>(hello.role));
  out.u16(hello.delay_seconds);
  out.u8(hello.create ? 1 : 0);
  if (hello.create) write_setup(out, *hello.create);
  out.u8(hello.resume ? 1 : 0);
  if (hello.resume) out.raw(*hello.resume);
  out.u32(hello.epoch);
  out.u32(hello.received);
}

Hello read_hello(ByteReader& in) {
  Hello hello;
  hello.version = in.u16();
  if (hello.version != protocol_version) {
    in.raw(in.remaining());  // unknown; the version is enough to refuse it by name
    return hello;
  }
  hello.room = read_room(in);
  hello.name = in.text(limits::name_bytes);
  hello.rules = in.text(limits::rules_bytes);
  const std::uint8_t role = in.u8();
  if (role > static_cast<std::uint8_t>(Role::spectator)) in.fail();
  hello.role = static_cast<Role>(role);
  hello.delay_seconds = in.u16();
  if (hello.delay_seconds > limits::spectator_delay_seconds) in.fail();
  const std::uint8_t create = in.u8();
  if (create > 1) in.fail();
  if (create == 1) hello.create = read_setup(in);
  const std::uint8_t resume = in.u8();
  if (resume > 1) in.fail();
  if (resume == 1) hello.resume = read_secret(in);
  hello.epoch = in.u32();
  hello.received = in.u32();
  return hello;
}

void write(ByteWriter& out, const Welcome& welcome) {
  out.u8(static_cast<std::uint8_t>(Tag::welcome));
  out.text(welcome.room);
  out.u8(welcome.player ? welcome.player->value : no_slot);
  out.u32(welcome.epoch);
  out.u32(welcome.next_counter);
  out.raw(welcome.resume);
  write_setup(out, welcome.setup);
}

Welcome read_welcome(ByteReader& in) {
  Welcome welcome;
  welcome.room = read_room(in);
  const std::uint8_t slot = in.u8();
  if (slot != no_slot) welcome.player = PlayerId{slot};
  welcome.epoch = in.u32();
  welcome.next_counter = in.u32();
  welcome.resume = read_secret(in);
  welcome.setup = read_setup(in);
  const bool has_slot = !welcome.player || welcome.player->value < welcome.setup.players;
  if (welcome.room.empty() || !has_slot) in.fail();
  return welcome;
}

void write(ByteWriter& out, const Refused& refused) {
  out.u8(static_cast<std::uint8_t>(Tag::refused));
  out.u8(static_cast<std::uint8_t>(refused.reason));
  out.text(std::string_view(refused.sentence).substr(0, sentence_bytes));
}

Refused read_refused(ByteReader& in) {
  Refused refused;
  const std::uint8_t reason = in.u8();
  if (reason > static_cast<std::uint8_t>(Refusal::replaced)) in.fail();
  refused.reason = static_cast<Refusal>(reason);
  refused.sentence = in.text(sentence_bytes);
  return refused;
}

void write(ByteWriter& out, const Goodbye&) { out.u8(static_cast<std::uint8_t>(Tag::goodbye)); }

void write(ByteWriter& out, const Kick& kick) {
  out.u8(static_cast<std::uint8_t>(Tag::kick));
  out.u8(kick.player.value);
}

void write(ByteWriter& out, const EndMatch&) { out.u8(static_cast<std::uint8_t>(Tag::end_match)); }

template <class Message>
void write_tagged(ByteWriter& out, Tag tag, const Message& message) {
  out.u8(static_cast<std::uint8_t>(tag));
  detail::write(out, message);
}
void write(ByteWriter& out, const Diverged& m) { write_tagged(out, Tag::diverged, m); }
void write(ByteWriter& out, const Refolded& m) { write_tagged(out, Tag::refolded, m); }
void write(ByteWriter& out, const Settled& m) { write_tagged(out, Tag::settled, m); }
void write(ByteWriter& out, const Evidence& m) { write_tagged(out, Tag::evidence, m); }

void write_digest(ByteWriter& out, const DigestReport& report) {
  write_tick(out, report.tick);
  out.raw(report.head);
  out.raw(report.digest.bytes);
}

DigestReport read_digest(ByteReader& in) {
  DigestReport report;
  report.tick = read_tick(in);
  const BytesView head = in.raw(report.head.size());
  std::copy(head.begin(), head.end(), report.head.begin());
  const BytesView digest = in.raw(report.digest.bytes.size());
  std::copy(digest.begin(), digest.end(), report.digest.bytes.begin());
  return report;
}

/// Bits of a play datagram's flags byte.
enum : std::uint8_t { has_digest = 1, is_all = 2, is_canonical = 4, is_standing = 8 };

PlayUp read_play_up(ByteReader& in) {
  PlayUp message;
  const std::uint8_t flags = in.u8();
  if ((flags & ~(has_digest | is_canonical)) != 0) in.fail();
  message.is_canonical = (flags & is_canonical) != 0;
  message.epoch = read_u32_varint(in);
  message.sent_at = in.u16();
  message.received = read_u32_varint(in);
  message.progress = read_tick(in);
  if ((flags & has_digest) != 0) message.digest = read_digest(in);
  const std::uint8_t count = in.u8();
  if (count > 0) message.first_counter = read_u32_varint(in);
  Tick previous = message.progress;
  for (std::uint8_t i = 0; i < count && in.ok(); ++i) {
    OfferedEvent& event = message.events.emplace_back();
    event.stamp = read_tick_near(in, previous);
    if (i > 0 && event.stamp < previous) in.fail();
    previous = event.stamp;
    const BytesView payload = in.run(limits::event_bytes);
    event.payload.assign(payload.begin(), payload.end());
  }
  return message;
}

/// Bit 7 of an event's author byte: the receiver's own, as offered.
constexpr std::uint8_t as_offered = 0x80;

PlayDown read_play_down(ByteReader& in) {
  PlayDown message;
  const std::uint8_t flags = in.u8();
  if ((flags & ~(has_digest | is_all | is_canonical | is_standing)) != 0) in.fail();
  message.is_canonical = (flags & is_canonical) != 0;
  message.is_all = (flags & is_all) != 0;
  message.is_standing = (flags & is_standing) != 0;
  message.epoch = read_u32_varint(in);
  message.number = in.u8();
  message.echo = in.u16();
  message.echo_held = in.u16();
  message.clock = read_tick(in);
  message.clock_fraction = in.u8();
  message.horizon = read_tick_near(in, message.clock);
  message.counted = read_u32_varint(in);
  if ((flags & has_digest) != 0) {
    message.digest_known = read_tick(in);
    message.agreed = read_tick_near(in, *message.digest_known);
  }
  message.first_sequence = read_u32_varint(in);
  const std::uint8_t count = in.u8();
  Tick previous = message.clock;
  for (std::uint8_t i = 0; i < count && in.ok(); ++i) {
    AcceptedEvent& event = message.events.emplace_back();
    const std::uint8_t author = in.u8();
    event.is_as_offered = (author & as_offered) != 0;
    event.author = Author{static_cast<std::uint8_t>(author & ~as_offered)};
    if (event.author.value > limits::players) in.fail();
    if (event.is_as_offered && event.author.is_relay()) in.fail();
    event.counter = read_u32_varint(in);
    if (event.is_as_offered) continue;
    event.tick = previous = read_tick_near(in, previous);
    const BytesView payload =
        in.run(event.author.is_relay() ? limits::relay_event_bytes : limits::event_bytes);
    event.payload.assign(payload.begin(), payload.end());
  }
  return message;
}

}  // namespace

Bytes encode(const ControlMessage& message) {
  Bytes bytes;
  ByteWriter out(bytes);
  std::visit([&](const auto& content) { write(out, content); }, message);
  return bytes;
}

std::optional<ControlMessage> decode_control(BytesView bytes) {
  ByteReader in(bytes);
  std::optional<ControlMessage> message;
  switch (static_cast<Tag>(in.u8())) {
    case Tag::hello:
      message = read_hello(in);
      break;
    case Tag::goodbye:
      message = Goodbye{};
      break;
    case Tag::kick:
      message = Kick{PlayerId{in.u8()}};
      break;
    case Tag::end_match:
      message = EndMatch{};
      break;
    case Tag::welcome:
      message = read_welcome(in);
      break;
    case Tag::refused:
      message = read_refused(in);
      break;
    case Tag::diverged:
      message = detail::read_diverged(in);
      break;
    case Tag::refolded:
      message = detail::read_refolded(in);
      break;
    case Tag::settled:
      message = detail::read_settled(in);
      break;
    case Tag::evidence:
      message = detail::read_evidence(in);
      break;
    default:
      return std::nullopt;
  }
  return in.is_done() ? message : std::nullopt;
}

void encode(const PlayUp& message, Bytes& bytes) {
  TUTTI_ASSERT(message.events.size() <= play_events_most, message.events.size());
  ByteWriter out(bytes);
  out.u8(static_cast<std::uint8_t>(Tag::play_up));
  out.u8(static_cast<std::uint8_t>((message.digest ? has_digest : 0) |
                                   (message.is_canonical ? is_canonical : 0)));
  out.varint(message.epoch);
  out.u16(message.sent_at);
  out.varint(message.received);
  write_tick(out, message.progress);
  if (message.digest) write_digest(out, *message.digest);
  out.u8(static_cast<std::uint8_t>(message.events.size()));
  if (message.events.empty()) return;
  out.varint(message.first_counter);
  Tick previous = message.progress;
  for (const OfferedEvent& event : message.events) {
    out.signed_varint(event.stamp - previous);
    previous = event.stamp;
    out.run(event.payload);
  }
}

void encode(const PlayDown& message, Bytes& bytes) {
  TUTTI_ASSERT(message.events.size() <= play_events_most, message.events.size());
  ByteWriter out(bytes);
  out.u8(static_cast<std::uint8_t>(Tag::play_down));
  out.u8(static_cast<std::uint8_t>(
      (message.digest_known ? has_digest : 0) | (message.is_all ? is_all : 0) |
      (message.is_canonical ? is_canonical : 0) | (message.is_standing ? is_standing : 0)));
  out.varint(message.epoch);
  out.u8(message.number);
  out.u16(message.echo);
  out.u16(message.echo_held);
  write_tick(out, message.clock);
  out.u8(message.clock_fraction);
  out.signed_varint(message.horizon - message.clock);
  out.varint(message.counted);
  if (message.digest_known) {
    write_tick(out, *message.digest_known);
    out.signed_varint(message.agreed - *message.digest_known);
  }
  out.varint(message.first_sequence);
  out.u8(static_cast<std::uint8_t>(message.events.size()));
  Tick previous = message.clock;
  for (const AcceptedEvent& event : message.events) {
    out.u8(static_cast<std::uint8_t>(event.author.value | (event.is_as_offered ? as_offered : 0)));
    out.varint(event.counter);
    if (event.is_as_offered) continue;
    out.signed_varint(event.tick - previous);
    previous = event.tick;
    out.run(event.payload);
  }
}

std::size_t play_bytes_of(const OfferedEvent& event, Tick before) {
  return varint_bytes(zigzag(event.stamp - before)) + run_bytes(event.payload);
}

std::size_t play_bytes_of(const AcceptedEvent& event, Tick before) {
  const std::size_t start = 1 + varint_bytes(event.counter);
  if (event.is_as_offered) return start;
  return start + varint_bytes(zigzag(event.tick - before)) + run_bytes(event.payload);
}

std::optional<PlayMessage> decode_play(BytesView bytes) {
  ByteReader in(bytes);
  std::optional<PlayMessage> message;
  switch (static_cast<Tag>(in.u8())) {
    case Tag::play_up:
      message = read_play_up(in);
      break;
    case Tag::play_down:
      message = read_play_down(in);
      break;
    default:
      return std::nullopt;
  }
  return in.is_done() ? message : std::nullopt;
}

}  // namespace tutti
