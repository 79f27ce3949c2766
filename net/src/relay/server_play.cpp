// What clients say to the relay while they play, and what a room's creator orders.

#include <algorithm>

#include "relay/room.hpp"
#include "tutti/net/compared_ticks.hpp"
#include "tutti/net/server.hpp"
#include "tutti/sim/text.hpp"

namespace tutti {

void RelayServer::take_play(Room& room, Member& member, const PlayUp& message, Instant now) {
  if (message.generation != member.feed.generation || message.epoch != room.epoch ||
      message.received > room.match.accepted_count()) {
    ++statistics_.refused_messages;
    return;
  }
  member.feed.hear(message, now);
  if (room.recovery) return;
  // Events first: the announcement speaks of what follows them.
  std::uint32_t counter = message.first_counter;
  for (const OfferedEvent& event : message.events) {
    room.match.handle(command::Offer{member.player, counter++, event.stamp, event.payload});
  }
  room.match.handle(command::Announce{member.player, message.progress});
  if (message.digest) take_digest(room, member, *message.digest);
}

void RelayServer::take_play(Room& room, Spectator& spectator, const PlayUp& message, Instant now) {
  // Whatever else it says is nobody's business: who watches changes nothing.
  const bool is_possible = message.received < room.match.log().events().size();
  if (message.generation != spectator.feed.generation || message.epoch != room.epoch ||
      !is_possible) {
    ++statistics_.refused_messages;
    return;
  }
  spectator.feed.hear(message, now);
}

void RelayServer::take_digest(Room& room, Member& member, const DigestReport& report) {
  member.is_digest_told = false;
  if (member.digest_known && report.tick <= *member.digest_known) return;
  const auto head = room.match.log().head(report.tick);
  // Neither a fold of another log nor ticks that nobody else reports, which would only crowd out
  // those that are compared.
  if (!head || !is_compared(report.tick, room.match.log()) ||
      !std::equal(report.head.begin(), report.head.end(), head->bytes.begin())) {
    ++statistics_.refused_messages;
    return;
  }
  member.digest_known = report.tick;
  room.desk.witness(member.player, report.tick, report.digest);
  room.comparison.report(member.player, report);
}

bool RelayServer::take_order(PeerId peer, const ControlMessage& message) {
  const auto entry = peers_.find(peer);
  Room* room = entry == peers_.end() ? nullptr : entry->second.room;
  if (room == nullptr) return false;
  const auto member =
      std::find_if(room->members.begin(), room->members.end(),
                   [&](const Member& other) { return other.is_connected && other.peer == peer; });
  if (member == room->members.end()) return false;  // it only watches
  const bool is_order = std::holds_alternative<Kick>(message) ||
                        std::holds_alternative<Correct>(message) ||
                        std::holds_alternative<EndMatch>(message);
  if (!is_order || !room->match.is_creator(member->player)) return false;
  settle_recovery(*room);
  if (const auto* kick = std::get_if<Kick>(&message)) {
    room->match.handle(command::Leave{kick->player, LeaveReason::kicked});
  } else if (const auto* correct = std::get_if<Correct>(&message)) {
    room->match.handle(command::Correct{member->player, correct->correction, correct->about,
                                        presentable(correct->text)});
  } else {
    if (!room->match.is_over()) room->end_reason = EndReason::operator_ended;
    room->match.handle(command::End{});
  }
  return true;
}

}  // namespace tutti
