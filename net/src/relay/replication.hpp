#pragma once
// Tells everybody in a room how far its log is kept off the relay's machine: once a second at most,
// and at once when a match that is over is there whole.

#include "relay/seats.hpp"

namespace tutti::detail {

class Replication {
 public:
  /// `written`: through this tick the match is in the journal.
  void pass(Seats& seats, Commons& commons, const std::string& room, Tick written, bool is_over,
            Instant now) {
    if (!commons.replicated || (!is_over && now - looked_at_ < pace)) return;
    looked_at_ = now;
    const Tick tick = std::min(commons.replicated(room), written);
    if (tick <= tick_) return;
    tick_ = tick;
    for (const PlayerSeat& seat : seats.players()) {
      if (seat.is_connected) commons.peers.send(seat.peer, Replicated{tick});
    }
    for (const SpectatorSeat& seat : seats.spectators())
      commons.peers.send(seat.peer, Replicated{tick});
  }
  /// Whether a match with this end is there whole. Always so of a relay by itself.
  bool has_all(const Commons& commons, Tick end) const {
    return !commons.replicated || tick_ >= end;
  }

 private:
  static constexpr std::chrono::seconds pace{1};

  Tick tick_{};
  Instant looked_at_{};
};

}  // namespace tutti::detail
