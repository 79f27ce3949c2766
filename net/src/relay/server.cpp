#include "tutti/net/server.hpp"

#include <algorithm>

#include "relay/room.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti {

RelayServer::RelayServer(Link& link, Journal& journal, Options options)
    : link_(&link),
      journal_(&journal),
      options_(options),
      random_(options.seed[0] ^ options.seed[1], 7) {}

RelayServer::~RelayServer() = default;

void RelayServer::pass(Instant now) {
  if (first_pass_ == Instant{}) first_pass_ = now;
  // Sockets are drained before any clock advances, so that what arrived in time counts as in time.
  link_->service(now);
  while (const auto arrival = link_->receive())
    take(*arrival, now);
  drop_strangers(now);
  for (auto& [code, room] : rooms_)
    run_room(*room, now);
  // Written before told: one write for all matches, then the datagrams.
  const JournalStatus& journal = journal_->status();
  if (!TUTTI_MUTANT(told_before_written)) journal_->flush(now.time_since_epoch());
  for (auto entry = rooms_.begin(); entry != rooms_.end();) {
    Room& room = *entry->second;
    compare(room, now);
    // A disk that fails stops no match, but what is told now may be lost with this process.
    if (room.written_at > journal.written || journal_->is_unwritten(room.journal_match)) {
      room.is_unwritten = true;
    }
    tell(room, now);
    hand_on_snapshots(room, now);
    if (!room.is_finished && is_finished(room, now)) finish(room);
    const bool is_done = room.is_finished && room.spectators.empty();
    entry = is_done ? rooms_.erase(entry) : std::next(entry);
  }
  if (TUTTI_MUTANT(told_before_written)) journal_->flush(now.time_since_epoch());
  link_->service(now);
}

void RelayServer::end_all() {
  for (auto& [code, room] : rooms_) {
    settle_recovery(*room);
    if (!room->match.is_over()) room->end_reason = EndReason::operator_ended;
    room->match.handle(command::End{});
  }
}

const RelayMatch* RelayServer::match(const std::string& room) const {
  const auto found = rooms_.find(room);
  return found == rooms_.end() ? nullptr : &found->second->match;
}

std::optional<MatchRecord> RelayServer::next_finished() {
  if (finished_.empty()) return std::nullopt;
  MatchRecord record = std::move(finished_.front());
  finished_.erase(finished_.begin());
  return record;
}

void RelayServer::run_room(Room& room, Instant now) {
  drop_lost(room, now);
  drop_spectators(room, now);
  if (room.recovery) recover(room, now);
  if (room.recovery) return;
  if (room.waits_until) {
    // Of a branch, those whose slots nobody is to take will not come.
    const bool is_branch = std::any_of(room.members.begin(), room.members.end(),
                                       [](const Member& member) { return member.is_open; });
    const bool all_back =
        std::all_of(room.members.begin(), room.members.end(), [&](const Member& member) {
          return member.is_connected || (is_branch && !member.is_open);
        });
    if (all_back || now > *room.waits_until) {
      room.waits_until.reset();
    } else {
      room.origin = now - room.tick_length() * room.match.clock().value;
    }
  }
  // At most two ticks a pass: after a pause of the whole relay the match goes on where it stood,
  // instead of racing through ticks in which nobody could act.
  constexpr std::int64_t ticks_per_pass = 2;
  const Duration length = room.tick_length();
  const Tick due{(now - room.origin) / length};
  const Tick clock = std::min(due, room.match.clock() + ticks_per_pass);
  if (clock < due) room.origin = now - length * clock.value;
  room.match.handle(command::Advance{clock});
  // What it did not take, because it stands still, it need not catch up with.
  room.origin += length * (clock - room.match.clock());
  remove_gone(room);
  if (room.members.empty() && !room.match.is_over()) {
    if (!room.empty_since) room.empty_since = now;
    if (now - *room.empty_since > options_.empty_room_timeout) room.match.handle(command::End{});
  }
  if (room.match.is_over() && !room.over_since) {
    room.over_since = now;
    // As it is now: who leaves after the end did not end it.
    if (room.members.empty()) room.end_reason = EndReason::everyone_left;
  }
  write_down(room, now);
}

void RelayServer::write_down(Room& room, Instant now) {
  if (const auto margins = room.match.take_margins(); !margins.empty()) {
    journal_->append(room.journal_match, margins);
    room.margins.insert(room.margins.end(), margins.begin(), margins.end());
  }
  const RelayMatch& match = room.match;
  if (room.written == match.accepted_count() && room.horizon_written == match.horizon()) return;
  // What is told must be written, so a bare horizon is written as seldom as it is told.
  const bool has_events = room.written < match.accepted_count();
  const bool is_due =
      (!room.spectators.empty() && match.horizon() - room.horizon_written >= quiet_horizon_ticks) ||
      std::any_of(room.members.begin(), room.members.end(), [&](const Member& member) {
        return member.is_connected && is_horizon_due(room, member, match.horizon(), now);
      });
  if (!has_events && !is_due && !match.is_over()) return;
  std::vector<EventView> events;
  for (std::uint32_t i = room.written; i < match.accepted_count(); ++i) {
    events.push_back(match.accepted(i).event);
  }
  const std::optional<JournalPosition> at = journal_->append(
      room.journal_match, EventBatch{.first_sequence = std::uint64_t{room.written} + 1,
                                     .events = events,
                                     .horizon = match.horizon()});
  room.written_at = at.value_or(room.written_at);
  statistics_.events += events.size();
  room.written = match.accepted_count();
  room.horizon_written = match.horizon();
}

bool RelayServer::is_finished(const Room& room, Instant now) const {
  if (!room.over_since) return false;
  const Tick end = *room.match.log().ended();
  const bool all_reported =
      std::all_of(room.members.begin(), room.members.end(), [&](const Member& member) {
        return !member.is_connected || (member.digest_known && *member.digest_known >= end &&
                                        member.feed.received == room.match.accepted_count());
      });
  return (all_reported && !room.comparison.is_busy()) ||
         now - *room.over_since > options_.closing_time;
}

MatchRecord RelayServer::record_of(const Room& room) {
  const Log& log = room.match.log();
  MatchRecord record(MatchOpening{
      .room = room.code, .started_utc = room.started_utc, .build = {}, .setup = log.setup()});
  for (const EventView& event : log.events().subspan(1)) {
    const Log::Added added = record.log.add(event);
    TUTTI_ASSERT(added == Log::Added::yes, event.tick);
  }
  record.log.close(log.horizon());
  record.digests = room.digests;
  record.desyncs = room.desyncs;
  record.margins = room.margins;
  if (room.over_since) record.end = room.end_reason;
  record.is_unwritten = room.is_unwritten;
  return record;
}

std::vector<MatchNumber> RelayServer::copy_matches(Journal& journal) {
  std::vector<MatchNumber> numbers;
  for (const auto& [code, room] : rooms_) {
    settle_recovery(*room);
    numbers.push_back(room->is_finished ? MatchNumber{} : journal.copy(record_of(*room)));
  }
  return numbers;
}

void RelayServer::continue_in(Journal& journal, std::span<const MatchNumber> numbers) {
  TUTTI_ASSERT(numbers.size() == rooms_.size(), numbers.size());
  journal_ = &journal;
  std::size_t next = 0;
  for (auto& [code, room] : rooms_) {
    room->journal_match = numbers[next++];
    room->written = room->match.accepted_count();
    room->horizon_written = room->match.horizon();
    room->written_at = {};  // a place in the other journal; in this one all of it is written
  }
}

void RelayServer::appoint_referee(Room& room) const {
  if (!options_.referee) return;
  if (auto game = options_.referee(room.match.log().setup().rules)) {
    room.comparison.appoint(std::move(*game));
  }
}

void RelayServer::finish(Room& room) {
  room.comparison.finish(room.match.log());
  take_findings(room);
  const Log& log = room.match.log();
  journal_->append(room.journal_match,
                   MatchEnd{*log.ended(), log.head(), room.end_reason, room.is_unwritten});
  finished_.push_back(record_of(room));
  statistics_.moved += room.match.statistics().moved;
  statistics_.snapshots_refused += room.desk.refused();
  ++statistics_.matches_finished;
  statistics_.matches_unwritten += room.is_unwritten;
  for (const Member& member : room.members) {
    if (!member.is_connected) continue;
    peers_.erase(member.peer);
    link_->disconnect(member.peer);
  }
  room.members.clear();
  room.is_finished = true;
}

}  // namespace tutti
