// A relay that is started again: it takes its matches from the journal, lets those who were in them
// come back, and asks them for what its disk may have lost (promise O5).

#include <algorithm>

#include "relay/adoption.hpp"
#include "relay/room.hpp"
#include "tutti/net/server.hpp"
#include "tutti/replay/journal_recovery.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti {

namespace {

/// Not simply the next epoch: a relay that lost power may find a log that does not know of a life
/// before this one, and who heard that life must see the difference.
constexpr std::uint32_t epochs_apart = 1 << 16;

std::uint32_t latest_epoch(const Log& log) {
  std::uint32_t epoch = 0;
  for (const EventView& event : log.events()) {
    const auto relay_event =
        event.author.is_relay() ? decode_relay_event(event.payload) : std::nullopt;
    if (relay_event && relay_event->kind == EventKind::restarted) epoch = relay_event->number;
  }
  return epoch;
}

/// The slots that the last event `Branched` names, as bits.
std::uint64_t open_slots(const Log& log) {
  std::uint64_t slots = 0;
  for (const EventView& event : log.events()) {
    const auto relay_event =
        event.author.is_relay() ? decode_relay_event(event.payload) : std::nullopt;
    if (relay_event && relay_event->kind == EventKind::branched) slots = relay_event->slots;
  }
  return slots;
}

}  // namespace

void RelayServer::restore(MatchNumber number, const MatchRecord& record, Instant now) {
  std::uint32_t epoch = latest_epoch(record.log);
  if (!TUTTI_MUTANT(epoch_is_reused)) epoch += 1 + random_.below(epochs_apart);
  RelayMatch match({.setup = record.log.setup()}, record.log, epoch);
  auto room = std::make_unique<Room>(record.room, std::move(match), now);
  room->journal_match = number;
  room->epoch = epoch;
  room->waits_until = now + options_.return_time;
  room->started_utc = record.started_utc;
  room->digests = record.digests;
  // A power loss may have left digests of ticks that it took away.
  std::erase_if(room->digests, [&](const RecordedDigest& digest) {
    return digest.tick > record.log.horizon() || record.log.head(digest.tick) != digest.head;
  });
  room->desyncs = record.desyncs;
  room->margins = record.margins;
  appoint_referee(*room);
  room->comparison.recall(record.digests, record.desyncs, record.log.horizon());
  room->recovery.emplace(detail::copy_log(record.log));
  room->recovery->until = now + options_.tail_time;
  room->recovery->now = now;
  match_members(*room, now);
  rooms_[record.room] = std::move(room);
}

/// Those who are in the match, as its log says: who is not connected is waited for.
void RelayServer::match_members(Room& room, Instant now) {
  std::erase_if(room.members, [&](const Member& member) {
    const bool is_in =
        room.match.is_taken(member.player) &&
        (member.is_open || room.match.resume_hash(member.player) == member.resume_hash);
    if (!is_in && member.is_connected) {
      link_->send_control(member.peer,
                          encode(ControlMessage(Refused{
                              Refusal::removed, "you are out of the match in room " + room.code})));
      link_->disconnect(member.peer);
      peers_.erase(member.peer);
    }
    return !is_in;
  });
  const std::uint64_t open = open_slots(room.match.log());
  for (std::uint8_t slot = 0; slot < room.match.log().setup().players; ++slot) {
    const PlayerId player{slot};
    const bool is_known = std::any_of(room.members.begin(), room.members.end(),
                                      [&](const Member& other) { return other.player == player; });
    if (!room.match.is_taken(player) || is_known) continue;
    room.members.push_back({.player = player,
                            .resume_hash = room.match.resume_hash(player),
                            .is_connected = false,
                            .is_open = ((open >> slot) & 1U) != 0,
                            .feed = {.heard = now}});
  }
}

bool RelayServer::is_recovering(const std::string& room) const {
  const auto found = rooms_.find(room);
  return found != rooms_.end() && found->second->recovery.has_value();
}

void RelayServer::ask_for_tail(const Room& room, const Member& member) {
  const Log& found = room.recovery->found;
  link_->send_control(member.peer,
                      encode(ControlMessage(TailWanted{found.horizon(), found.head()})));
}

bool RelayServer::take_tail(PeerId peer, const ControlMessage& message) {
  const auto* tail = std::get_if<Tail>(&message);
  const auto entry = peers_.find(peer);
  Room* room = entry == peers_.end() ? nullptr : entry->second.room;
  if (tail == nullptr || room == nullptr) return false;
  const auto member =
      std::find_if(room->members.begin(), room->members.end(),
                   [&](const Member& other) { return other.is_connected && other.peer == peer; });
  if (member == room->members.end()) return false;
  if (room->recovery) room->recovery->tails[member->player] = *tail;  // else it comes too late
  return true;
}

void RelayServer::note_leaving(Room& room, const Hello& hello) {
  if (hello.role != Role::spectator || !hello.resume) return;
  const auto hash = digest_of(*hello.resume).bytes;
  for (const Member& member : room.members) {
    if (member.resume_hash == hash) room.recovery->leaving.push_back(member.player);
  }
}

void RelayServer::recover(Room& room, Instant now) {
  Recovery& recovery = *room.recovery;
  recovery.now = now;
  // The clock stands, however long that takes.
  room.origin = now - room.tick_length() * room.match.clock().value;
  const auto has_answered = [&](const Member& member) {
    const auto& leaving = recovery.leaving;
    return (member.is_connected && recovery.tails.contains(member.player)) ||
           std::find(leaving.begin(), leaving.end(), member.player) != leaving.end();
  };
  const bool all_answered = std::all_of(room.members.begin(), room.members.end(), has_answered);
  if (all_answered || now >= recovery.until) settle_recovery(room);
}

void RelayServer::settle_recovery(Room& room) {
  if (!room.recovery) return;
  const Recovery recovery = std::move(*room.recovery);
  room.recovery.reset();
  std::vector<Tail> tails;
  for (const auto& [player, tail] : recovery.tails)
    tails.push_back(tail);
  // Who plays alone harms nobody by a lie.
  const std::size_t witnesses = std::min(detail::tail_witnesses, room.match.player_count());
  const auto adopted = detail::adopt(recovery.found, tails, witnesses);
  if (adopted) {
    ++statistics_.adopted;
    room.match = RelayMatch({.setup = adopted->setup()}, *adopted, room.epoch);
    match_members(room, recovery.now);
  }
  write_recovered(room, recovery.found);
  room.origin = recovery.now - room.tick_length() * room.match.clock().value;
  for (Member& member : room.members) {
    member.first_counter = room.match.counted(member.player);
    // Counters may have gone on in what was adopted.
    if (adopted && member.is_connected) welcome(room, member);
  }
  for (const PlayerId player : recovery.goodbyes) {
    room.match.handle(command::Leave{player, LeaveReason::quit});
  }
  for (const auto& [peer, hello] : recovery.hellos)
    take_hello(peer, hello, recovery.now);
}

/// What the journal does not have: what was adopted, and how this life of the relay begins.
void RelayServer::write_recovered(Room& room, const Log& found) {
  std::vector<EventView> events;
  for (const EventView& event : room.match.log().events()) {
    const auto known = found.events_at(event.tick);
    const bool is_found = std::any_of(known.begin(), known.end(), [&](const EventView& other) {
      return canonical_order(other, event) == 0;
    });
    if (!is_found) events.push_back(event);
  }
  if (!TUTTI_MUTANT(restart_is_not_written)) {
    const auto at =
        journal_->append(room.journal_match, EventBatch{.first_sequence = found.events().size(),
                                                        .events = events,
                                                        .horizon = room.match.horizon()});
    room.written_at = at.value_or(room.written_at);
  }
  statistics_.events += events.size();
  room.written = room.match.accepted_count();
  room.horizon_written = room.match.horizon();
}

Result<RenewedJournal> renew_journal(Storage& storage, const std::string& path,
                                     RelayServer& server) {
  const std::string next = next_journal_path(path);
  if (Result<void> cleared = storage.replace(next, {}); !cleared) {
    return Unexpected{cleared.error()};
  }
  Result<Journal> opened = Journal::open(storage, next);
  if (!opened) return Unexpected{opened.error()};
  RenewedJournal renewed{.journal = std::move(*opened)};
  renewed.numbers = server.copy_matches(renewed.journal);
  if (const auto& error = renewed.journal.flush_and_sync().error) return Unexpected{*error};
  if (Result<void> renamed = storage.rename(next, path); !renamed) {
    return Unexpected{renamed.error()};
  }
  return renewed;
}

}  // namespace tutti
