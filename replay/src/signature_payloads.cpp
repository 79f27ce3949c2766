// The payloads of signatures and of the keys that they are made with.

#include "packing.hpp"
#include "payloads.hpp"

namespace tutti {

void append_signature(Bytes& file, MatchNumber match, const HeadSignature& signature) {
  const std::size_t start = begin_record(file, RecordType::signature, 0, match);
  ByteWriter out(file);
  out.varint(static_cast<std::uint64_t>(signature.tick.value));
  out.raw(signature.key.bytes);
  out.raw(signature.bytes);
  if (signature.whole) out.raw(*signature.whole);
  finish_record(file, start);
}

std::optional<HeadSignature> decode_signature(BytesView payload) {
  ByteReader in(payload);
  HeadSignature signature;
  signature.tick = read_tick(in);
  read_array(in, signature.key.bytes);
  read_array(in, signature.bytes);
  if (in.remaining() > 0) read_array(in, signature.whole.emplace());
  if (!in.ok()) return std::nullopt;
  return signature;
}

void append_client_key(Bytes& file, MatchNumber match, const ClientKey& key) {
  const std::size_t start = begin_record(file, RecordType::client_key, 0, match);
  ByteWriter out(file);
  out.raw(key.resume_hash);
  out.raw(key.key.bytes);
  finish_record(file, start);
}

std::optional<ClientKey> decode_client_key(BytesView payload) {
  ByteReader in(payload);
  ClientKey key;
  read_array(in, key.resume_hash);
  read_array(in, key.key.bytes);
  if (!in.ok()) return std::nullopt;
  return key;
}

void append_player_signature(Bytes& file, MatchNumber match, const PlayerSignature& signature) {
  const std::size_t start = begin_record(file, RecordType::player_signature, 0, match);
  ByteWriter out(file);
  out.u8(signature.player.value);
  out.varint(static_cast<std::uint64_t>(signature.tick.value));
  out.u32(signature.first_counter);
  out.raw(signature.key.bytes);
  out.raw(signature.bytes);
  finish_record(file, start);
}

std::optional<PlayerSignature> decode_player_signature(BytesView payload) {
  ByteReader in(payload);
  PlayerSignature signature;
  signature.player = PlayerId{in.u8()};
  signature.tick = read_tick(in);
  signature.first_counter = in.u32();
  read_array(in, signature.key.bytes);
  read_array(in, signature.bytes);
  if (!in.ok() || signature.player.value >= limits::players) return std::nullopt;
  return signature;
}

}  // namespace tutti
