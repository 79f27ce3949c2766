// Snapshots through the relay: from a player who has the state to who came late and asks for one.

#include <algorithm>
#include <set>

#include "relay/room.hpp"
#include "tutti/net/server.hpp"

namespace tutti {

namespace {

/// A snapshot of the last minute serves whoever asks: a minute of play is folded at once.
constexpr std::int64_t fresh_seconds = 60;

}  // namespace

void RelayServer::take_snapshot_message(PeerId peer, const ControlMessage& message, Instant now) {
  const auto entry = peers_.find(peer);
  Room* room = entry == peers_.end() ? nullptr : entry->second.room;
  if (room == nullptr) {
    ++statistics_.refused_messages;
    return;
  }
  const bool is_wanted = std::holds_alternative<WantSnapshot>(message);
  for (Member& member : room->members) {
    if (!member.is_connected || member.peer != peer) continue;
    if (is_wanted) {
      member.delivery = {.is_wanted = true, .sender = {}};
    } else if (!room->desk.take(member.player, std::get<SnapshotPiece>(message), now)) {
      ++statistics_.refused_messages;
    }
    return;
  }
  for (Spectator& spectator : room->spectators) {
    if (spectator.peer == peer && is_wanted) spectator.delivery = {.is_wanted = true, .sender = {}};
  }
}

/// For one of the largest, beside all that are kept, on their way to somebody, or asked for.
bool RelayServer::has_snapshot_room() const {
  std::set<std::shared_ptr<const PackedSnapshot>> kept;
  std::size_t bytes = limits::packed_snapshot_bytes;
  for (const auto& [code, room] : rooms_) {
    if (room->desk.is_asking()) bytes += limits::packed_snapshot_bytes;
    if (room->desk.held()) kept.insert(room->desk.held());
    for (const Member& member : room->members) {
      if (member.delivery.sender) kept.insert(member.delivery.sender->snapshot());
    }
    for (const Spectator& spectator : room->spectators) {
      if (spectator.delivery.sender) kept.insert(spectator.delivery.sender->snapshot());
    }
  }
  for (const auto& snapshot : kept)
    bytes += snapshot->packed.size();
  return bytes <= options_.snapshot_bytes_max;
}

void RelayServer::ask_for_snapshot(Room& room, bool is_wanted, Tick oldest, Instant now) {
  std::vector<PlayerId> able;
  for (const Member& member : room.members) {
    const bool is_able = member.is_connected && !member.delivery.is_wanted && member.digest_known &&
                         room.match.is_playing(member.player);
    if (is_able) able.push_back(member.player);
  }
  std::sort(able.begin(), able.end());
  const bool has_room = !room.desk.is_due(is_wanted, oldest, now) || has_snapshot_room();
  const auto player = room.desk.run({is_wanted, able, oldest, has_room}, now);
  for (const Member& member : room.members) {
    if (member.player != player) continue;
    link_->send_control(member.peer, encode(ControlMessage(SnapshotWanted{})));
  }
}

void RelayServer::hand_on_snapshots(Room& room, Instant now) {
  const Tick oldest = room.match.clock() - fresh_seconds * room.match.log().setup().tick_rate;
  room.desk.forget(oldest);
  const auto wants = [](const auto& reader) { return reader.delivery.is_wanted; };
  const bool is_wanted = std::any_of(room.members.begin(), room.members.end(), wants) ||
                         std::any_of(room.spectators.begin(), room.spectators.end(), wants);
  if (is_wanted || room.desk.is_asking()) ask_for_snapshot(room, is_wanted, oldest, now);
  for (Member& member : room.members) {
    if (member.is_connected) hand_on(room, member.peer, member.delivery, room.horizon_written, now);
  }
  const Tick clock = room.position(now).first;
  for (Spectator& spectator : room.spectators) {
    const Tick seen = std::min(room.horizon_written, clock - spectator.delay_ticks);
    hand_on(room, spectator.peer, spectator.delivery, seen, now);
  }
}

void RelayServer::hand_on(Room& room, PeerId peer, Delivery& delivery, Tick seen, Instant now) {
  if (delivery.is_wanted) {
    const auto& held = room.desk.held();
    const Tick oldest = seen - fresh_seconds * room.match.log().setup().tick_rate;
    if (held && held->tick >= oldest && held->tick <= seen) {
      delivery = {.is_wanted = false, .sender = SnapshotSender(held)};
      ++statistics_.snapshots;
    } else if (room.desk.is_hopeless(now) || room.match.is_over() || (held && held->tick > seen)) {
      // Who watches from behind would see what it is not to see yet.
      delivery.is_wanted = false;
      link_->send_control(peer, encode(ControlMessage(NoSnapshot{})));
    }
  }
  if (!delivery.sender) return;
  if (const auto piece = delivery.sender->next(now)) {
    link_->send_control(peer, encode(ControlMessage(*piece)));
  }
  if (delivery.sender->is_done()) delivery.sender.reset();
}

}  // namespace tutti
