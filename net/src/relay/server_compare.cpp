// The comparison of a room's states: carries it to its players, the journal and the statistics.

#include <algorithm>

#include "relay/room.hpp"
#include "tutti/net/server.hpp"

namespace tutti {

namespace {
constexpr std::size_t desyncs_most = 16;
}  // namespace

bool RelayServer::take_answer(PeerId peer, const ControlMessage& message) {
  const auto* refolded = std::get_if<Refolded>(&message);
  const auto* evidence = std::get_if<Evidence>(&message);
  const auto entry = peers_.find(peer);
  Room* room = entry == peers_.end() ? nullptr : entry->second.room;
  if (room == nullptr || (refolded == nullptr && evidence == nullptr)) return false;
  const auto member =
      std::find_if(room->members.begin(), room->members.end(),
                   [&](const Member& other) { return other.is_connected && other.peer == peer; });
  if (member == room->members.end()) return false;
  if (refolded != nullptr) room->comparison.answer(member->player, *refolded);
  if (evidence != nullptr) room->comparison.answer(member->player, *evidence);
  return true;
}

void RelayServer::compare(Room& room, Instant now) {
  if (room.is_finished) return;
  std::vector<Comparison::Member> members;
  members.reserve(room.members.size());
  for (const Member& member : room.members)
    members.push_back({member.player, member.is_connected});
  room.comparison.pass(now, members, room.match.log());
  while (const auto message = room.comparison.next_message()) {
    const auto member = std::find_if(
        room.members.begin(), room.members.end(),
        [&](const Member& other) { return other.is_connected && other.player == message->first; });
    if (member != room.members.end()) link_->send_control(member->peer, encode(message->second));
  }
  if (room.comparison.take_opened()) ++statistics_.diverged;
  take_findings(room);
}

void RelayServer::take_findings(Room& room) {
  while (const auto agreed = room.comparison.next_agreed()) {
    room.digests.push_back(*agreed);
    journal_->append(room.journal_match, std::span(&*agreed, 1));
  }
  while (const auto finding = room.comparison.next_finding()) {
    room.desyncs.push_back(*finding);
    journal_->append(room.journal_match, *finding);
    statistics_.mended += finding->verdict == DesyncVerdict::mended;
    statistics_.disputed += finding->verdict == DesyncVerdict::disputed;
  }
  while (auto bundle = room.comparison.next_bundle()) {
    if (desyncs_.size() == desyncs_most) desyncs_.pop_front();  // nobody takes them
    desyncs_.push_back({record_of(room), std::move(*bundle)});
  }
}

std::optional<RelayServer::FoundDesync> RelayServer::next_desync() {
  if (desyncs_.empty()) return std::nullopt;
  FoundDesync found = std::move(desyncs_.front());
  desyncs_.pop_front();
  return found;
}

}  // namespace tutti
