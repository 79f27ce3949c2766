#pragma once
// Tells the players of a room how many watch: once a second at most while that changes, and to each
// who comes later.

#include "relay/seats.hpp"

namespace tutti::detail {

class Headcount {
 public:
  void pass(Seats& seats, Peers& peers, Instant now) {
    const auto count = static_cast<std::uint16_t>(seats.spectators().size());
    if (spectators_ != count && now - changed_at_ >= pace) {
      spectators_ = count;
      changed_at_ = now;
    }
    for (PlayerSeat& seat : seats.players()) {
      if (!seat.is_connected || seat.spectators_told == spectators_) continue;
      seat.spectators_told = spectators_;
      peers.send(seat.peer, Attendance{spectators_});
    }
  }
  /// Until then a pass would tell nobody anything, unless somebody comes or goes.
  Instant next_due(const Seats& seats) const {
    return seats.spectators().size() == spectators_ ? Instant::max() : changed_at_ + pace;
  }

 private:
  static constexpr std::chrono::seconds pace{1};

  std::uint16_t spectators_ = 0;  // as they are told
  Instant changed_at_{};
};

}  // namespace tutti::detail
