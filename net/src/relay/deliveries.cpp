#include "relay/deliveries.hpp"

#include <algorithm>

namespace tutti::detail {

namespace {

/// A snapshot of the last minute serves everybody: a minute of play is folded at once.
std::int64_t fresh_ticks(const RelayMatch& match) {
  return std::int64_t{60} * match.log().setup().tick_rate;
}

}  // namespace

void Deliveries::pass(const Present& present, Seats& seats, Instant now) {
  const RelayMatch& match = present.match;
  const Tick oldest = match.clock() - fresh_ticks(match);
  desk_.forget(oldest);
  if (!is_any_open_ && !desk_.is_asking()) return;
  bool is_wanted = false;
  is_any_open_ = false;
  const auto look_at = [&](const auto& seats_of_a_role) {
    for (const auto& seat : seats_of_a_role) {
      is_wanted = is_wanted || seat.delivery.is_wanted;
      is_any_open_ = is_any_open_ || seat.delivery.is_open();
    }
  };
  look_at(seats.players());
  look_at(seats.spectators());
  if (is_wanted || desk_.is_asking()) ask(present, is_wanted, seats, now);
  if (const auto answer = desk_.next_answer()) {
    const PlayerSeat* seat = seats.connected(answer->first);
    if (seat != nullptr) commons_->peers.send(seat->peer, answer->second);
  }
  for (PlayerSeat& seat : seats.players()) {
    if (seat.is_connected) hand_on(match, seat.peer, seat.delivery, present.horizon, now);
  }
  for (SpectatorSeat& seat : seats.spectators()) {
    const Tick seen = std::min(present.horizon, present.clock - seat.delay_ticks);
    hand_on(match, seat.peer, seat.delivery, seen, now);
  }
}

void Deliveries::ask(const Present& present, bool is_wanted, Seats& seats, Instant now) {
  const Tick oldest = present.match.clock() - fresh_ticks(present.match);
  std::vector<PlayerId> able;
  for (const PlayerSeat& seat : seats.players()) {
    const bool is_able = seat.is_connected && !seat.delivery.is_wanted && seat.digest_known &&
                         present.match.is_playing(seat.player);
    if (is_able) able.push_back(seat.player);
  }
  std::sort(able.begin(), able.end());
  const bool has_room = !desk_.is_due(is_wanted, oldest, now) || commons_->has_snapshot_room();
  const auto player = desk_.run({is_wanted, able, oldest, has_room}, now);
  if (!player) return;
  if (const PlayerSeat* seat = seats.connected(*player)) {
    commons_->peers.send(seat->peer, SnapshotWanted{});
  }
}

void Deliveries::hand_on(const RelayMatch& match, PeerId peer, Delivery& delivery, Tick seen,
                         Instant now) {
  if (delivery.sender && delivery.sender->is_refused()) delivery.sender.reset();
  if (delivery.sender && delivery.sender->is_stalled(now)) delivery = {};
  // Passed on while it arrives, it is wanted until it is known to be sound.
  if (delivery.is_wanted && delivery.sender && !delivery.sender->is_passing()) {
    delivery.is_wanted = false;
    ++commons_->statistics.snapshots;
  }
  if (delivery.is_wanted && !delivery.sender) {
    const auto& held = desk_.held();
    const auto arriving = desk_.arriving();
    const Tick oldest = seen - fresh_ticks(match);
    const auto is_good = [&](Tick tick) { return tick >= oldest && tick <= seen; };
    if (held && is_good(held->tick)) {
      delivery = {.is_wanted = false, .sender = SnapshotSender(held)};
      ++commons_->statistics.snapshots;
    } else if (arriving && is_good(arriving->snapshot.tick)) {
      delivery.sender.emplace(arriving);
    } else if (desk_.is_hopeless(now) || match.is_over() || (held && held->tick > seen)) {
      // A spectator from behind would see what it is not to see yet.
      delivery.is_wanted = false;
      commons_->peers.send(peer, NoSnapshot{});
    }
  }
  if (!delivery.sender) return;
  while (const auto piece = delivery.sender->next(now))
    commons_->peers.send(peer, *piece);
  if (delivery.sender->is_done()) delivery.sender.reset();
}

}  // namespace tutti::detail
