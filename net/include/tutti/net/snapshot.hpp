#pragma once
// A state on its way to a client that comes late, so that it need not fold the whole log. The state
// is never the truth: the client has the log too, and the digest says whether the state may be
// used.

#include <array>
#include <deque>
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
  Tick tick{};                  ///< of which the state is
  Digest digest{};              ///< of the state
  std::uint32_t raw_bytes = 0;  ///< when unpacked
  /// The relay says that at least two players had this digest at this tick. Else it is one player's
  /// word.
  bool is_agreed = false;
  bool is_in_pages = false;  ///< it consists of pages, see page_digests.hpp
  Bytes packed{};            ///< the bytes, packed

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
  Tick tick{};                     ///< of which the state is
  Digest digest{};                 ///< of that state
  bool is_agreed = false;          ///< players agreed on that digest
  bool is_in_pages = false;        ///< it consists of pages
  std::uint32_t raw_bytes = 0;     ///< the bytes of all of it, unpacked
  std::uint32_t packed_bytes = 0;  ///< the bytes of all of it, packed
  std::uint32_t offset = 0;        ///< where this piece begins in the packed bytes
  Bytes bytes{};                   ///< this piece

  bool operator==(const SnapshotPiece&) const = default;
};

/// From the receiver of a snapshot to its sender: so many bytes of it have arrived.
struct SnapshotTaken {
  std::uint32_t packed_bytes = 0;  ///< from its beginning on, packed
  bool operator==(const SnapshotTaken&) const = default;
};

/// How much of a snapshot may be on its way at once. It grows while that makes nothing wait, and
/// shrinks as soon as pieces take longer than they have to: a full queue on the path would hold up
/// play. So it finds what the path carries, and keeps the queue short (as LEDBAT does, RFC 6817).
class TUTTI_API SnapshotPace {
 public:
  /// Whether a piece may go, when those through `sent` did and those through `taken` arrived.
  bool has_room(std::size_t sent, Instant now) const;
  void note_sent(std::size_t sent, Instant now);
  void note_taken(std::size_t taken, Instant now);
  /// For so long nothing could go.
  Duration stood_still(Instant now) const { return last_ ? now - *last_ : Duration{}; }

 private:
  struct Sent {
    std::size_t through = 0;
    Instant at{};
  };
  std::deque<Sent> under_way_;
  std::size_t taken_ = 0;
  double window_ = 8.0 * limits::snapshot_piece_bytes;  // bytes
  bool is_new_ = true;                                  // nothing has had to wait yet
  std::optional<Instant> last_;
  std::size_t at_once_ = 0;           // bytes that went at that moment
  std::optional<Duration> least_;     // that a piece has taken there and back
  std::array<Duration, 4> latest_{};  // pieces
  std::size_t count_ = 0;
};

/// A snapshot that arrives and is handed on meanwhile.
struct PassingSnapshot {
  PackedSnapshot snapshot{};  ///< as far as it has arrived
  std::size_t size = 0;       ///< of it, packed, when all is there
  /// Whether it still arrives, or what came of looking at all of it.
  enum class State { arriving, sound, refused };
  State state = State::arriving;  ///< how far it is
};

/// Sends one snapshot in pieces, at a pace that leaves room for play.
class TUTTI_API SnapshotSender {
 public:
  /// Sends a snapshot, piece by piece, from its beginning.
  explicit SnapshotSender(std::shared_ptr<const PackedSnapshot> snapshot)
      : snapshot_(std::move(snapshot)) {}
  /// One that is not whole yet: its last piece waits until it is known to be sound.
  explicit SnapshotSender(std::shared_ptr<const PassingSnapshot> passing)
      : snapshot_(passing, &passing->snapshot), passing_(std::move(passing)) {}

  /// The piece to send now, if any: to be asked for again until there is none.
  std::optional<SnapshotPiece> next(Instant now);
  /// The receiver says what it has.
  void take(const SnapshotTaken& taken, Instant now) { pace_.note_taken(taken.packed_bytes, now); }
  bool is_done() const { return !is_passing() && sent_ >= snapshot_->packed.size(); }
  /// The receiver has not answered for so long that it never will.
  bool is_stalled(Instant now) const { return pace_.stood_still(now) > std::chrono::seconds(30); }
  /// It turned out to be a lie, or does not come any more.
  bool is_refused() const { return passing_ && passing_->state == PassingSnapshot::State::refused; }
  bool is_passing() const { return passing_ && passing_->state != PassingSnapshot::State::sound; }
  const std::shared_ptr<const PackedSnapshot>& snapshot() const { return snapshot_; }

 private:
  std::shared_ptr<const PackedSnapshot> snapshot_;
  std::shared_ptr<const PassingSnapshot> passing_;
  std::size_t sent_ = 0;
  SnapshotPace pace_;
};

/// Puts a snapshot together again. Memory grows by bytes that arrive, never by sizes that are
/// claimed.
class TUTTI_API SnapshotReceiver {
 public:
  /// The outcome of a piece: more are missing, it was the last one, or it makes no sense.
  enum class Taken { more, whole, refused };
  Taken take(const SnapshotPiece& piece);  ///< Takes the next piece.
  /// Precondition: a piece was taken.
  const PackedSnapshot& snapshot() const { return passing_->snapshot; }
  const std::shared_ptr<PassingSnapshot>& passing() const { return passing_; }
  PackedSnapshot finish() { return std::move(passing_->snapshot); }
  /// The part that has arrived, 0 to 1.
  double progress() const;
  /// What to tell the sender, if something has arrived since the last time.
  std::optional<SnapshotTaken> next_answer();

 private:
  std::shared_ptr<PassingSnapshot> passing_ = std::make_shared<PassingSnapshot>();
  std::size_t told_ = 0;
};

}  // namespace tutti
