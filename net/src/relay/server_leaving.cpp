// Who goes from the relay: by a word, by silence, or put out.

#include <algorithm>

#include "relay/room.hpp"
#include "tutti/net/server.hpp"

namespace tutti {

void RelayServer::lose_member(PeerId peer) {
  const auto entry = peers_.find(peer);
  if (entry == peers_.end()) return;
  if (Room* room = entry->second.room) {
    for (Member& member : room->members) {
      if (member.is_connected && member.peer == peer) member.is_connected = false;
    }
    std::erase_if(room->spectators, [&](const Spectator& other) { return other.peer == peer; });
  }
  peers_.erase(entry);
}

void RelayServer::remove_member(PeerId peer, LeaveReason reason) {
  const auto entry = peers_.find(peer);
  if (entry == peers_.end()) return;
  if (Room* room = entry->second.room) {
    const auto member =
        std::find_if(room->members.begin(), room->members.end(),
                     [&](const Member& other) { return other.is_connected && other.peer == peer; });
    if (member != room->members.end() && room->recovery) {
      room->recovery->goodbyes.push_back(member->player);
      room->recovery->leaving.push_back(member->player);
      member->is_connected = false;
    } else if (member != room->members.end()) {
      room->match.handle(command::Leave{member->player, reason});
      room->members.erase(member);
    }
    std::erase_if(room->spectators, [&](const Spectator& other) { return other.peer == peer; });
  }
  peers_.erase(entry);
}

void RelayServer::remove_gone(Room& room) {
  if (room.match.is_over()) return;
  std::erase_if(room.members, [&](const Member& member) {
    const bool is_gone = !room.match.is_taken(member.player);
    if (is_gone && member.is_connected) {
      link_->send_control(member.peer,
                          encode(ControlMessage(Refused{
                              Refusal::removed, "you are out of the match in room " + room.code})));
      link_->disconnect(member.peer);
      peers_.erase(member.peer);
    }
    return is_gone;
  });
}

void RelayServer::drop_lost(Room& room, Instant now) {
  if (room.match.is_over()) return;
  for (Member& member : room.members) {
    if (!member.is_connected || now - member.feed.heard <= options_.peer_timeout) continue;
    peers_.erase(member.peer);
    link_->disconnect(member.peer);
    member.is_connected = false;
  }
  const MatchTerms& terms = room.match.log().setup().terms;
  Duration kept = options_.reconnect_time;
  if (terms.on_loss != LossPolicy::go_on) {
    kept = std::max<Duration>(kept, std::chrono::seconds(terms.patience_seconds));
  }
  std::erase_if(room.members, [&](const Member& member) {
    // Who was not in yet has nothing that could be kept for it, and perhaps not even its secret.
    const bool is_over = now - member.feed.heard > kept || room.match.is_catching_up(member.player);
    const bool is_gone = !member.is_connected && is_over;
    if (is_gone) room.match.handle(command::Leave{member.player, LeaveReason::timed_out});
    return is_gone;
  });
}

void RelayServer::drop_spectators(Room& room, Instant now) {
  const auto end = static_cast<std::uint32_t>(room.match.log().events().size() - 1);
  std::erase_if(room.spectators, [&](const Spectator& spectator) {
    const Duration behind = room.tick_length() * spectator.delay_ticks;
    const bool has_seen_all =
        room.over_since &&
        (spectator.feed.received == end || now - *room.over_since > behind + options_.closing_time);
    const bool is_lost = now - spectator.feed.heard > options_.peer_timeout;
    if (!has_seen_all && !is_lost) return false;
    peers_.erase(spectator.peer);
    link_->disconnect(spectator.peer);
    return true;
  });
}

void RelayServer::drop_strangers(Instant now) {
  // Once a second is often enough for those who connect and then say nothing that lets them in.
  if (now - strangers_dropped_at_ < std::chrono::seconds(1)) return;
  strangers_dropped_at_ = now;
  std::erase_if(peers_, [&](const auto& entry) {
    const auto& [peer, known] = entry;
    const bool is_stranger = known.room == nullptr && now - known.since > options_.peer_timeout;
    if (is_stranger) link_->disconnect(peer);
    return is_stranger;
  });
}

}  // namespace tutti
