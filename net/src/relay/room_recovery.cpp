// A room whose match goes on: after the death of the relay that had it, or at another relay.

#include <utility>

#include "relay/room.hpp"

namespace tutti::detail {

void Room::settle_recovery() {
  if (!recovery_) return;
  const Recovery recovery = *std::exchange(recovery_, std::nullopt);
  const auto adopted = recovery.adopted(seats_.players().size());
  if (adopted) {
    ++commons_->statistics.adopted;
    match_ = RelayMatch(commons_->match_options(adopted->setup()), *adopted, match_.epoch());
    chronicle_ = Chronicle(match_);
    seats_.match_log(recovery.now());
  }
  commons_->statistics.events += minutes_.write_recovered(match_, recovery.found());
  clock_.stand(match_.clock(), recovery.now());
  for (PlayerSeat& seat : seats_.players()) {
    seat.first_counter = match_.counted(seat.player);
    seat.spectators_told = 0;
    // Counters may have gone on in what was adopted.
    if (adopted && seat.is_connected) seats_.welcome(seat);
  }
  for (const PlayerId player : recovery.goodbyes()) {
    match_.handle(command::Leave{player, LeaveReason::quit});
  }
  for (const auto& [peer, hello] : recovery.hellos()) {
    const Venue* place = commons_->peers.venue_of(peer);
    if (!commons_->peers.is_known(peer)) continue;  // it has gone meanwhile, or elsewhere
    if (place == nullptr || place == this) enter(peer, hello, recovery.now());
  }
}

void Room::leave() {
  is_leaving_ = true;
  // The match goes on from its horizon, be that told or not.
  if (!minutes_.has_all_of(match_)) commons_->statistics.events += minutes_.write(match_);
}

}  // namespace tutti::detail
