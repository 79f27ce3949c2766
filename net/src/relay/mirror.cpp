#include "relay/mirror.hpp"

#include <algorithm>

#include "relay/refusals.hpp"
#include "relay/tell.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

namespace {

/// A mirror that nobody watches is kept so long, for whoever comes back.
constexpr Duration idle_time = std::chrono::seconds(15);
/// How long newcomers wait for the log; then they are sent on to who has the match.
constexpr Duration log_patience = std::chrono::seconds(6);
/// A match in which something happens is heard of several times a second.
constexpr Duration silence = std::chrono::seconds(5);
constexpr Duration replicated_pace = std::chrono::seconds(1);
/// By time alone nothing is more urgent.
constexpr Duration look_interval = std::chrono::milliseconds(250);
constexpr std::size_t logged_bytes = 88;  // a row of the log, with its head

Duration tick_length_of(const Setup& setup) {
  return Duration(std::chrono::seconds(1)) / setup.tick_rate;
}

/// A log that is in memory as a whole.
class FinalEventsOfLog final : public FinalEvents {
 public:
  explicit FinalEventsOfLog(const Log& log) : log_(&log) {}
  std::optional<std::uint32_t> count(Tick through) override {
    return static_cast<std::uint32_t>(log_->events_between(Tick{1}, through).size());
  }
  std::optional<EventView> at(std::uint32_t number) override { return log_->events()[number + 1U]; }

 private:
  const Log* log_;
};

}  // namespace

Mirror::Match::Match(Commons& commons, const std::string& room, MatchRecord record, Instant now)
    : log(std::move(record.log)),
      door(record.door),
      tick_length(tick_length_of(log.setup())),
      clock(tick_length, log.horizon(), now),
      spectators(commons, room, door.terms()) {}

// ---- What its log says --------------------------------------------------------------------------

bool Mirror::take(followed::Whole whole, Instant now) {
  heard_at_ = now;
  if (!match_) {
    match_.emplace(*commons_, code(), std::move(whole.record), now);
  } else {
    const Log& log = whole.record.log;
    const Tick shown = match_->log.horizon();
    if (log.setup() != match_->log.setup()) return false;
    // What was kept outside of its relay stays, whoever goes on with it. But a relay that lost
    // power may go on from a journal that lacks the end of what it had sent.
    const bool goes_on = log.horizon() >= shown && log.head(shown) == match_->log.head(shown);
    match_->log = std::move(whole.record.log);
    if (goes_on || TUTTI_MUTANT(mirrors_believe_every_log)) {
      match_->clock.reach(match_->log.horizon(), now);
    } else {
      put_out(false);
      match_->clock = MirrorClock(match_->tick_length, match_->log.horizon(), now);
    }
  }
  bytes_ = 0;
  for (const EventView& event : match_->log.events())
    note(event);
  look_whether_over(now);
  return true;
}

bool Mirror::take(const followed::Grown& grown, Instant now) {
  if (!match_) return false;
  heard_at_ = now;
  for (const Event& event : grown.events) {
    if (match_->log.add(event) != Log::Added::yes) return false;
    note(event);
  }
  match_->log.close(grown.horizon);
  match_->clock.reach(match_->log.horizon(), now);
  look_whether_over(now);
  return true;
}

void Mirror::note(const EventView& event) {
  bytes_ += logged_bytes + event.payload.size();
  const auto relay_event = relay_event_of(event);
  if (!relay_event) return;
  if (relay_event->kind == EventKind::joined) match_->players.insert(relay_event->resume_hash);
  if (relay_event->kind == EventKind::restarted) begin_epoch(relay_event->number);
}

/// A relay goes on with all that is kept outside of the one before, so the numbers of final events
/// stay. But who was told by that one itself may know more, and it may have got lost.
void Mirror::begin_epoch(std::uint32_t epoch) {
  if (epoch <= match_->epoch) return;
  match_->epoch = epoch;
  if (!TUTTI_MUTANT(mirrors_keep_those_who_know_more)) put_out(true);
}

void Mirror::put_out(bool brought_log_only) {
  std::vector<PeerId> peers;
  for (const SpectatorSeat& seat : match_->spectators.all()) {
    if (seat.brought_log || !brought_log_only) peers.push_back(seat.peer);
  }
  for (const PeerId peer : peers) {
    match_->spectators.remove(peer);
    commons_->peers.drop(peer);
  }
}

void Mirror::send_away() {
  if (match_) put_out(false);
}

void Mirror::look_whether_over(Instant now) {
  const auto end = match_->log.ended();
  if (over_since_ || !end || match_->log.horizon() < *end) return;
  over_since_ = now;
  match_->clock.run_on(now);
}

bool Mirror::is_to_be_looked_for(Instant now) {
  if (!match_ || over_since_ || now - heard_at_ < silence) return false;
  heard_at_ = now;
  return true;
}

// ---- Who comes ----------------------------------------------------------------------------------

bool Mirror::serves(const Hello& hello) const {
  if (!match_ || over_since_ || hello.role != Role::spectator) return false;
  const RoomTerms& terms = match_->door.terms();
  if (terms.asks_for_spectators || terms.spectators_max) {
    return TUTTI_MUTANT(mirrors_ask_no_host);
  }
  return !hello.resume || !match_->players.contains(digest_of(*hello.resume).bytes);
}

bool Mirror::postpone(PeerId peer, const Hello& hello) {
  if (waiting_.size() >= commons_->options.spectators_max) return false;
  waiting_.emplace_back(peer, hello);
  return true;
}

void Mirror::enter(PeerId peer, const Hello& hello, Instant now) {
  if (has_seat(peer)) return;
  if (!match_->door.opens_to(hello.password)) return commons_->turn_away(peer, code(), now);
  const Setup& setup = match_->log.setup();
  auto refused = why_not_at_all(code(), setup, over_since_.has_value(), hello);
  if (!refused) {
    refused = why_not_watch(code(), commons_->options, match_->door.terms(), spectator_count());
  }
  if (refused) return commons_->refuse(peer, refused->reason, refused->sentence);
  match_->spectators.enter(peer, hello, {match_->log, match_->epoch}, now);
  commons_->peers.enter(peer, *this);
}

bool Mirror::take(PeerId peer, const ControlMessage& message, Instant) {
  if (!has_seat(peer)) return false;
  // Nobody here has a state: who comes late folds the log.
  if (std::holds_alternative<WantSnapshot>(message)) commons_->peers.send(peer, NoSnapshot{});
  return std::holds_alternative<WantSnapshot>(message);
}

bool Mirror::take(PeerId peer, const PlayUp& message, Instant now) {
  SpectatorSeat* const seat = match_ ? match_->spectators.of(peer) : nullptr;
  return seat != nullptr && Spectators::take(*seat, message, match_->log.count(), now);
}

// ---- Time ---------------------------------------------------------------------------------------

void Mirror::advance(Instant now) {
  if (match_) {
    match_->spectators.drop(match_->log, over_since_, match_->tick_length, now);
    match_->clock.pass(now);
  }
  if (spectator_count() > 0) idle_since_ = now;
  is_done_ = now - idle_since_ > (match_ ? idle_time : log_patience);
}

void Mirror::tell(Instant now) {
  if (!match_) return;
  const auto [clock, into_tick] = match_->clock.position(now);
  FinalEventsOfLog events(match_->log);
  // Whether anything outlasts a power loss, only the relay that has the match could say.
  tell_spectators({.events = events,
                   .horizon = match_->log.horizon(),
                   .durable = {},
                   .clock = clock,
                   .into_tick = into_tick,
                   .tick_length = match_->tick_length,
                   .is_standing = match_->clock.is_standing()},
                  match_->spectators.all(), commons_->peers, now);
  const bool is_early = !over_since_ && now - replicated_at_ < replicated_pace;
  if (is_early || match_->log.horizon() <= replicated_) return;
  replicated_at_ = now;
  replicated_ = match_->log.horizon();
  for (const SpectatorSeat& seat : match_->spectators.all())
    commons_->peers.send(seat.peer, Replicated{std::max(Tick{}, replicated_ - seat.delay_ticks)});
}

Instant Mirror::next_due(Instant now) const {
  if (!match_) return now + look_interval;
  return std::min(match_->spectators.next_due(), now + look_interval);
}

std::size_t Mirror::memory_bytes() const {
  const std::size_t seats =
      match_ ? match_->spectators.all().capacity() * sizeof(SpectatorSeat) : 0;
  return sizeof *this + bytes_ + seats;
}

}  // namespace tutti::detail
