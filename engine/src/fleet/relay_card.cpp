// The bytes of what a relay says of itself.

#include <algorithm>

#include "tutti/engine/fleet_store.hpp"

namespace tutti {

namespace {

constexpr std::uint8_t card_version = 1;
constexpr std::uint8_t draining_flag = 1;

std::string_view cut(const std::string& text) {
  return std::string_view(text).substr(0, limits::fleet_text_bytes);
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
  out.text(cut(card.version));
  out.u32(card.rooms);
  out.u32(card.matches);
  out.u32(card.connections);
  out.u64(card.lag_bytes);
  out.u32(card.lag_milliseconds);
  out.u32(card.up_seconds);
  return bytes;
}

std::optional<RelayCard> decode_relay_card(BytesView bytes) {
  ByteReader in(bytes);
  const std::uint8_t version = in.u8();
  const std::uint8_t flags = in.u8();
  RelayCard card{.is_draining = (flags & draining_flag) != 0};
  const BytesView relay = in.raw(card.relay.bytes.size());
  std::copy(relay.begin(), relay.end(), card.relay.bytes.begin());
  card.host = in.text(limits::fleet_text_bytes);
  card.listen = in.text(limits::fleet_text_bytes);
  card.version = in.text(limits::fleet_text_bytes);
  card.rooms = in.u32();
  card.matches = in.u32();
  card.connections = in.u32();
  card.lag_bytes = in.u64();
  card.lag_milliseconds = in.u32();
  card.up_seconds = in.u32();
  const bool is_known = version == card_version && (flags & ~draining_flag) == 0;
  return is_known && in.is_done() ? std::optional(std::move(card)) : std::nullopt;
}

}  // namespace tutti
