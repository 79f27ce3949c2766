// Bytes of the ENet link's frames; net/PROTOCOL.md specifies them.

#include "tutti/net/link_frames.hpp"

namespace tutti {

std::optional<PlayFrame> decode_play_frame(BytesView datagram) {
  ByteReader reader(datagram);
  if (reader.u8() != std::to_integer<std::uint8_t>(play_mark)) return std::nullopt;
  PlayFrame frame;
  frame.connection = reader.u32();
  if (!reader.ok() || frame.connection == 0) return std::nullopt;
  if (reader.remaining() > limits::play_bytes) return std::nullopt;
  frame.payload = reader.raw(reader.remaining());
  return frame;
}

std::array<std::byte, play_header_bytes> play_header(std::uint32_t connection) {
  std::array<std::byte, play_header_bytes> header{play_mark};
  for (std::size_t i = 1; i < header.size(); ++i) {
    header[i] = static_cast<std::byte>(connection & 0xFF);
    connection >>= 8;
  }
  return header;
}

std::optional<std::uint64_t> decode_challenge(BytesView datagram) {
  ByteReader reader(datagram);
  if (reader.u8() != std::to_integer<std::uint8_t>(challenge_mark)) return std::nullopt;
  const std::uint64_t cookie = reader.u64();
  if (!reader.is_done()) return std::nullopt;
  return cookie;
}

std::array<std::byte, challenge_bytes> encode_challenge(std::uint64_t cookie) {
  std::array<std::byte, challenge_bytes> bytes{challenge_mark};
  for (std::size_t i = 1; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::byte>(cookie & 0xFF);
    cookie >>= 8;
  }
  return bytes;
}

bool is_enet_connect(BytesView datagram) {
  // The twelve bits of the peer's number are all set: it is for no peer yet.
  constexpr std::byte high{0x0F};
  return datagram.size() >= 2 && (datagram[0] & high) == high && datagram[1] == std::byte{0xFF};
}

std::optional<ControlFrame> decode_control_frame(BytesView packet) {
  using Kind = ControlFrame::Kind;
  ByteReader reader(packet);
  ControlFrame frame;
  frame.kind = static_cast<Kind>(reader.u8());
  switch (frame.kind) {
    case Kind::open:
      frame.connection = reader.u32();
      frame.received = reader.u32();
      if (frame.connection == 0) return std::nullopt;
      break;
    case Kind::resume:
    case Kind::acknowledge:
      frame.received = reader.u32();
      break;
    case Kind::message:
      if (reader.remaining() > limits::control_bytes) return std::nullopt;
      frame.payload = reader.raw(reader.remaining());
      break;
    case Kind::bye:
      break;
    default:
      return std::nullopt;
  }
  if (!reader.is_done()) return std::nullopt;
  return frame;
}

Bytes encode(const ControlFrame& frame) {
  using Kind = ControlFrame::Kind;
  Bytes bytes;
  bytes.reserve(1 + 4 + 4 + frame.payload.size());
  ByteWriter writer(bytes);
  writer.u8(static_cast<std::uint8_t>(frame.kind));
  if (frame.kind == Kind::open) writer.u32(frame.connection);
  if (frame.kind == Kind::open || frame.kind == Kind::resume || frame.kind == Kind::acknowledge) {
    writer.u32(frame.received);
  }
  if (frame.kind == Kind::message) writer.raw(frame.payload);
  return bytes;
}

}  // namespace tutti
