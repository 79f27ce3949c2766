#pragma once
// A room's latest snapshot. The desk asks one player after the other for it, and believes it when
// another player had the same digest at that tick. It is pure: its owner asks, and hands the
// answers in.

#include <optional>
#include <span>
#include <vector>

#include "tutti/net/snapshot.hpp"

namespace tutti::detail {

class SnapshotDesk {
 public:
  /// A player's digest of a tick of this very log.
  void witness(PlayerId player, Tick tick, const Digest& digest);

  struct Situation {
    bool is_wanted = false;
    /// The players to ask: connected, playing, and known to fold this log.
    std::span<const PlayerId> able{};
    /// A snapshot of this tick or later is recent enough.
    Tick oldest{};
    /// The relay has memory for another one.
    bool has_room = true;
  };
  /// Whether another one should be asked for.
  bool is_due(bool is_wanted, Tick oldest, Instant now) const {
    const bool is_fresh = held_ && held_->tick >= oldest;
    return !asked_ && is_wanted && !is_fresh && !is_hopeless(now);
  }
  /// The player to ask now, if any.
  std::optional<PlayerId> run(const Situation& situation, Instant now);
  /// A piece from a player; false if nobody asked it, or it makes no sense.
  bool take(PlayerId player, const SnapshotPiece& piece, Instant now);

  /// One of before this tick serves nobody any more: its memory is given back.
  void forget(Tick oldest) {
    if (held_ && held_->tick < oldest) held_.reset();
  }
  bool is_asking() const { return asked_.has_value(); }
  /// The latest one that may be handed on.
  const std::shared_ptr<const PackedSnapshot>& held() const { return held_; }
  /// The one that is arriving, as far as it is here.
  std::shared_ptr<const PassingSnapshot> arriving() const {
    return asked_ && asked_->receiver.progress() > 0 ? asked_->receiver.passing() : nullptr;
  }
  /// What to tell the player that sends it.
  std::optional<std::pair<PlayerId, SnapshotTaken>> next_answer();
  /// Nobody could give one lately: do not wait.
  bool is_hopeless(Instant now) const { return now < rests_until_; }
  /// Snapshots that were not what they claimed to be.
  std::uint64_t refused() const { return refused_; }

 private:
  struct Seen {
    PlayerId player{};
    Tick tick{};
    Digest digest{};
  };
  struct Asked {
    PlayerId player{};
    bool is_only_one = false;  // nobody else can say whether it is right
    Instant heard{};
    SnapshotReceiver receiver{};
    bool is_whole = false;
    std::optional<SnapshotCheck> check{};  // of the received snapshot
  };
  void judge(Instant now);
  void give_up();
  void end_asking(PassingSnapshot::State state);

  std::vector<Seen> seen_;  // a ring
  std::size_t next_seen_ = 0;
  std::optional<Asked> asked_;
  std::optional<PlayerId> last_asked_;
  int tries_ = 0;
  Instant rests_until_{};
  std::shared_ptr<const PackedSnapshot> held_;
  std::uint64_t refused_ = 0;
};

}  // namespace tutti::detail
