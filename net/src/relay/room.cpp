#include "relay/room.hpp"

#include <algorithm>

#include "relay/tell.hpp"
#include "tutti/net/compared_ticks.hpp"
#include "tutti/replay/signature.hpp"
#include "tutti/sim/text.hpp"

namespace tutti::detail {

namespace {

constexpr Duration begun_for = std::chrono::seconds(10);

}  // namespace

Room::Room(Commons& commons, Journal& journal, const MatchOpening& opening, Instant now)
    : Venue(opening.room),
      commons_(&commons),
      match_(commons.match_options(opening.setup)),
      minutes_(journal, opening),
      clock_(opening.setup, match_.clock(), now),
      door_(opening.door),
      seats_(commons, code(), match_, door_.terms()),
      lobby_({this, &commons, &code(), &match_, &door_, &seats_}, true),
      deliveries_(commons),
      opened_at_(now) {
  if (auto referee = commons.referee_for(match_)) comparison_.appoint(std::move(*referee));
}

Room::Room(Commons& commons, Journal& journal, MatchNumber number, const MatchRecord& record,
           std::uint32_t epoch, Instant now)
    : Venue(record.room),
      commons_(&commons),
      match_(commons.match_options(record.log.setup()), record.log, epoch),
      minutes_(journal, number, record),
      clock_(record.log.setup(), match_.clock(), now),
      door_(record.door),
      seats_(commons, code(), match_, door_.terms()),
      lobby_({this, &commons, &code(), &match_, &door_, &seats_}, false),
      deliveries_(commons),
      recovery_(std::in_place, record.log, now + commons.options.tail_time, now),
      opened_at_(now),
      waits_until_(now + commons.options.return_time) {
  if (auto referee = commons.referee_for(match_)) comparison_.appoint(std::move(*referee));
  comparison_.recall(record.digests, record.desyncs, record.log.horizon());
  seats_.match_log(now);
}

void Room::wait_for_branch(Instant until) {
  settle_recovery();
  waits_until_ = until;
}

// ---- What peers say -----------------------------------------------------------------------------

void Room::enter(PeerId peer, const Hello& hello, Instant now) {
  const bool is_here = commons_->peers.venue_of(peer) == this;
  if (is_here && !is_change(peer, hello)) return;
  const bool is_in = seats_.of(peer).has_value();  // else it may wait in the lobby
  seats_.remove_gone();  // or a secret might still stand for a slot that somebody else has by now
  if (seats_.resume(peer, hello, now) != nullptr) {
    if (recovery_) commons_->peers.send(peer, recovery_->question());
  } else if (!is_in && !door_.opens_to(hello.password)) {
    commons_->turn_away(peer, code(), now);
  } else if (recovery_ && Recovery::must_wait(hello, is_in)) {
    recovery_->postpone(peer, hello, seats_);
  } else if (lobby_.lets_in(peer, hello, now)) {
    seats_.enter(peer, hello, now);
  }
  if (seats_.of(peer) || lobby_.has(peer)) commons_->peers.enter(peer, *this);
  note_key(peer);
}

/// The key of a client that plays is written down, for signatures to speak of.
void Room::note_key(PeerId peer) {
  const auto key = commons_->peers.key_of(peer);
  const auto seat = seats_.of(peer);
  const PlayerSeat* player = seat ? player_at(*seat) : nullptr;
  if (key && player != nullptr && !player->is_open) minutes_.write({player->resume_hash, *key});
}

bool Room::is_change(PeerId peer, const Hello& hello) const {
  const Role watches = seats_.is_watching(peer) ? Role::spectator : Role::player;
  return hello.room == code() && hello.role != lobby_.wish(peer).value_or(watches);
}

bool Room::take(PeerId peer, const ControlMessage& message, Instant now) {
  const std::optional<Seat> seat = seats_.of(peer);
  if (!seat) return false;
  if (!may_order()) return true;  // whatever it asks for would be an event
  return std::visit([&](const auto& content) { return take_from(*seat, content, now); }, message);
}

bool Room::take(PeerId peer, const PlayUp& message, Instant now) {
  const std::optional<Seat> seat = seats_.of(peer);
  if (!seat) return false;
  return std::visit([&](auto* place) { return take_from(*place, message, now); }, *seat);
}

bool Room::take_from(PlayerSeat& seat, const PlayUp& message, Instant now) {
  const bool is_possible = seat.order.has(message.received, match_);
  if (!is_possible || !seat.feed.is_of(message, match_.epoch())) return false;
  seat.feed.hear(message, now);
  if (recovery_ || !may_order()) return true;
  if (!seat.intake.hand_on(message, seat.all(), match_)) return false;
  return !message.digest || take_digest(seat, *message.digest);
}

bool Room::take_digest(PlayerSeat& seat, const DigestReport& report) {
  seat.is_digest_told = false;
  if (seat.digest_known && report.tick <= *seat.digest_known) return true;
  const auto head = match_.log().head(report.tick);
  // Of a player who is far behind: nobody else reports that tick any more.
  if (!head && report.tick <= match_.horizon() && report.tick >= Tick{}) {
    seat.digest_known = report.tick;
    return true;
  }
  // Neither a fold of another log nor ticks that nobody else reports, which would only crowd out
  // those that are compared.
  if (!head || !is_compared(report.tick, match_.log()) ||
      !std::equal(report.head.begin(), report.head.end(), head->bytes.begin())) {
    return false;
  }
  seat.digest_known = report.tick;
  deliveries_.witness(seat.player, report.tick, report.digest);
  comparison_.report(seat.player, report, *head);
  return true;
}

bool Room::take_from(SpectatorSeat& seat, const PlayUp& message, Instant now) {
  return Spectators::take(seat, message, match_.log().count(), now);
}

bool Room::take_from(const Seat& seat, const Kick& kick, Instant) {
  if (!seats_.creator(seat)) return false;
  settle_recovery();
  match_.handle(command::Leave{kick.player, LeaveReason::kicked});
  return true;
}

bool Room::take_from(const Seat& seat, const Correct& correct, Instant) {
  const std::optional<PlayerId> player = seats_.creator(seat);
  if (!player) return false;
  settle_recovery();
  match_.handle(
      command::Correct{*player, correct.correction, correct.about, presentable(correct.text)});
  return true;
}

bool Room::take_from(const Seat& seat, const SnapshotPiece& piece, Instant now) {
  const PlayerSeat* player = player_at(seat);
  return player != nullptr && deliveries_.take(player->player, piece, now);
}

bool Room::take_from(const Seat& seat, const Tail& tail, Instant) {
  const PlayerSeat* player = player_at(seat);
  if (player != nullptr && recovery_) recovery_->answer(player->player, tail);  // else too late
  return player != nullptr;
}

bool Room::take_from(const Seat& seat, const Vouch& vouch, Instant) {
  const PlayerSeat* player = player_at(seat);
  const auto key = player == nullptr ? std::nullopt : commons_->peers.key_of(player->peer);
  return key && !recovery_ && minutes_.take({player->player, *key}, vouch, match_);
}

void Room::leave(PeerId peer) {
  if (!may_order()) return lose(peer);
  const std::optional<Seat> seat = seats_.of(peer);
  PlayerSeat* player = seat ? player_at(*seat) : nullptr;
  if (player != nullptr && recovery_) {
    recovery_->leave(player->all());
    player->is_connected = false;
  } else if (player != nullptr) {
    seats_.leave(*player);
  }
  seats_.remove_spectator(peer);
  lobby_.lose(peer);
}

// ---- Time ---------------------------------------------------------------------------------------

void Room::advance(Instant now) {
  if (!may_order()) return clock_.stand(match_.clock(), now);
  seats_.drop_lost(now);
  seats_.drop_spectators(over_since_, clock_.tick_length(), now);
  headcount_.pass(seats_, commons_->peers, now);
  lobby_.pass(now);
  if (recovery_) {
    clock_.stand(match_.clock(), now);  // however long that takes
    if (!recovery_->is_complete(seats_, now)) return;
    settle_recovery();
  }
  if (is_waiting(now)) clock_.stand(match_.clock(), now);
  const Tick before = match_.clock();
  const Tick clock = clock_.next(before, now);
  match_.handle(command::Advance{clock});
  commons_->note_ticks(match_.clock() - before, clock_.take_missed());
  clock_.skip(clock, match_.clock());
  seats_.remove_gone();
  const bool is_empty = seats_.players().empty();
  const bool is_deserted = is_empty && now - opened_at_ > commons_->options.empty_room_timeout;
  if (is_deserted && !match_.is_over()) match_.handle(command::End{});
  if (match_.is_over() && !over_since_) {
    over_since_ = now;
    // As it is now: a player who leaves after the end did not end it.
    if (is_empty) end_reason_ = EndReason::everyone_left;
  }
  chronicle_.tell(*commons_, code(), match_, seats_);
  write_down(now);
}

/// For its players to come back, or for newcomers to take the open slots of a branch.
bool Room::is_waiting(Instant now) {
  if (!waits_until_) return false;
  if (seats_.are_all_back() || now > *waits_until_) waits_until_.reset();
  return waits_until_.has_value();
}

void Room::write_down(Instant now) {
  minutes_.write(match_.take_margins());
  if (is_putting_away(now)) minutes_.put_away(match_);
  if (minutes_.has_all_of(match_)) return;
  // A told horizon must be written, so a bare one is written as seldom as it is told.
  const bool is_due = !minutes_.has_all_events_of(match_) || match_.is_over() ||
                      is_horizon_due(match_, seats_, minutes_, clock_.tick_length(), now);
  if (is_due) commons_->statistics.events += minutes_.write(match_);
}

/// Not of a match that has just begun, or begun again.
bool Room::is_putting_away(Instant now) const {
  return commons_->options.puts_away && !recovery_ && !match_.is_over() &&
         now - opened_at_ > begun_for;
}

void Room::tell(Instant now) {
  compare(now);
  minutes_.look_whether_written(match_);
  const auto [clock, into_tick] = position(now);
  const Present present{.match = match_,
                        .minutes = minutes_,
                        .history = minutes_.history(),
                        .comparison = comparison_,
                        .clock = clock,
                        .into_tick = into_tick,
                        .tick_length = clock_.tick_length(),
                        .is_standing = match_.is_standing() || waits_until_ || !may_order(),
                        .is_recovering = recovery_.has_value()};
  for (PlayerSeat& seat : seats_.players()) {
    if (seat.is_connected) tell_all(present, seat, commons_->peers, now);
  }
  FinalEventsOfMatch events(match_, minutes_.history());
  tell_spectators({.events = events,
                   .horizon = minutes_.horizon(),
                   .durable = minutes_.durable(),
                   .clock = clock,
                   .into_tick = into_tick,
                   .tick_length = clock_.tick_length(),
                   .is_standing = present.is_standing},
                  seats_.spectators(), commons_->peers, now);
  deliveries_.pass({match_, minutes_.horizon(), clock}, seats_, now);
  replication_.pass(seats_, *commons_, code(), minutes_.horizon(), over_since_.has_value(), now);
  if (may_order() && is_to_finish(now)) finish();
}

Instant Room::next_due(Instant now) const {
  // In the ordinary course of a match everything is due at a known moment.
  const bool is_ordinary =
      !recovery_ && !waits_until_ && !over_since_ && !match_.is_over() && !seats_.players().empty();
  if (!is_ordinary || deliveries_.is_busy() || comparison_.is_busy()) return {};
  Instant due = std::min(clock_.next_at(match_.clock()), seats_.next_lost());
  for (const PlayerSeat& seat : seats_.players()) {
    if (!seat.is_connected) continue;
    due = std::min(due, detail::next_due(match_, seat, clock_.tick_length(), now));
  }
  return std::min({due, seats_.next_watched(), lobby_.next_due(), headcount_.next_due(seats_)});
}

void Room::end() {
  settle_recovery();
  if (!match_.is_over()) end_reason_ = EndReason::operator_ended;
  match_.handle(command::End{});
}

// ---- Players' states ----------------------------------------------------------------------------

void Room::compare(Instant now) {
  if (is_finished_) return;
  std::vector<Comparison::Member> members;
  members.reserve(seats_.players().size());
  for (const PlayerSeat& seat : seats_.players())
    members.push_back({seat.player, seat.is_connected});
  FinalEventsOfMatch events(match_, minutes_.history());
  comparison_.pass(now, members, {match_.log().setup(), events});
  while (const auto message = comparison_.next_message()) {
    const PlayerSeat* seat = seats_.connected(message->first);
    if (seat != nullptr) commons_->peers.send(seat->peer, message->second);
  }
  if (comparison_.take_opened()) ++commons_->statistics.diverged;
  take_findings();
}

void Room::take_findings() {
  while (const auto agreed = comparison_.next_agreed())
    minutes_.write(*agreed);
  while (const auto finding = comparison_.next_finding()) {
    minutes_.write(*finding);
    commons_->statistics.mended += finding->verdict == DesyncVerdict::mended;
    commons_->statistics.disputed += finding->verdict == DesyncVerdict::disputed;
    commons_->report(news::Diverged{code(), *finding});
  }
  while (auto bundle = comparison_.next_bundle()) {
    commons_->keep({journaled(), std::move(*bundle)});
  }
}

// ---- The end ------------------------------------------------------------------------------------

JournaledMatch Room::journaled() const {
  return minutes_.journaled(match_, over_since_ ? std::optional(end_reason_) : std::nullopt);
}

Result<MatchNumber> Room::copy_into(Journal& journal) {
  settle_recovery();
  // Who reads the journal so far behind the relay must have had all that is in the copies.
  if (!minutes_.has_all_of(match_)) commons_->statistics.events += minutes_.write(match_);
  // One that is recorded is needed only by spectators who read what was put away.
  if (is_finished_ && !minutes_.history().has_pages()) return MatchNumber{};
  return minutes_.copy_into(journal, match_,
                            is_finished_ ? std::optional(end_reason_) : std::nullopt);
}

bool Room::is_to_finish(Instant now) const {
  if (!over_since_ || is_finished_) return false;
  const Tick end = *match_.log().ended();
  const auto& players = seats_.players();
  const bool all_reported =
      std::all_of(players.begin(), players.end(), [&](const PlayerSeat& seat) {
        const auto key = commons_->peers.key_of(seat.peer);
        return !seat.is_connected || (seat.digest_known && *seat.digest_known >= end &&
                                      seat.feed.received() == match_.accepted_count() &&
                                      (!key || minutes_.has_signed(seat.player, *key, end)));
      });
  const bool is_settled =
      minutes_.durable() >= end && !comparison_.is_busy() && replication_.has_all(*commons_, end);
  return (all_reported && is_settled) || now - *over_since_ > commons_->options.closing_time;
}

void Room::finish() {
  FinalEventsOfMatch events(match_, minutes_.history());
  comparison_.finish({match_.log().setup(), events});
  take_findings();
  minutes_.write_end(match_.log(), end_reason_);
  RelayStatistics& statistics = commons_->statistics;
  commons_->finished.push_back(journaled());
  statistics.moved += match_.statistics().moved;
  statistics.refused_events += match_.statistics().over_budget;
  statistics.holds_ended += match_.statistics().has_held_enough;
  statistics.snapshots_refused += deliveries_.desk().refused();
  ++statistics.matches_finished;
  commons_->report(news::Ended{code(), end_reason_, *match_.log().ended()});
  statistics.matches_unwritten += minutes_.is_unwritten();
  seats_.drop_players();
  is_finished_ = true;
}

}  // namespace tutti::detail
