#pragma once
// The text of a sealed stream datagram: what has arrived of the other side's control, and perhaps a
// piece of one's own. PROTOCOL.md, "Control", specifies it.

#include <cstdint>
#include <optional>

#include "tutti/net/link.hpp"
#include "tutti/sim/bytes.hpp"

namespace tutti::detail {

/// Bytes of a message in one piece: with a little of an acknowledgement, a datagram that every path
/// carries.
inline constexpr std::size_t piece_bytes_most = 464;
/// Pieces that may be under way beyond the first one missing; what a receiver keeps of them.
inline constexpr std::uint32_t pieces_under_way = 512;
inline constexpr std::size_t acknowledged_mask_bytes = pieces_under_way / 8;

struct StreamAcknowledgement {
  /// All pieces below this are there.
  std::uint32_t received = 0;
  /// Bit i of it, the lowest of the first byte first: piece `received` + 1 + i is there.
  BytesView mask{};
};

struct StreamPiece {
  std::uint32_t number = 0;
  bool is_last = false;  ///< of its message
  BytesView bytes{};
};

struct StreamText {
  StreamAcknowledgement acknowledgement;
  std::optional<StreamPiece> piece;
};
/// Appends the bytes. Of the mask goes along what fits into a datagram of
/// limits::small_datagram_bytes.
void encode(const StreamText& text, Bytes& bytes);
std::optional<StreamText> decode_stream_text(BytesView bytes);

}  // namespace tutti::detail
