// What clients say to the relay while they play.

#include <algorithm>

#include "room.hpp"
#include "tutti/net/server.hpp"

namespace tutti {

void RelayServer::take_play(Room& room, Member& member, const PlayUp& message, Instant now) {
  if (message.is_canonical || message.epoch != room.epoch ||
      message.received > room.match.accepted_count()) {
    ++statistics_.refused_messages;
    return;
  }
  member.feed.hear(message, now);
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
  if (!message.is_canonical || message.epoch != room.epoch || !is_possible) {
    ++statistics_.refused_messages;
    return;
  }
  spectator.feed.hear(message, now);
}

void RelayServer::take_digest(Room& room, Member& member, const DigestReport& report) {
  if (member.digest_known && report.tick <= *member.digest_known) return;
  const auto head = room.match.log().head(report.tick);
  if (!head || !std::equal(report.head.begin(), report.head.end(), head->bytes.begin())) {
    ++statistics_.refused_messages;  // not a fold of this log
    return;
  }
  member.digest_known = report.tick;
  auto pending = std::find_if(room.pending.begin(), room.pending.end(),
                              [&](const PendingDigest& p) { return p.tick == report.tick; });
  if (pending == room.pending.end()) {
    constexpr std::size_t pending_most = 16;
    if (room.pending.size() == pending_most) room.pending.erase(room.pending.begin());
    pending = room.pending.insert(room.pending.end(), {report.tick, {}});
  }
  for (const auto& [player, other] : pending->reports) {
    if (other.digest == report.digest || room.diverged) continue;
    room.diverged = report.tick;
    ++statistics_.diverged;
  }
  pending->reports.emplace_back(member.player, report);
  record_agreed(room, {report.tick, *head, report.digest}, *pending);
}

void RelayServer::record_agreed(Room& room, const RecordedDigest& digest,
                                const PendingDigest& pending) {
  // Two who agree, or the only one there is: a single witness of many might be the one who is
  // wrong.
  const auto is_same = [&](const auto& report) { return report.second.digest == digest.state; };
  const auto agreeing = std::count_if(pending.reports.begin(), pending.reports.end(), is_same);
  const bool is_agreed = agreeing >= 2 || room.members.size() == 1;
  const bool is_next = room.digests.empty() || room.digests.back().tick < digest.tick;
  if (!is_agreed || !is_next || room.diverged) return;
  room.digests.push_back(digest);
  journal_->append(room.journal_match, std::span(&digest, 1));
}

}  // namespace tutti
