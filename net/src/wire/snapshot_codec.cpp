#include "wire/snapshot_codec.hpp"
#include "wire/wire.hpp"

#include <algorithm>

namespace tutti::detail {

namespace {
constexpr unsigned is_agreed_bit = 1;
constexpr unsigned is_in_pages_bit = 2;
}  // namespace

void write_fields(ByteWriter& out, const SnapshotPiece& piece) {
  out.u64(static_cast<std::uint64_t>(piece.tick.value));
  out.raw(piece.digest.bytes);
  out.u8(static_cast<std::uint8_t>((piece.is_agreed ? is_agreed_bit : 0) |
                                   (piece.is_in_pages ? is_in_pages_bit : 0)));
  out.u32(piece.raw_bytes);
  out.u32(piece.packed_bytes);
  out.u32(piece.offset);
  out.run(piece.bytes);
}

SnapshotPiece read_snapshot_piece(ByteReader& in) {
  SnapshotPiece piece;
  const std::uint64_t tick = in.u64();
  if (tick > tick_most) in.fail();
  piece.tick = Tick{in.ok() ? static_cast<std::int64_t>(tick) : 0};
  const BytesView digest = in.raw(piece.digest.bytes.size());
  std::copy(digest.begin(), digest.end(), piece.digest.bytes.begin());
  const unsigned flags = in.u8();
  if ((flags & ~(is_agreed_bit | is_in_pages_bit)) != 0) in.fail();
  piece.is_agreed = (flags & is_agreed_bit) != 0;
  piece.is_in_pages = (flags & is_in_pages_bit) != 0;
  piece.raw_bytes = in.u32();
  piece.packed_bytes = in.u32();
  piece.offset = in.u32();
  if (piece.raw_bytes > limits::snapshot_bytes ||
      piece.packed_bytes > limits::packed_snapshot_bytes) {
    in.fail();
  }
  const BytesView bytes = in.run(limits::snapshot_piece_bytes);
  piece.bytes.assign(bytes.begin(), bytes.end());
  if (piece.offset > piece.packed_bytes || bytes.size() > piece.packed_bytes - piece.offset) {
    in.fail();
  }
  return piece;
}

}  // namespace tutti::detail
