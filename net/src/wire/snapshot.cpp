#include "tutti/net/snapshot.hpp"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "tutti/sim/assert.hpp"
#include "wire/snapshot_bytes.hpp"

namespace tutti {

namespace {

/// The fastest level that is worth it: the player who packs is in the middle of a match.
constexpr int compression_level = 1;
/// The memory that unpacking may take beside its output, as a power of two.
constexpr int window_log_max = 23;

struct ContextDeleter {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

/// A packed snapshot's bytes, a little of them at a time, whatever was packed.
class Unpacking {
 public:
  explicit Unpacking(const PackedSnapshot& snapshot)
      : context_(ZSTD_createDCtx()), packed_(snapshot.packed), left_(snapshot.raw_bytes) {
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, window_log_max);
  }

  /// The next bytes, perhaps none; nothing at the end, or where it cannot go on. They are
  /// overwritten by the next call.
  std::optional<BytesView> next() {
    if (result_ == 0 || is_bad_) return std::nullopt;
    ZSTD_inBuffer in{packed_.data(), std::min(packed_.size(), at_ + chunk_.size()), at_};
    ZSTD_outBuffer out{chunk_.data(), chunk_.size(), 0};
    result_ = ZSTD_decompressStream(context_.get(), &out, &in);
    const bool is_stuck = out.pos == 0 && in.pos == at_;  // it is cut off
    is_bad_ = ZSTD_isError(result_) != 0 || out.pos > left_ || is_stuck;
    if (is_bad_) return std::nullopt;
    at_ = in.pos;
    left_ -= out.pos;
    return BytesView(chunk_).first(out.pos);
  }
  /// At the end: that was all, and as much as it should be.
  bool is_whole() const { return result_ == 0 && !is_bad_ && left_ == 0 && at_ == packed_.size(); }

 private:
  std::unique_ptr<ZSTD_DCtx, ContextDeleter> context_;
  BytesView packed_;
  std::size_t left_;
  std::size_t at_ = 0;
  std::size_t result_ = 1;
  bool is_bad_ = false;
  std::array<std::byte, SnapshotCheck::step_bytes> chunk_;
};

}  // namespace

PackedSnapshot pack_snapshot(Tick tick, BytesView state, std::span<const PageRun> runs) {
  Bytes laid_out;
  if (!runs.empty()) {
    laid_out = detail::lay_out(state, runs);
    state = laid_out;
  }
  detail::SnapshotBytes bytes(!runs.empty(), nullptr);
  bytes.update(state);
  PackedSnapshot snapshot{.tick = tick,
                          .digest = bytes.finish().value_or(Digest{}),
                          .raw_bytes = static_cast<std::uint32_t>(state.size()),
                          .is_in_pages = !runs.empty(),
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
  Unpacking unpacking(snapshot);
  Bytes raw;
  detail::SnapshotBytes bytes(snapshot.is_in_pages, &raw);
  while (const auto chunk = unpacking.next())
    bytes.update(*chunk);
  if (!unpacking.is_whole() || bytes.finish() != snapshot.digest) return std::nullopt;
  return raw;
}

struct SnapshotCheck::State {
  explicit State(const PackedSnapshot& snapshot)
      : unpacking(snapshot), bytes(snapshot.is_in_pages, nullptr), digest(snapshot.digest) {}
  Unpacking unpacking;
  detail::SnapshotBytes bytes;
  Digest digest{};
};

SnapshotCheck::SnapshotCheck(const PackedSnapshot& snapshot)
    : state_(snapshot.raw_bytes <= limits::snapshot_bytes ? std::make_unique<State>(snapshot)
                                                          : nullptr) {}
SnapshotCheck::SnapshotCheck(SnapshotCheck&&) noexcept = default;
SnapshotCheck& SnapshotCheck::operator=(SnapshotCheck&&) noexcept = default;
SnapshotCheck::~SnapshotCheck() = default;

std::optional<bool> SnapshotCheck::advance(std::size_t steps) {
  if (!state_) return false;
  for (; steps > 0; --steps) {
    const auto chunk = state_->unpacking.next();
    if (chunk) {
      state_->bytes.update(*chunk);
      continue;
    }
    return state_->unpacking.is_whole() && state_->bytes.finish() == state_->digest;
  }
  return std::nullopt;
}

std::optional<SnapshotPiece> SnapshotSender::next(Instant now) {
  const BytesView here(snapshot_->packed);
  const BytesView rest = here.subspan(std::min(sent_, here.size()));
  // Of one that is arriving, the last piece says whether it was agreed on: it is not known yet.
  const bool is_held_back =
      is_passing() && (rest.size() < limits::snapshot_piece_bytes ||
                       sent_ + limits::snapshot_piece_bytes >= passing_->size);
  if (is_done() || is_held_back || is_refused() || !pace_.has_room(sent_, now)) {
    return std::nullopt;
  }
  const BytesView part = rest.first(std::min(rest.size(), limits::snapshot_piece_bytes));
  const std::size_t size = passing_ ? passing_->size : here.size();
  SnapshotPiece piece{.tick = snapshot_->tick,
                      .digest = snapshot_->digest,
                      .is_agreed = snapshot_->is_agreed,
                      .is_in_pages = snapshot_->is_in_pages,
                      .raw_bytes = snapshot_->raw_bytes,
                      .packed_bytes = static_cast<std::uint32_t>(size),
                      .offset = static_cast<std::uint32_t>(sent_),
                      .bytes = Bytes(part.begin(), part.end())};
  sent_ += part.size();
  pace_.note_sent(sent_, now);
  return piece;
}

SnapshotReceiver::Taken SnapshotReceiver::take(const SnapshotPiece& piece) {
  if (piece.offset == 0) {
    // One that is handed on meanwhile may be another's still.
    passing_ = std::make_shared<PassingSnapshot>();
    passing_->snapshot = {.tick = piece.tick,
                          .digest = piece.digest,
                          .raw_bytes = piece.raw_bytes,
                          .is_in_pages = piece.is_in_pages,
                          .packed = {}};
    passing_->size = piece.packed_bytes;
    told_ = 0;
  }
  PackedSnapshot& here = passing_->snapshot;
  const std::size_t size = passing_->size;
  const bool is_next = piece.offset == here.packed.size() && piece.tick == here.tick &&
                       piece.digest == here.digest && piece.packed_bytes == size &&
                       piece.raw_bytes == here.raw_bytes && piece.is_in_pages == here.is_in_pages;
  if (!is_next || piece.bytes.empty() || size > limits::packed_snapshot_bytes ||
      piece.bytes.size() > size - piece.offset) {
    return Taken::refused;
  }
  here.packed.insert(here.packed.end(), piece.bytes.begin(), piece.bytes.end());
  here.is_agreed = piece.is_agreed;
  return here.packed.size() == size ? Taken::whole : Taken::more;
}

double SnapshotReceiver::progress() const {
  const auto here = static_cast<double>(passing_->snapshot.packed.size());
  return passing_->size == 0 ? 0 : here / static_cast<double>(passing_->size);
}

std::optional<SnapshotTaken> SnapshotReceiver::next_answer() {
  const std::size_t here = passing_->snapshot.packed.size();
  if (here == std::exchange(told_, here)) return std::nullopt;
  return SnapshotTaken{static_cast<std::uint32_t>(here)};
}

}  // namespace tutti
