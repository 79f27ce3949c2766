#include "link/stream_pieces.hpp"

#include <algorithm>

namespace tutti::detail {

namespace {

constexpr std::size_t acknowledgement_head_bytes = 4 + 1;
constexpr std::size_t piece_head_bytes = 4 + 1;
static_assert(limits::seal_bytes + acknowledgement_head_bytes + piece_head_bytes +
                  piece_bytes_most <=
              limits::small_datagram_bytes);

}  // namespace

void encode(const StreamText& text, Bytes& bytes) {
  std::size_t room = limits::small_datagram_bytes - limits::seal_bytes - acknowledgement_head_bytes;
  if (text.piece) room -= piece_head_bytes + text.piece->bytes.size();
  const BytesView mask = text.acknowledgement.mask;
  const BytesView told = mask.first(std::min({mask.size(), room, acknowledged_mask_bytes}));
  ByteWriter writer(bytes);
  writer.u32(text.acknowledgement.received);
  writer.u8(static_cast<std::uint8_t>(told.size()));
  writer.raw(told);
  if (!text.piece) return;
  writer.u32(text.piece->number);
  writer.u8(text.piece->is_last ? 1 : 0);
  writer.raw(text.piece->bytes);
}

std::optional<StreamText> decode_stream_text(BytesView bytes) {
  ByteReader reader(bytes);
  StreamText text;
  text.acknowledgement.received = reader.u32();
  const std::uint8_t mask_bytes = reader.u8();
  if (mask_bytes > acknowledged_mask_bytes) return std::nullopt;
  text.acknowledgement.mask = reader.raw(mask_bytes);
  if (reader.is_done()) return text;
  StreamPiece piece{.number = reader.u32()};
  const std::uint8_t flags = reader.u8();
  if (flags > 1 || reader.remaining() > piece_bytes_most) return std::nullopt;
  piece.is_last = flags == 1;
  piece.bytes = reader.raw(reader.remaining());
  if (!reader.is_done()) return std::nullopt;
  text.piece = piece;
  return text;
}

}  // namespace tutti::detail
