#include "relay/seats.hpp"

#include <algorithm>

#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

namespace {

/// A match whose players do not change saves up for so long: 64 may come at once by default.
constexpr double join_seconds_kept = 32;

}  // namespace

// ---- Looking up ---------------------------------------------------------------------------------

std::optional<Seat> Seats::of(PeerId peer) {
  for (PlayerSeat& seat : players_) {
    if (seat.is_connected && seat.peer == peer) return &seat;
  }
  SpectatorSeat* const seat = spectators_.of(peer);
  return seat == nullptr ? std::nullopt : std::optional<Seat>(seat);
}

std::optional<PlayerId> Seats::creator(const Seat& seat) const {
  const PlayerSeat* player = player_at(seat);
  if (player == nullptr) return std::nullopt;
  for (const PlayerId one : player->all()) {
    if (match_->is_creator(one)) return one;
  }
  return std::nullopt;
}

PlayerSeat* Seats::connected(PlayerId player) {
  for (PlayerSeat& seat : players_) {
    if (seat.is_connected && seat.has(player)) return &seat;
  }
  return nullptr;
}

const PlayerSeat* Seats::with_secret(const ResumeSecret& secret) const {
  const auto hash = digest_of(secret).bytes;
  const auto found = std::find_if(players_.begin(), players_.end(),
                                  [&](const PlayerSeat& seat) { return seat.resume_hash == hash; });
  return found == players_.end() ? nullptr : &*found;
}

std::size_t Seats::away_count() const {
  return static_cast<std::size_t>(std::count_if(players_.begin(), players_.end(),
                                                [](auto& seat) { return !seat.is_connected; }));
}

// ---- Coming -------------------------------------------------------------------------------------

void Seats::enter(PeerId peer, const Hello& hello, Instant now) {
  if (hello.role == Role::spectator) return watch(peer, hello, now);
  if (const PlayerSeat* open = open_seat(hello)) return take_open_seat(*open, peer, hello, now);
  // Each of them is two events for good, for all who read the log.
  const double pace = TUTTI_MUTANT(matches_take_any_number) ? 0 : commons_->options.joins_per_room;
  if (!joins_.take(pace, join_seconds_kept, now)) {
    ++commons_->statistics.refused_joins;
    return commons_->refuse(
        peer, Refusal::room_full,
        "too many players come into room " + *room_ + " and leave it; try again in a minute");
  }
  PlayerSeat seat{.peer = peer,
                  .secret = commons_->secret_for(hello),
                  .feed = feed_for(hello, 0, now),
                  .order = ToldOrder(terms_->is_no_peek)};
  seat.resume_hash = digest_of(seat.secret).bytes;
  const auto admit = [&](const std::string& name, std::optional<PlayerId> beside) {
    const auto& outcomes = match_->handle(command::Admit{name, seat.resume_hash, beside});
    return std::get<outcome::Admitted>(outcomes.front()).player;
  };
  seat.player = admit(hello.name, {});
  for (const std::string& name : hello.others)
    seat.others.push_back(admit(name, seat.player));
  seat.first_counter = match_->counted(seat.player);
  remove_spectator(peer);
  players_.push_back(seat);
  welcome(seat);
}

std::size_t Seats::free_slots() const {
  std::size_t free = 0;
  for (std::uint8_t slot = 0; slot < match_->log().setup().players; ++slot)
    free += !match_->is_taken(PlayerId{slot});
  return free;
}

void Seats::leave_slots(const PlayerSeat& seat, LeaveReason reason) {
  for (const PlayerId player : seat.all())
    match_->handle(command::Leave{player, reason});
}

/// The lowest slot of a branch that nobody has, or null.
const PlayerSeat* Seats::open_seat(const Hello& hello) const {
  const auto found = std::find_if(players_.begin(), players_.end(), [&](const PlayerSeat& seat) {
    return seat.is_open && !seat.is_connected && match_->is_taken(seat.player);
  });
  return found == players_.end() || !hello.others.empty() ? nullptr : &*found;
}

/// Its player goes on in other hands, and the log, which names none, does not change.
void Seats::take_open_seat(const PlayerSeat& open, PeerId peer, const Hello& hello, Instant now) {
  PlayerSeat seat{.peer = peer,
                  .player = open.player,
                  .secret = commons_->secret_for(hello),
                  .is_open = true,
                  .first_counter = match_->counted(open.player),
                  .feed = feed_for(hello, 0, now),
                  .order = ToldOrder(terms_->is_no_peek)};
  seat.resume_hash = digest_of(seat.secret).bytes;
  players_[static_cast<std::size_t>(&open - players_.data())] = seat;
  remove_spectator(peer);
  welcome(seat);
}

void Seats::watch(PeerId peer, const Hello& hello, Instant now) {
  if (hello.resume && !give_up_slot(peer, *hello.resume)) return;
  spectators_.enter(peer, hello, watched(), now);
}

/// A player who wants to watch leaves its slot first. False, and it is told why, if it cannot.
bool Seats::give_up_slot(PeerId peer, const ResumeSecret& secret) {
  const PlayerSeat* seat = with_secret(secret);
  if (seat == nullptr) return true;
  const bool would_end = match_->player_count() <= 1 + seat->others.size() ||
                         match_->log().setup().terms.on_loss == LossPolicy::end;
  if (would_end) {
    commons_->refuse(peer, Refusal::bad_request,
                     "the match in room " + *room_ + " would end without you");
    return false;
  }
  if (seat->is_connected && seat->peer != peer) commons_->peers.drop(seat->peer);
  const PlayerSeat left = *seat;
  players_.erase(players_.begin() + (seat - players_.data()));
  leave_slots(left, LeaveReason::quit);
  return true;
}

const PlayerSeat* Seats::resume(PeerId peer, const Hello& hello, Instant now) {
  if (hello.role != Role::player || !hello.resume) return nullptr;
  const PlayerSeat* found = with_secret(*hello.resume);
  if (found == nullptr || !match_->is_taken(found->player)) return nullptr;
  if (found->is_connected) {
    // Told so, or it would come back in turn.
    commons_->peers.send(
        found->peer,
        Refused{Refusal::replaced, "somebody with this player's secret has taken its place"});
    commons_->peers.drop(found->peer);
  }
  const bool is_same = hello.epoch == match_->epoch() || TUTTI_MUTANT(old_numbers_are_believed);
  const bool has_log = is_same && found->order.has(hello.received, *match_);
  PlayerSeat& seat = players_[static_cast<std::size_t>(found - players_.data())];
  // This life numbers what it found in canonical order, and the rest as it comes.
  const bool may_know = !is_same && hello.known.through <= match_->found_through();
  const CommonLog common = may_know ? common_log(match_->log(), hello.known) : CommonLog{};
  const ToldOrder order = has_log ? seat.order : ToldOrder(terms_->is_no_peek, common.events);
  seat = {.peer = peer,
          .player = seat.player,
          .others = seat.others,
          .secret = *hello.resume,
          .resume_hash = seat.resume_hash,
          .is_open = seat.is_open,
          // Only a client that still has its events can be told "as offered".
          .first_counter =
              has_log && hello.received > 0 ? seat.first_counter : match_->counted(seat.player),
          .feed = feed_for(hello, has_log ? hello.received : common.events, now),
          .order = order,
          .digest_known = seat.digest_known};
  ++commons_->statistics.resumed;
  commons_->report(news::Back{*room_, seat.player, peer});
  welcome(seat, common);
  return &seat;
}

Feed Seats::feed_for(const Hello& hello, std::uint32_t received, Instant now) const {
  return Feed::to(hello, received, commons_->budget_for(hello), now);
}

void Seats::welcome(const PlayerSeat& seat, const CommonLog& common) {
  Welcome welcome = welcome_to(*room_, watched(), *terms_, seat.secret, seat.feed, *commons_);
  welcome.player = seat.player;
  welcome.next_counter = match_->counted(seat.player);
  welcome.others = seat.others;
  welcome.known_through = common.through;
  welcome.told_from = common.events;
  commons_->peers.send(seat.peer, welcome);
}

bool Seats::are_all_back() const {
  // In a branch, those whose slots nobody is to take will not come.
  const bool is_branch = std::any_of(players_.begin(), players_.end(),
                                     [](const PlayerSeat& seat) { return seat.is_open; });
  return std::all_of(players_.begin(), players_.end(), [&](const PlayerSeat& seat) {
    return seat.is_connected || (is_branch && !seat.is_open);
  });
}

// ---- Going --------------------------------------------------------------------------------------

void Seats::disconnect(PlayerSeat& seat) {
  seat.is_connected = false;
  commons_->report(news::Lost{*room_, seat.player, seat.peer});
}

void Seats::lose(PeerId peer) {
  for (PlayerSeat& seat : players_) {
    if (seat.is_connected && seat.peer == peer) disconnect(seat);
  }
  remove_spectator(peer);
}

void Seats::leave(PlayerSeat& seat) {
  leave_slots(seat, LeaveReason::quit);
  players_.erase(players_.begin() + (&seat - players_.data()));
}

void Seats::put_out(const PlayerSeat& seat) {
  commons_->peers.send(seat.peer,
                       Refused{Refusal::removed, "you are out of the match in room " + *room_});
  commons_->peers.drop(seat.peer);
}

void Seats::remove_gone() {
  if (match_->is_over()) return;
  std::erase_if(players_, [&](const PlayerSeat& seat) {
    // Players of one client go together.
    const bool is_gone = !seat.all_are([&](PlayerId one) { return match_->is_taken(one); });
    if (is_gone) leave_slots(seat, LeaveReason::kicked);
    if (is_gone && seat.is_connected) put_out(seat);
    return is_gone;
  });
}

void Seats::match_log(Instant now) {
  std::erase_if(players_, [&](const PlayerSeat& seat) {
    const bool is_in = seat.all_are([&](PlayerId one) {
      return match_->is_taken(one) &&
             (seat.is_open || match_->resume_hash(one) == seat.resume_hash);
    });
    if (!is_in && seat.is_connected) put_out(seat);
    return !is_in;
  });
  const std::uint64_t open = Roster::of(match_->log()).open_slots();
  for (std::uint8_t slot = 0; slot < match_->log().setup().players; ++slot) {
    const PlayerId player{slot};
    const bool is_known = std::any_of(players_.begin(), players_.end(),
                                      [&](const auto& other) { return other.has(player); });
    if (!match_->is_taken(player) || is_known) continue;
    if (match_->is_beside(player)) {
      const auto& hash = match_->resume_hash(player);
      const auto seat = std::find_if(players_.begin(), players_.end(),
                                     [&](const auto& other) { return other.resume_hash == hash; });
      if (seat != players_.end()) {
        seat->others.push_back(player);
        continue;
      }
    }
    players_.push_back({.player = player,
                        .resume_hash = match_->resume_hash(player),
                        .is_connected = false,
                        .is_open = ((open >> slot) & 1U) != 0,
                        .feed = feed_for({}, 0, now),
                        .order = ToldOrder(terms_->is_no_peek)});
  }
}

void Seats::drop_lost(Instant now) {
  if (match_->is_over()) return;
  for (PlayerSeat& seat : players_) {
    if (!seat.is_connected || now - seat.feed.heard <= commons_->options.peer_timeout) continue;
    commons_->peers.drop(seat.peer);
    disconnect(seat);
  }
  std::erase_if(players_, [&](const PlayerSeat& seat) {
    const bool is_gone = !seat.is_connected && now > kept_until(seat);
    if (is_gone) leave_slots(seat, LeaveReason::timed_out);
    return is_gone;
  });
}

Instant Seats::next_lost() const {
  const Duration patience = commons_->options.peer_timeout;
  Instant next = Instant::max();
  for (const PlayerSeat& seat : players_)
    next = std::min(next, seat.is_connected ? seat.feed.heard + patience : kept_until(seat));
  return std::min(next, spectators_.next_lost());
}

/// How long the slot of a player whose connection is lost is kept.
Instant Seats::kept_until(const PlayerSeat& seat) const {
  // A newcomer who was not in yet has nothing to keep, and perhaps not even its secret.
  if (match_->is_catching_up(seat.player)) return {};
  const MatchTerms& terms = match_->log().setup().terms;
  Duration kept = commons_->options.reconnect_time;
  if (terms.on_loss != LossPolicy::go_on) {
    kept = std::max<Duration>(kept, std::chrono::seconds(terms.patience_seconds));
  }
  return seat.feed.heard + kept;
}

void Seats::drop_players() {
  for (const PlayerSeat& seat : players_) {
    if (seat.is_connected) commons_->peers.drop(seat.peer);
  }
  players_.clear();
}

}  // namespace tutti::detail
