// A branch of a recorded match, played on in a room by whoever comes.

#include <algorithm>

#include "relay/room.hpp"
#include "tutti/net/server.hpp"

namespace tutti {

void RelayServer::open_branch(const MatchRecord& record, Instant now) {
  restore(journal_->copy(record), record, now);
  Room& room = *rooms_[record.room];
  settle_recovery(room);  // nobody knows more of it than its file
  room.waits_until = now + options_.branch_time;
}

/// Gives somebody new the lowest slot of a branch that nobody has: its player goes on in other
/// hands, and the log, which names none, does not change.
bool RelayServer::take_over(Room& room, PeerId peer, const Hello& hello, Instant now) {
  const auto found =
      std::find_if(room.members.begin(), room.members.end(), [&](const Member& member) {
        return member.is_open && !member.is_connected && room.match.is_taken(member.player);
      });
  if (found == room.members.end()) return false;
  Member member{.peer = peer,
                .player = found->player,
                .secret = secret_of(hello),
                .is_open = true,
                .first_counter = room.match.counted(found->player),
                .feed = detail::Feed::to(hello, 0, now)};
  member.resume_hash = digest_of(member.secret).bytes;
  *found = member;
  peers_[peer].room = &room;
  std::erase_if(room.spectators, [&](const Spectator& other) { return other.peer == peer; });
  welcome(room, member);
  return true;
}

}  // namespace tutti
