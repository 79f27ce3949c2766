#include "tutti/sim/event.hpp"

#include <algorithm>

#include "tutti/sim/assert.hpp"

namespace tutti {

namespace {

bool is_valid(const MatchTerms& terms) {
  return terms.on_loss <= LossPolicy::end && terms.delay_policy <= DelayPolicy::own &&
         terms.patience_seconds >= 1 && terms.patience_seconds <= limits::patience_seconds_max &&
         terms.input_delay_ticks <= limits::input_window_ticks;
}

}  // namespace

bool is_valid(const Setup& setup) {
  return setup.players >= 1 && setup.players <= limits::players &&
         setup.tick_rate >= limits::tick_rate_min && setup.tick_rate <= limits::tick_rate_max &&
         setup.rules.size() <= limits::rules_bytes &&
         setup.options.size() <= limits::options_bytes && is_valid(setup.terms);
}

namespace {

std::uint32_t read_number(ByteReader& in) {
  const std::uint64_t number = in.varint();
  if (number > UINT32_MAX) in.fail();
  return in.ok() ? static_cast<std::uint32_t>(number) : 0;
}

// The last byte of the terms.
constexpr std::uint8_t is_lockstep_bit = 1;
constexpr std::uint8_t has_dense_digests_bit = 2;

void write_setup(ByteWriter& out, const Setup& setup) {
  out.text(setup.rules);
  out.u64(setup.seed);
  out.u8(setup.players);
  out.u16(setup.tick_rate);
  out.run(setup.options);
  const MatchTerms& terms = setup.terms;
  out.varint(terms.ends_at);
  out.u8(static_cast<std::uint8_t>(terms.on_loss));
  out.u16(terms.patience_seconds);
  out.u8(static_cast<std::uint8_t>(terms.delay_policy));
  out.u8(terms.input_delay_ticks);
  out.u8(static_cast<std::uint8_t>((terms.is_lockstep ? is_lockstep_bit : 0U) |
                                   (terms.has_dense_digests ? has_dense_digests_bit : 0U)));
}

MatchTerms read_terms(ByteReader& in) {
  MatchTerms terms;
  terms.ends_at = read_number(in);
  terms.on_loss = static_cast<LossPolicy>(in.u8());
  terms.patience_seconds = in.u16();
  terms.delay_policy = static_cast<DelayPolicy>(in.u8());
  terms.input_delay_ticks = in.u8();
  const std::uint8_t bits = in.u8();
  if (bits > (is_lockstep_bit | has_dense_digests_bit)) in.fail();
  terms.is_lockstep = (bits & is_lockstep_bit) != 0;
  terms.has_dense_digests = (bits & has_dense_digests_bit) != 0;
  return terms;
}

Setup read_setup(ByteReader& in) {
  Setup setup;
  setup.rules = in.text(limits::rules_bytes);
  setup.seed = in.u64();
  setup.players = in.u8();
  setup.tick_rate = in.u16();
  const BytesView options = in.run(limits::options_bytes);
  setup.options.assign(options.begin(), options.end());
  setup.terms = read_terms(in);
  if (!is_valid(setup)) in.fail();
  return setup;
}

/// Whether a kind speaks of a player; 0 stands there otherwise.
bool names_player(EventKind kind) {
  return kind == EventKind::joined || kind == EventKind::left || kind == EventKind::silenced ||
         kind == EventKind::returned || kind == EventKind::delay_changed;
}

}  // namespace

Bytes encode(const RelayEvent& event) {
  Bytes bytes;
  ByteWriter out(bytes);
  out.u8(static_cast<std::uint8_t>(event.kind));
  out.u8(event.player.value);
  switch (event.kind) {
    case EventKind::match_started:
      write_setup(out, event.setup);
      break;
    case EventKind::joined:
      out.text(event.name);
      out.raw(event.resume_hash);
      break;
    case EventKind::left:
    case EventKind::match_ended:
      out.u8(static_cast<std::uint8_t>(event.reason));
      break;
    case EventKind::delay_changed:
    case EventKind::restarted:
      out.varint(event.number);
      break;
    case EventKind::branched:
      out.varint(event.number);
      out.u64(event.slots);
      break;
    case EventKind::corrected:
      out.u8(static_cast<std::uint8_t>(event.correction));
      out.varint(event.number);
      out.text(event.name);
      out.text(event.text);
      break;
    case EventKind::held:
    case EventKind::resumed:
    case EventKind::silenced:
    case EventKind::returned:
      break;
    case EventKind::input:
    case EventKind::command:
      TUTTI_ASSERT(false, static_cast<int>(event.kind));
  }
  return bytes;
}

std::optional<RelayEvent> decode_relay_event(BytesView payload) {
  ByteReader in(payload);
  RelayEvent event;
  const std::uint8_t kind = in.u8();
  event.kind = static_cast<EventKind>(kind);
  event.player = PlayerId{in.u8()};
  const std::uint8_t most = names_player(event.kind) ? limits::players - 1 : 0;
  if (event.player.value > most) return std::nullopt;
  switch (event.kind) {
    case EventKind::match_started:
      event.setup = read_setup(in);
      break;
    case EventKind::joined:
      event.name = in.text(limits::name_bytes);
      if (const BytesView hash = in.raw(event.resume_hash.size()); !hash.empty()) {
        std::copy(hash.begin(), hash.end(), event.resume_hash.begin());
      }
      break;
    case EventKind::left:
    case EventKind::match_ended: {
      const std::uint8_t reason = in.u8();
      if (reason > static_cast<std::uint8_t>(LeaveReason::match_over)) return std::nullopt;
      event.reason = static_cast<LeaveReason>(reason);
      break;
    }
    case EventKind::branched:
      event.number = read_number(in);
      event.slots = in.u64();
      break;
    case EventKind::delay_changed:
    case EventKind::restarted:
      event.number = read_number(in);
      break;
    case EventKind::corrected:
      event.correction = static_cast<Correction>(in.u8());
      if (event.correction > Correction::restart) return std::nullopt;
      event.number = read_number(in);
      event.name = in.text(limits::name_bytes);
      event.text = in.text(limits::correction_bytes);
      break;
    case EventKind::held:
    case EventKind::resumed:
    case EventKind::silenced:
    case EventKind::returned:
      break;
    default:
      return std::nullopt;
  }
  if (!in.is_done()) return std::nullopt;
  return event;
}

std::optional<RelayEvent> relay_event_of(const EventView& event) {
  return event.author.is_relay() ? decode_relay_event(event.payload) : std::nullopt;
}

}  // namespace tutti
