#pragma once
// Snapshots through a room: asked of one player after the other at the desk, handed on in pieces to
// latecomers who ask for one.

#include "relay/minutes.hpp"
#include "relay/seats.hpp"
#include "relay/snapshot_desk.hpp"

namespace tutti::detail {

class Deliveries {
 public:
  explicit Deliveries(Commons& commons) : commons_(&commons) {}

  const SnapshotDesk& desk() const { return desk_; }
  /// Whether a snapshot is wanted or under way.
  bool is_busy() const { return is_any_open_ || desk_.is_asking(); }
  /// A player's digest of a tick of this very log.
  void witness(PlayerId player, Tick tick, const Digest& digest) {
    desk_.witness(player, tick, digest);
  }
  /// A piece from a player; false if nobody asked it, or it makes no sense.
  bool take(PlayerId player, const SnapshotPiece& piece, Instant now) {
    return desk_.take(player, piece, now);
  }

  /// This connection of the room wants one.
  void open(Delivery& delivery) {
    delivery = {.is_wanted = true, .sender = {}};
    is_any_open_ = true;
  }

  struct Present {
    const RelayMatch& match;
    Tick horizon{};  ///< as it is written
    Tick clock{};    ///< that spectators follow, also beyond the match's end
  };
  /// Asks for a snapshot where one is needed, and hands on what there is.
  void pass(const Present& present, Seats& seats, Instant now);

 private:
  void ask(const Present& present, bool is_wanted, Seats& seats, Instant now);
  void hand_on(const RelayMatch& match, PeerId peer, Delivery& delivery, Tick seen, Instant now);

  Commons* commons_;
  SnapshotDesk desk_;
  bool is_any_open_ = false;  // may be true for one that has gone meanwhile
};

}  // namespace tutti::detail
