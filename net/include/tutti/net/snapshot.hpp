#pragma once
// A state on its way to a client that comes late, so that it need not fold the whole log. The state
// is never the truth: the client has the log too, and the digest says whether the state may be
// used.

#include <memory>
#include <optional>

#include "tutti/net/time.hpp"
#include "tutti/sim/digest.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/limits.hpp"
#include "tutti/sim/page_digests.hpp"
#include "tutti/sim/tick.hpp"

namespace tutti {

namespace limits {
/// Bytes of a packed snapshot in one message: a control message must not hold up play.
inline constexpr std::size_t snapshot_piece_bytes = 4096;
/// Bytes of a packed snapshot that a relay keeps, one for each room.
inline constexpr std::size_t packed_snapshot_bytes = 20 * 1024 * 1024;
}  // namespace limits

/// A state's canonical bytes, packed with zstd; of a state in pages with its layout in between, so
/// that its digest can be told from them (`net/PROTOCOL.md`, "snapshots for latecomers").
struct PackedSnapshot {
  Tick tick{};
  Digest digest{};              ///< of the state
  std::uint32_t raw_bytes = 0;  ///< when unpacked
  /// The relay says that at least two players had this digest at this tick. Else it is one player's
  /// word.
  bool is_agreed = false;
  bool is_in_pages = false;
  Bytes packed{};

  bool operator==(const PackedSnapshot&) const = default;
};

/// `runs`: the layout of a state in pages, which its bytes have to fit.
TUTTI_API PackedSnapshot pack_snapshot(Tick tick, BytesView state,
                                       std::span<const PageRun> runs = {});
/// Unpacks a snapshot's canonical bytes. Nothing if that does not give bytes of its size and
/// digest.
TUTTI_API std::optional<Bytes> unpack(const PackedSnapshot& snapshot);

/// Finds out, a little at a time, whether a snapshot would unpack: the largest ones take longer
/// than a relay may keep its matches waiting. It takes little memory, whatever their size.
class TUTTI_API SnapshotCheck {
 public:
  /// Bytes that one step unpacks and hashes at most.
  static constexpr std::size_t step_bytes = 16 * 1024;

  /// The snapshot must stay where it is while this object lives.
  explicit SnapshotCheck(const PackedSnapshot& snapshot);
  SnapshotCheck(SnapshotCheck&&) noexcept;
  SnapshotCheck& operator=(SnapshotCheck&&) noexcept;
  ~SnapshotCheck();

  /// Takes so many steps more. Returns the answer once, as soon as it is known.
  std::optional<bool> advance(std::size_t steps);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A part of a packed snapshot, from a player to the relay, and from there to the client that
/// asked.
struct SnapshotPiece {
  Tick tick{};
  Digest digest{};
  bool is_agreed = false;
  bool is_in_pages = false;
  std::uint32_t raw_bytes = 0;
  std::uint32_t packed_bytes = 0;
  std::uint32_t offset = 0;
  Bytes bytes{};

  bool operator==(const SnapshotPiece&) const = default;
};

/// Sends one snapshot in pieces, at a pace that leaves room for play.
class TUTTI_API SnapshotSender {
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

/// Puts a snapshot together again. Memory grows by bytes that arrive, never by sizes that are
/// claimed.
class TUTTI_API SnapshotReceiver {
 public:
  enum class Taken { more, whole, refused };
  Taken take(const SnapshotPiece& piece);
  /// Precondition: a piece was taken.
  const PackedSnapshot& snapshot() const { return snapshot_; }
  PackedSnapshot finish() { return std::move(snapshot_); }
  /// The part that has arrived, 0 to 1.
  double progress() const;

 private:
  PackedSnapshot snapshot_;
  std::uint32_t size_ = 0;
};

}  // namespace tutti
