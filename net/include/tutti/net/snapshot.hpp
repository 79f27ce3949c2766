#pragma once
// A state on its way to somebody who comes late, so that it need not fold the whole log. It is
// never the truth: whoever gets one has the log too, and its digest says whether it may be used.

#include <memory>
#include <optional>

#include "tutti/net/time.hpp"
#include "tutti/sim/digest.hpp"
#include "tutti/sim/limits.hpp"
#include "tutti/sim/tick.hpp"

namespace tutti {

namespace limits {
/// Bytes of a packed snapshot in one message: a control message is not to hold up play.
inline constexpr std::size_t snapshot_piece_bytes = 4096;
/// Bytes of a packed snapshot that a relay keeps, one for each room.
inline constexpr std::size_t packed_snapshot_bytes = 16 * 1024 * 1024;
}  // namespace limits

/// A state's canonical bytes, packed with zstd.
struct PackedSnapshot {
  Tick tick{};
  Digest digest{};              ///< of the bytes when unpacked, and so of the state
  std::uint32_t raw_bytes = 0;  ///< when unpacked
  /// Two players at least had this digest at this tick. The relay's word; else it is one player's.
  bool is_agreed = false;
  Bytes packed{};

  bool operator==(const PackedSnapshot&) const = default;
};

PackedSnapshot pack_snapshot(Tick tick, BytesView state);
/// Nothing if it does not unpack to bytes of this size and digest.
std::optional<Bytes> unpack(const PackedSnapshot& snapshot);

/// Whether a snapshot would unpack, found out a little at a time: the largest take longer than a
/// relay may keep its matches waiting. Takes little memory, whatever its size.
class SnapshotCheck {
 public:
  /// One step unpacks and hashes at most so much.
  static constexpr std::size_t step_bytes = 16 * 1024;

  /// The snapshot must stay where it is while this lives.
  explicit SnapshotCheck(const PackedSnapshot& snapshot);
  SnapshotCheck(SnapshotCheck&&) noexcept;
  SnapshotCheck& operator=(SnapshotCheck&&) noexcept;
  ~SnapshotCheck();

  /// So many steps more. The answer once it is known, and only once.
  std::optional<bool> advance(std::size_t steps);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A part of a packed snapshot, from a player to the relay and from there to who asked for it.
struct SnapshotPiece {
  Tick tick{};
  Digest digest{};
  bool is_agreed = false;
  std::uint32_t raw_bytes = 0;
  std::uint32_t packed_bytes = 0;
  std::uint32_t offset = 0;
  Bytes bytes{};

  bool operator==(const SnapshotPiece&) const = default;
};

/// Sends one snapshot in pieces, at a pace that leaves room for play.
class SnapshotSender {
 public:
  explicit SnapshotSender(std::shared_ptr<const PackedSnapshot> snapshot)
      : snapshot_(std::move(snapshot)) {}

  /// The piece to send now, if any.
  std::optional<SnapshotPiece> next(Instant now);
  bool is_done() const { return sent_ >= snapshot_->packed.size(); }
  const std::shared_ptr<const PackedSnapshot>& snapshot() const { return snapshot_; }

 private:
  std::shared_ptr<const PackedSnapshot> snapshot_;
  std::size_t sent_ = 0;
  std::optional<Instant> last_;
};

/// Puts one together again. Memory grows by what arrives, never by what is promised.
class SnapshotReceiver {
 public:
  enum class Taken { more, whole, refused };
  Taken take(const SnapshotPiece& piece);
  /// Precondition: something was taken.
  const PackedSnapshot& snapshot() const { return snapshot_; }
  PackedSnapshot finish() { return std::move(snapshot_); }
  /// 0 to 1.
  double progress() const;

 private:
  PackedSnapshot snapshot_;
  std::uint32_t size_ = 0;
};

}  // namespace tutti
