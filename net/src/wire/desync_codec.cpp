#include "wire/desync_codec.hpp"

#include <algorithm>

#include "tutti/sim/text.hpp"
#include "wire/wire.hpp"

namespace tutti::detail {

namespace {

/// 0 for none, else the tick plus 1.
void write_optional_tick(ByteWriter& out, const std::optional<Tick>& tick) {
  out.varint(tick ? static_cast<std::uint64_t>(tick->value) + 1 : 0);
}

std::optional<Tick> read_optional_tick(ByteReader& in) {
  const std::uint64_t value = in.varint();
  if (value > tick_most + 1) in.fail();
  if (!in.ok() || value == 0) return std::nullopt;
  return Tick{static_cast<std::int64_t>(value) - 1};
}

Digest read_digest(ByteReader& in) {
  Digest digest;
  const BytesView bytes = in.raw(digest.bytes.size());
  std::copy(bytes.begin(), bytes.end(), digest.bytes.begin());
  return digest;
}

std::uint32_t read_size(ByteReader& in) {
  const std::uint64_t value = in.varint();
  if (value > limits::evidence_state_bytes) in.fail();
  return in.ok() ? static_cast<std::uint32_t>(value) : 0;
}

}  // namespace

void write(ByteWriter& out, const Diverged& message) {
  write_tick(out, message.tick);
  write_tick(out, message.agreed);
  out.raw(message.agreed_state.bytes);
}

Diverged read_diverged(ByteReader& in) {
  Diverged message;
  message.tick = read_tick(in);
  message.agreed = read_tick(in);
  message.agreed_state = read_digest(in);
  return message;
}

void write(ByteWriter& out, const Refolded& message) {
  write_tick(out, message.tick);
  out.raw(message.digest.bytes);
  write_tick(out, message.through);
  write_optional_tick(out, message.fault);
  out.text(cut_text(message.machine, limits::machine_bytes));
  write_tick(out, message.first_hash);
  out.varint(message.hashes.size());
  for (const std::uint64_t hash : message.hashes)
    out.u64(hash);
}

Refolded read_refolded(ByteReader& in) {
  Refolded message;
  message.tick = read_tick(in);
  message.digest = read_digest(in);
  message.through = read_tick(in);
  message.fault = read_optional_tick(in);
  message.machine = in.text(limits::machine_bytes);
  message.first_hash = read_tick(in);
  const std::uint64_t count = in.varint();
  if (count > limits::evidence_hashes) in.fail();
  for (std::uint64_t i = 0; i < count && in.ok(); ++i)
    message.hashes.push_back(in.u64());
  return message;
}

void write(ByteWriter& out, const Settled& message) { write_finding(out, message.finding); }
Settled read_settled(ByteReader& in) { return {read_finding(in)}; }

void write(ByteWriter& out, const Evidence& message) {
  write_tick(out, message.tick);
  out.u8(static_cast<std::uint8_t>(message.kind));
  write_tick(out, message.at);
  out.varint(message.size);
  out.varint(message.offset);
  out.run(message.piece);
}

Evidence read_evidence(ByteReader& in) {
  Evidence message;
  message.tick = read_tick(in);
  const std::uint8_t kind = in.u8();
  if (kind > static_cast<std::uint8_t>(Evidence::Kind::refolded)) in.fail();
  message.kind = static_cast<Evidence::Kind>(kind);
  message.at = read_tick(in);
  message.size = read_size(in);
  message.offset = read_size(in);
  const BytesView piece = in.run(evidence_piece_bytes);
  if (message.offset + piece.size() > message.size) in.fail();
  message.piece.assign(piece.begin(), piece.end());
  return message;
}

}  // namespace tutti::detail
