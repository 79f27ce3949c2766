#include "tutti/net/snapshot.hpp"

#include <zstd.h>

#include <algorithm>
#include <array>

#include "tutti/sim/assert.hpp"

namespace tutti {

namespace {

/// 128 KB/s, a megabit: a megabyte takes eight seconds, and play keeps its place on most paths.
constexpr std::chrono::milliseconds piece_pace{32};
/// The fastest level that is worth it: the player who packs is in the middle of a match.
constexpr int compression_level = 1;
/// What unpacking may take in memory beside its output, as a power of two.
constexpr int window_log_max = 23;

struct ContextDeleter {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

/// Unpacks chunk by chunk; false if that cannot be done or `take` refuses one.
template <class Take>
bool unpack_chunks(const PackedSnapshot& snapshot, Take take) {
  const std::unique_ptr<ZSTD_DCtx, ContextDeleter> context(ZSTD_createDCtx());
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, window_log_max);
  std::array<std::byte, 16 * 1024> chunk;
  ZSTD_inBuffer in{snapshot.packed.data(), snapshot.packed.size(), 0};
  std::size_t left = snapshot.raw_bytes;
  std::size_t result = 1;
  while (result != 0) {
    ZSTD_outBuffer out{chunk.data(), chunk.size(), 0};
    const std::size_t before = in.pos;
    result = ZSTD_decompressStream(context.get(), &out, &in);
    if (ZSTD_isError(result) != 0 || out.pos > left) return false;
    if (out.pos == 0 && in.pos == before) return false;  // it is cut off
    left -= out.pos;
    take(BytesView(chunk).first(out.pos));
  }
  return left == 0 && in.pos == in.size;
}

}  // namespace

PackedSnapshot pack_snapshot(Tick tick, BytesView state) {
  PackedSnapshot snapshot{.tick = tick,
                          .digest = digest_of(state),
                          .raw_bytes = static_cast<std::uint32_t>(state.size()),
                          .packed = {}};
  snapshot.packed.resize(ZSTD_compressBound(state.size()));
  const std::size_t size = ZSTD_compress(snapshot.packed.data(), snapshot.packed.size(),
                                         state.data(), state.size(), compression_level);
  TUTTI_ASSERT(ZSTD_isError(size) == 0, ZSTD_getErrorName(size));
  snapshot.packed.resize(size);
  return snapshot;
}

std::optional<Bytes> unpack(const PackedSnapshot& snapshot) {
  if (snapshot.raw_bytes > limits::snapshot_bytes) return std::nullopt;
  Bytes raw;
  const bool is_whole = unpack_chunks(
      snapshot, [&](BytesView chunk) { raw.insert(raw.end(), chunk.begin(), chunk.end()); });
  if (!is_whole || digest_of(raw) != snapshot.digest) return std::nullopt;
  return raw;
}

bool is_sound(const PackedSnapshot& snapshot) {
  if (snapshot.raw_bytes > limits::snapshot_bytes) return false;
  Digest digest;
  Blake2b hash(digest.bytes.size());
  if (!unpack_chunks(snapshot, [&](BytesView chunk) { hash.update(chunk); })) return false;
  hash.finish(digest.bytes);
  return digest == snapshot.digest;
}

std::optional<SnapshotPiece> SnapshotSender::next(Instant now) {
  if (is_done() || (last_ && now - *last_ < piece_pace)) return std::nullopt;
  last_ = now;
  const BytesView rest = BytesView(snapshot_->packed).subspan(sent_);
  const BytesView part = rest.first(std::min(rest.size(), limits::snapshot_piece_bytes));
  SnapshotPiece piece{.tick = snapshot_->tick,
                      .digest = snapshot_->digest,
                      .is_agreed = snapshot_->is_agreed,
                      .raw_bytes = snapshot_->raw_bytes,
                      .packed_bytes = static_cast<std::uint32_t>(snapshot_->packed.size()),
                      .offset = static_cast<std::uint32_t>(sent_),
                      .bytes = Bytes(part.begin(), part.end())};
  sent_ += part.size();
  return piece;
}

SnapshotReceiver::Taken SnapshotReceiver::take(const SnapshotPiece& piece) {
  if (piece.offset == 0) {
    snapshot_ = {.tick = piece.tick,
                 .digest = piece.digest,
                 .raw_bytes = piece.raw_bytes,
                 .is_agreed = piece.is_agreed,
                 .packed = {}};
    size_ = piece.packed_bytes;
  }
  const bool is_next = piece.offset == snapshot_.packed.size() && piece.tick == snapshot_.tick &&
                       piece.digest == snapshot_.digest && piece.packed_bytes == size_ &&
                       piece.raw_bytes == snapshot_.raw_bytes;
  if (!is_next || piece.bytes.empty() || size_ > limits::packed_snapshot_bytes ||
      piece.bytes.size() > size_ - piece.offset) {
    return Taken::refused;
  }
  snapshot_.packed.insert(snapshot_.packed.end(), piece.bytes.begin(), piece.bytes.end());
  return snapshot_.packed.size() == size_ ? Taken::whole : Taken::more;
}

double SnapshotReceiver::progress() const {
  return size_ == 0 ? 0 : static_cast<double>(snapshot_.packed.size()) / static_cast<double>(size_);
}

}  // namespace tutti
