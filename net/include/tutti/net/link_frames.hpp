#pragma once
// The bytes of the ENet link: the header of play datagrams, and the frames in which control
// travels. net/PROTOCOL.md, "Links", has the reasons. Sockets and states are in enet_link.cpp.

#include <array>
#include <cstdint>
#include <optional>

#include "tutti/net/link.hpp"
#include "tutti/sim/bytes.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

/// The first byte of a play datagram. Its bit 0x40 is ENet's "compressed" flag: no ENet datagram
/// has it while no compressor is set, and ENet drops those that do; so one socket carries both.
inline constexpr std::byte play_mark{0x54};
inline constexpr std::byte enet_compressed_bit{0x40};  ///< see play_mark
/// The mark, then the connection id.
inline constexpr std::size_t play_header_bytes = 1 + 4;

/// A play datagram, taken apart.
struct PlayFrame {
  std::uint32_t connection = 0;  ///< chosen at random by the listening side, never 0
  BytesView payload;             ///< at most limits::play_bytes
};
/// Decodes a play datagram of legal size; nothing for any other. The payload points into
/// `datagram`.
TUTTI_API std::optional<PlayFrame> decode_play_frame(BytesView datagram);
/// The header to send before the payload.
TUTTI_API std::array<std::byte, play_header_bytes> play_header(std::uint32_t connection);

/// The first byte of a challenge and of its answer: a stranger's address proves itself before ENet
/// hears of it.
inline constexpr std::byte challenge_mark{0x55};
inline constexpr std::size_t challenge_bytes = 1 + 8;  ///< bytes of a challenge on the wire
/// Decodes a challenge; nothing for any other datagram.
TUTTI_API std::optional<std::uint64_t> decode_challenge(BytesView datagram);
TUTTI_API std::array<std::byte, challenge_bytes> encode_challenge(std::uint64_t cookie);
/// Whether ENet would take this for an attempt to connect, and give a peer's place to it.
TUTTI_API bool is_enet_connect(BytesView datagram);

/// One packet of ENet's reliable channel.
struct ControlFrame {
  /// What a piece of control is for.
  enum class Kind : std::uint8_t {
    open = 1,         ///< from the listener: this is your connection, and so many messages came
    resume = 2,       ///< the client's answer to an open of a connection that it had
    message = 3,      ///< one control message
    acknowledge = 4,  ///< so many messages came
    bye = 5,          ///< the connection ends here
  };
  Kind kind = Kind::message;     ///< what it is for
  std::uint32_t connection = 0;  ///< open only
  std::uint32_t received = 0;    ///< open, resume, acknowledge: messages taken in since the start
  BytesView payload{};           ///< message only: at most limits::control_bytes
};
/// Decodes a packet; nothing if it is malformed or too large. The payload points into `packet`.
TUTTI_API std::optional<ControlFrame> decode_control_frame(BytesView packet);
TUTTI_API Bytes encode(const ControlFrame& frame);

}  // namespace tutti
