// The bytes of what relays say: of themselves, of whose a room is, and to each other.

#include <algorithm>

#include "tutti/engine/fleet_store.hpp"

namespace tutti {

namespace {

constexpr std::uint8_t card_version = 3;
constexpr std::uint8_t draining_flag = 1;
constexpr std::uint8_t room_version = 1;
constexpr std::uint8_t match_flag = 1;
constexpr std::uint8_t word_version = 1;

std::string_view cut(const std::string& text) {
  return std::string_view(text).substr(0, limits::fleet_text_bytes);
}

void write(ByteWriter& out, const Address& address) {
  out.text(cut(address.host));
  out.u16(address.port);
}

Address read_address(ByteReader& in) {
  Address address{.host = std::string(in.text(limits::fleet_text_bytes))};
  address.port = in.u16();
  return address;
}

template <std::size_t size>
void read(ByteReader& in, std::array<std::byte, size>& bytes) {
  const BytesView found = in.raw(size);
  std::copy(found.begin(), found.end(), bytes.begin());
}

}  // namespace

Bytes encode(const RelayCard& card) {
  Bytes bytes;
  ByteWriter out(bytes);
  out.u8(card_version);
  out.u8(card.is_draining ? draining_flag : 0);
  out.raw(card.relay.bytes);
  out.text(cut(card.host));
  out.text(cut(card.listen));
  write(out, card.address);
  out.text(cut(card.version));
  out.u32(card.rooms);
  out.u32(card.matches);
  out.u32(card.connections);
  out.u32(card.mirrors);
  out.u32(card.mirrored);
  out.u64(card.lag_bytes);
  out.u32(card.lag_milliseconds);
  out.u32(card.up_seconds);
  out.u32(card.renewal);
  out.u32(card.lease_milliseconds);
  return bytes;
}

std::optional<RelayCard> decode_relay_card(BytesView bytes) {
  ByteReader in(bytes);
  const std::uint8_t version = in.u8();
  const std::uint8_t flags = in.u8();
  RelayCard card{.is_draining = (flags & draining_flag) != 0};
  read(in, card.relay.bytes);
  card.host = in.text(limits::fleet_text_bytes);
  card.listen = in.text(limits::fleet_text_bytes);
  card.address = read_address(in);
  card.version = in.text(limits::fleet_text_bytes);
  card.rooms = in.u32();
  card.matches = in.u32();
  card.connections = in.u32();
  card.mirrors = in.u32();
  card.mirrored = in.u32();
  card.lag_bytes = in.u64();
  card.lag_milliseconds = in.u32();
  card.up_seconds = in.u32();
  card.renewal = in.u32();
  card.lease_milliseconds = in.u32();
  const bool is_known = version == card_version && (flags & ~draining_flag) == 0;
  return is_known && in.is_done() ? std::optional(std::move(card)) : std::nullopt;
}

RoomName room_name_of(std::string_view code) {
  Bytes bytes;
  ByteWriter out(bytes);
  out.text("tutti room 1");
  out.text(code);
  return {digest_of(bytes)};
}

Bytes encode(const RoomRecord& record) {
  Bytes bytes;
  ByteWriter out(bytes);
  out.u8(room_version);
  out.u8(record.match ? match_flag : 0);
  out.raw(record.owner.bytes);
  if (record.match) out.raw(record.match->digest.bytes);
  out.u32(record.epoch);
  write(out, record.address);
  return bytes;
}

std::optional<RoomRecord> decode_room_record(BytesView bytes) {
  ByteReader in(bytes);
  const std::uint8_t version = in.u8();
  const std::uint8_t flags = in.u8();
  RoomRecord record;
  read(in, record.owner.bytes);
  if ((flags & match_flag) != 0) read(in, record.match.emplace().digest.bytes);
  record.epoch = in.u32();
  record.address = read_address(in);
  const bool is_known = version == room_version && (flags & ~match_flag) == 0;
  return is_known && in.is_done() ? std::optional(std::move(record)) : std::nullopt;
}

Bytes encode(const RelayWord& word) {
  Bytes bytes;
  ByteWriter out(bytes);
  out.u8(word_version);
  out.u8(static_cast<std::uint8_t>(word.kind));
  out.raw(word.from.bytes);
  out.raw(word.match.digest.bytes);
  return bytes;
}

std::optional<RelayWord> decode_relay_word(BytesView bytes) {
  ByteReader in(bytes);
  const std::uint8_t version = in.u8();
  RelayWord word{.kind = static_cast<RelayWord::Kind>(in.u8())};
  read(in, word.from.bytes);
  read(in, word.match.digest.bytes);
  const bool is_known =
      word.kind == RelayWord::Kind::read_ahead || word.kind == RelayWord::Kind::has_read;
  const bool is_word = in.ok() && in.remaining() == 0 && version == word_version && is_known;
  return is_word ? std::optional(word) : std::nullopt;
}

}  // namespace tutti
