#include "wire/snapshot_codec.hpp"
#include "wire/wire.hpp"

#include <algorithm>

namespace tutti::detail {

void write_fields(ByteWriter& out, const SnapshotPiece& piece) {
  out.u64(static_cast<std::uint64_t>(piece.tick.value));
  out.raw(piece.digest.bytes);
  out.u8(piece.is_agreed ? 1 : 0);
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
  const std::uint8_t is_agreed = in.u8();
  if (is_agreed > 1) in.fail();
  piece.is_agreed = is_agreed == 1;
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
