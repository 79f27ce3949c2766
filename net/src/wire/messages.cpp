#include "tutti/net/messages.hpp"

#include "tutti/net/room_code.hpp"
#include "tutti/sim/assert.hpp"
#include "tutti/sim/text.hpp"
#include "wire/desync_codec.hpp"
#include "wire/room_codec.hpp"
#include "wire/snapshot_codec.hpp"
#include "wire/tail_codec.hpp"
#include "wire/wire.hpp"

namespace tutti {

namespace {

using detail::read_array;
using detail::read_tick;
using detail::write_tick;

enum class Tag : std::uint8_t {
  hello = 1,
  goodbye = 2,
  kick = 3,
  end_match = 4,
  want_snapshot = 5,
  snapshot_piece = 6,
  snapshot_taken = 7,
  refolded = 8,
  evidence = 9,
  tail = 10,
  correct = 11,
  host_answer = 12,
  vouch = 13,
  welcome = 16,
  refused = 17,
  diverged = 18,
  snapshot_wanted = 19,
  no_snapshot = 20,
  tail_wanted = 21,
  attendance = 22,
  host_asked = 23,
  settled = 24,
  newcomer = 25,
  relay_stops = 26,
  newcomer_gone = 27,
  sent_on = 28,
  replicated = 29,
};

constexpr std::size_t sentence_bytes = 512;
/// Stands for the slot of a client that has none.
constexpr std::uint8_t no_slot = 0xFF;

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
  const std::string_view text = in.text(room_code_length_max);
  if (text.empty()) return {};
  const auto code = parse_room_code(text);
  if (!code || *code != text) in.fail();
  return std::string(text);
}

/// A flag that is 0 or 1.
bool read_flag(ByteReader& in) {
  const std::uint8_t flag = in.u8();
  if (flag > 1) in.fail();
  return flag == 1;
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
  if (hello.create) {
    write_setup(out, *hello.create);
    detail::write(out, hello.terms);
  }
  out.u8(hello.resume ? 1 : 0);
  if (hello.resume) out.raw(*hello.resume);
  out.u32(hello.epoch);
  out.u32(hello.received);
  detail::write(out, hello.known);
  out.u8(hello.generation);
  out.u32(hello.bytes_per_second);
  out.u8(hello.is_sent_on ? 1 : 0);
  out.u8(static_cast<std::uint8_t>(hello.others.size()));
  for (const std::string& name : hello.others)
    out.text(name);
  out.u8(hello.password ? 1 : 0);
  if (hello.password) out.raw(*hello.password);
  out.run(hello.admission);
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
  if (read_flag(in)) {
    hello.create = read_setup(in);
    hello.terms = detail::read_room_terms(in);
  }
  if (read_flag(in)) hello.resume = read_array<ResumeSecret>(in);
  hello.epoch = in.u32();
  hello.received = in.u32();
  hello.known = detail::read_known_log(in);
  hello.generation = in.u8();
  if (hello.generation >= limits::generations) in.fail();
  hello.bytes_per_second = in.u32();
  hello.is_sent_on = read_flag(in);
  const std::uint8_t others = in.u8();
  if (others >= limits::local_players) in.fail();
  for (std::uint8_t i = 0; i < others && in.ok(); ++i)
    hello.others.emplace_back(in.text(limits::name_bytes));
  if (read_flag(in)) hello.password = read_array<PasswordHash>(in);
  const BytesView admission = in.run(limits::admission_bytes);
  hello.admission.assign(admission.begin(), admission.end());
  return hello;
}

void write(ByteWriter& out, const Welcome& welcome) {
  out.u8(static_cast<std::uint8_t>(Tag::welcome));
  out.text(welcome.room);
  out.u8(welcome.player ? welcome.player->value : no_slot);
  out.u32(welcome.epoch);
  out.u32(welcome.next_counter);
  out.raw(welcome.resume);
  out.u32(welcome.bytes_per_second);
  write_setup(out, welcome.setup);
  out.u8(static_cast<std::uint8_t>(welcome.others.size()));
  for (const PlayerId player : welcome.others)
    out.u8(player.value);
  out.u8(welcome.epochs_grow ? 1 : 0);
  detail::write_tick(out, welcome.known_through);
  out.u32(welcome.told_from);
  detail::write(out, welcome.terms);
}

Welcome read_welcome(ByteReader& in) {
  Welcome welcome;
  welcome.room = read_room(in);
  const std::uint8_t slot = in.u8();
  if (slot != no_slot) welcome.player = PlayerId{slot};
  welcome.epoch = in.u32();
  welcome.next_counter = in.u32();
  welcome.resume = read_array<ResumeSecret>(in);
  welcome.bytes_per_second = in.u32();
  welcome.setup = read_setup(in);
  const bool has_slot = !welcome.player || welcome.player->value < welcome.setup.players;
  if (welcome.room.empty() || !has_slot) in.fail();
  if (welcome.bytes_per_second < limits::bytes_per_second_least) in.fail();
  const std::uint8_t others = in.u8();
  if (others >= limits::local_players || (others > 0 && !welcome.player)) in.fail();
  for (std::uint8_t i = 0; i < others && in.ok(); ++i) {
    welcome.others.push_back(PlayerId{in.u8()});
    if (welcome.others.back().value >= welcome.setup.players) in.fail();
  }
  welcome.epochs_grow = read_flag(in);
  welcome.known_through = detail::read_tick(in);
  welcome.told_from = in.u32();
  welcome.terms = detail::read_room_terms(in);
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
  if (reason > static_cast<std::uint8_t>(Refusal::no_token)) in.fail();
  refused.reason = static_cast<Refusal>(reason);
  refused.sentence = in.text(sentence_bytes);
  return refused;
}

void write(ByteWriter& out, const RelayStops& stops) {
  out.u8(static_cast<std::uint8_t>(Tag::relay_stops));
  out.u16(stops.seconds);
}

void write(ByteWriter& out, const SentOn& sent) {
  out.u8(static_cast<std::uint8_t>(Tag::sent_on));
  out.u16(sent.port);
  out.text(sent.host);
}

SentOn read_sent_on(ByteReader& in) {
  SentOn sent{.port = in.u16()};
  if (sent.port == 0) in.fail();
  sent.host = in.text(limits::sent_on_host_bytes);
  return sent;
}

void write(ByteWriter& out, const Replicated& replicated) {
  out.u8(static_cast<std::uint8_t>(Tag::replicated));
  write_tick(out, replicated.tick);
}

void write_tag(ByteWriter& out, Tag tag) { out.u8(static_cast<std::uint8_t>(tag)); }

void write(ByteWriter& out, const Goodbye&) { write_tag(out, Tag::goodbye); }
void write(ByteWriter& out, const WantSnapshot&) { write_tag(out, Tag::want_snapshot); }
void write(ByteWriter& out, const SnapshotWanted&) { write_tag(out, Tag::snapshot_wanted); }
void write(ByteWriter& out, const NoSnapshot&) { write_tag(out, Tag::no_snapshot); }
void write(ByteWriter& out, const SnapshotTaken& taken) {
  write_tag(out, Tag::snapshot_taken);
  out.u32(taken.packed_bytes);
}
void write(ByteWriter& out, const SnapshotPiece& piece) {
  write_tag(out, Tag::snapshot_piece);
  detail::write_fields(out, piece);
}

void write(ByteWriter& out, const TailWanted& wanted) {
  write_tag(out, Tag::tail_wanted);
  detail::write_fields(out, wanted);
}
void write(ByteWriter& out, const Tail& tail) {
  write_tag(out, Tag::tail);
  detail::write_fields(out, tail);
}

void write(ByteWriter& out, const Kick& kick) {
  out.u8(static_cast<std::uint8_t>(Tag::kick));
  out.u8(kick.player.value);
}

void write(ByteWriter& out, const EndMatch&) { out.u8(static_cast<std::uint8_t>(Tag::end_match)); }

void write(ByteWriter& out, const Correct& correct) {
  out.u8(static_cast<std::uint8_t>(Tag::correct));
  out.u8(static_cast<std::uint8_t>(correct.correction));
  write_tick(out, correct.about);
  out.text(cut_text(correct.text, limits::correction_bytes));
}

Correct read_correct(ByteReader& in) {
  Correct correct;
  const std::uint8_t correction = in.u8();
  if (correction > static_cast<std::uint8_t>(Correction::restart)) in.fail();
  correct.correction = static_cast<Correction>(correction);
  correct.about = read_tick(in);
  correct.text = in.text(limits::correction_bytes);
  return correct;
}

void write(ByteWriter& out, const Vouch& vouch) {
  write_tag(out, Tag::vouch);
  write_tick(out, vouch.tick);
  out.u32(vouch.first_counter);
  out.raw(vouch.signature);
}

Vouch read_vouch(ByteReader& in) {
  Vouch vouch{.tick = read_tick(in), .first_counter = in.u32()};
  vouch.signature = read_array<Signature>(in);
  return vouch;
}

template <class Message>
void write_tagged(ByteWriter& out, Tag tag, const Message& message) {
  out.u8(static_cast<std::uint8_t>(tag));
  detail::write(out, message);
}
void write(ByteWriter& out, const Diverged& m) { write_tagged(out, Tag::diverged, m); }
void write(ByteWriter& out, const Refolded& m) { write_tagged(out, Tag::refolded, m); }
void write(ByteWriter& out, const Settled& m) { write_tagged(out, Tag::settled, m); }
void write(ByteWriter& out, const Evidence& m) { write_tagged(out, Tag::evidence, m); }
void write(ByteWriter& out, const HostAsked& m) { write_tagged(out, Tag::host_asked, m); }
void write(ByteWriter& out, const Newcomer& m) { write_tagged(out, Tag::newcomer, m); }
void write(ByteWriter& out, const NewcomerGone& m) { write_tagged(out, Tag::newcomer_gone, m); }
void write(ByteWriter& out, const HostAnswer& m) { write_tagged(out, Tag::host_answer, m); }
void write(ByteWriter& out, const Attendance& m) { write_tagged(out, Tag::attendance, m); }

/// Those whose tags are below the welcome's: a client says them.
std::optional<ControlMessage> read_from_client(Tag tag, ByteReader& in) {
  switch (tag) {
    case Tag::hello:
      return read_hello(in);
    case Tag::goodbye:
      return Goodbye{};
    case Tag::kick:
      return Kick{PlayerId{in.u8()}};
    case Tag::end_match:
      return EndMatch{};
    case Tag::correct:
      return read_correct(in);
    case Tag::vouch:
      return read_vouch(in);
    case Tag::want_snapshot:
      return WantSnapshot{};
    case Tag::snapshot_piece:
      return detail::read_snapshot_piece(in);
    case Tag::snapshot_taken:
      return SnapshotTaken{in.u32()};
    case Tag::tail:
      return detail::read_tail(in);
    case Tag::refolded:
      return detail::read_refolded(in);
    case Tag::host_answer:
      return detail::read_host_answer(in);
    case Tag::evidence:
      return detail::read_evidence(in);
    default:
      return std::nullopt;
  }
}

/// The others: a relay says them.
std::optional<ControlMessage> read_from_relay(Tag tag, ByteReader& in) {
  switch (tag) {
    case Tag::welcome:
      return read_welcome(in);
    case Tag::refused:
      return read_refused(in);
    case Tag::relay_stops:
      return RelayStops{in.u16()};
    case Tag::sent_on:
      return read_sent_on(in);
    case Tag::replicated:
      return Replicated{read_tick(in)};
    case Tag::snapshot_wanted:
      return SnapshotWanted{};
    case Tag::no_snapshot:
      return NoSnapshot{};
    case Tag::tail_wanted:
      return detail::read_tail_wanted(in);
    case Tag::diverged:
      return detail::read_diverged(in);
    case Tag::settled:
      return detail::read_settled(in);
    case Tag::host_asked:
      return detail::read_host_asked(in);
    case Tag::newcomer:
      return detail::read_newcomer(in);
    case Tag::newcomer_gone:
      return detail::read_newcomer_gone(in);
    case Tag::attendance:
      return detail::read_attendance(in);
    default:
      return std::nullopt;
  }
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
  const auto tag = static_cast<Tag>(in.u8());
  auto message = tag < Tag::welcome ? read_from_client(tag, in) : read_from_relay(tag, in);
  return in.is_done() ? message : std::nullopt;
}

}  // namespace tutti
