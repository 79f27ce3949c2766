#include "relay/recovery.hpp"

#include <algorithm>

namespace tutti::detail {

void Recovery::postpone(PeerId peer, const Hello& hello, const Seats& seats) {
  // Of a client that tries again and again over new connections, the latest hello counts.
  std::erase_if(hellos_, [&](const auto& other) {
    return other.first == peer || (hello.resume && other.second.resume == hello.resume);
  });
  hellos_.emplace_back(peer, hello);
  if (hello.role != Role::spectator || !hello.resume) return;
  if (const PlayerSeat* seat = seats.with_secret(*hello.resume)) leaving_.push_back(seat->player);
}

void Recovery::leave(const std::vector<PlayerId>& players) {
  goodbyes_.insert(goodbyes_.end(), players.begin(), players.end());
  leaving_.insert(leaving_.end(), players.begin(), players.end());
}

bool Recovery::is_complete(const Seats& seats, Instant now) {
  now_ = now;
  const auto has_answered = [&](const PlayerSeat& seat) {
    return (seat.is_connected && tails_.contains(seat.player)) ||
           std::find(leaving_.begin(), leaving_.end(), seat.player) != leaving_.end();
  };
  const auto& players = seats.players();
  return now >= until_ || std::all_of(players.begin(), players.end(), has_answered);
}

std::optional<Log> Recovery::adopted(std::size_t players) const {
  std::vector<Tail> tails;
  for (const auto& [player, tail] : tails_)
    tails.push_back(tail);
  // A player who plays alone harms nobody by a lie.
  return adopt(found_, tails, std::min(tail_witnesses, players));
}

}  // namespace tutti::detail
