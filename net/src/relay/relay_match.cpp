#include "tutti/net/relay_match.hpp"

#include <algorithm>

#include "relay/placing.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti {

namespace {

constexpr Tick never{INT64_MAX};
/// The first player of this slot is the one who opened the room.
constexpr PlayerId first_slot{0};
/// A player who announces nothing new for so long is lost.
constexpr std::int64_t silence_seconds = 1;
/// Players report digests of ticks that lie so far back, with their heads.
constexpr std::int64_t heads_kept_seconds = 20;

}  // namespace

RelayMatch::RelayMatch(Options options)
    : options_(std::move(options)),
      last_tick_(options_.setup.terms.ends_at == 0 ? never : Tick{options_.setup.terms.ends_at}),
      log_(options_.setup),
      slots_(options_.setup.players),
      budget_({.bytes_per_second = options_.bytes_per_second,
               .events_per_second = options_.events_per_second,
               .tick_rate = options_.setup.tick_rate,
               .players = options_.setup.players}) {
  TUTTI_ASSERT(
      options_.input_window_ticks >= 1 && options_.input_window_ticks <= limits::input_window_ticks,
      options_.input_window_ticks);
}

RelayMatch::RelayMatch(Options options, const Log& log, std::uint32_t epoch)
    : RelayMatch(std::move(options)) {
  TUTTI_ASSERT(!log.ended());
  epoch_ = epoch;
  for (const EventView& event : log.events().subspan(1))
    replay(event, log.horizon());
  const Tick found = TUTTI_MUTANT(restart_reopens_ticks) ? log.horizon() - 20 : log.horizon();
  log_.close(found);
  found_through_ = found;
  take_up(Roster::of(log));
  write({.kind = EventKind::restarted, .number = epoch}, next_open_tick());
  if (options_.setup.terms.on_loss == LossPolicy::hold && player_count() > 0) hold();
}

void RelayMatch::replay(const EventView& event, Tick horizon) {
  const Log::Added added = log_.add(event);
  TUTTI_ASSERT(added == Log::Added::yes, event.tick);
  accepted_.push_back({logged(event), std::min(event.tick - 1, horizon), false});
  if (event.author.is_relay()) {
    relay_counter_ = std::max(relay_counter_, event.counter);
  } else if (!TUTTI_MUTANT(restart_forgets_counters)) {
    Slot& player = slot(event.author.player());
    counters_.take(event.author.player(), event.counter);
    player.last_stamp = player.last_tick = event.tick;
  }
}

/// Everybody who is in the match is silent at first.
void RelayMatch::take_up(const Roster& roster) {
  clock_ = HeldClock(log_.horizon(), roster.held_at(), roster.resumed_at().value_or(Tick{}));
  for (std::uint8_t i = 0; i < options_.setup.players; ++i) {
    const Roster::Slot& known = roster.slot(PlayerId{i});
    Slot& slot = slots_[i];
    const bool is_in = known.is_in && !TUTTI_MUTANT(restart_forgets_players);
    slot.presence = is_in ? Presence::silent : Presence::empty;
    slot.name = known.latest_name;
    slot.resume_hash = known.resume_hash;
    slot.input_delay = static_cast<std::uint8_t>(known.input_delay_ticks);
    slot.is_creator = roster.is_creator(PlayerId{i});
    slot.left_at = known.left_at.value_or(Tick{});
    slot.progress = clock();
    slot.heard = slot.lost_at = clock_.time();
    counters_.join(PlayerId{i}, is_in ? roster.beside(PlayerId{i}) : std::nullopt);
    counters_.allow_skip(PlayerId{i});
  }
  has_had_creator_ = roster.slot(first_slot).joined > 0;
  delay_review_ = DelayReview(clock());
  margins_ = MarginSpans(clock());
}

const std::vector<Outcome>& RelayMatch::handle(const Command& command) {
  outcomes_.clear();
  std::visit([this](const auto& content) { apply(content); }, command);
  return outcomes_;
}

void RelayMatch::apply(const command::Admit& admit) {
  for (std::uint8_t i = 0; i < options_.setup.players && !is_over(); ++i) {
    Slot& slot = slots_[i];
    if (slot.presence != Presence::empty) continue;
    // Counters go on where the slot's last player stopped: they are the slot's, not the person's.
    const PlayerId own{i};
    slot = Slot{.presence = Presence::catching_up,
                .name = admit.name,
                .resume_hash = admit.resume_hash,
                .progress = {},
                .heard = clock_.time(),
                .last_stamp = {},
                .last_tick = {},
                .left_at = slot.left_at,
                .input_delay = options_.setup.terms.input_delay_ticks,
                .is_creator = own == first_slot && !has_had_creator_};
    counters_.join(own, admit.beside);
    delay_review_.forget(PlayerId{i});
    outcomes_.push_back(outcome::Admitted{PlayerId{i}});
    return;
  }
  outcomes_.push_back(outcome::NotAdmitted{});
}

void RelayMatch::apply(const command::Announce& announce) {
  if (announce.player.value >= options_.setup.players || is_over()) return;
  Slot& player = slot(announce.player);
  const bool is_first = player.presence == Presence::catching_up && player.progress == Tick{0};
  if (player.presence == Presence::empty || announce.progress < player.progress) return;
  // In a hold nobody gets on, and saying the same again is a sign of life.
  const bool is_new = announce.progress > player.progress || is_first;
  if (!is_new && !is_standing()) return;
  if (is_new) measure_path(player, announce.progress);
  player.progress =
      std::min({announce.progress, clock() + limits::stamp_ahead_ticks, last_tick_ - 1});
  player.heard = clock_.time();
  // Caught up as far as a distant client can be: its announcements are as old as its path is long.
  const bool is_free = next_open_tick() >= player.left_at;
  if (player.presence != Presence::playing && is_free &&
      clock() - player.progress <= limits::prediction_ticks) {
    count_in(announce.player);
    resume_if_complete();
  }
  move_horizon();
}

void RelayMatch::count_in(PlayerId player) {
  Slot& joiner = slot(player);
  const bool is_new = joiner.presence == Presence::catching_up;
  joiner.presence = Presence::playing;
  const Tick tick = next_open_tick();
  // It counts from here: nothing of it can come before, so nothing before need wait for it.
  joiner.progress = std::max(joiner.progress, tick - 1);
  write({.kind = is_new ? EventKind::joined : EventKind::returned,
         .player = player,
         .name = is_new ? joiner.name : std::string(),
         .resume_hash = is_new ? joiner.resume_hash : std::array<std::byte, 16>{}},
        tick);
  has_had_creator_ = has_had_creator_ || joiner.is_creator;
}

void RelayMatch::apply(const command::Offer& offer) {
  if (offer.player.value >= options_.setup.players) return;
  Slot& player = slot(offer.player);
  if (is_over() || !counters_.is_next(offer.player, offer.counter)) return;
  const auto reason = why_not(player, offer);
  // Stamps never decrease; one that does is treated as its predecessor's.
  const Tick stamp = player.last_stamp ? std::max(offer.stamp, *player.last_stamp) : offer.stamp;
  const Tick tick = reason ? stamp : place(offer, stamp);
  // A command for which the time has not come, or which has to wait for many before it, is not
  // decided yet: its sender repeats it.
  const bool is_command = offer.is == PlayerEvent::command;
  if (is_command && !reason && tick - clock() > limits::stamp_ahead_ticks) return;
  counters_.take(offer.player, offer.counter);
  if (reason) {
    if (*reason == OfferRefusal::expired) note_margin(offer, true);
    return refuse(offer, *reason);
  }
  if (tick >= last_tick_) return refuse(offer, OfferRefusal::after_end);
  const bool is_crowded = options_.events_kept_max > 0 && !TUTTI_MUTANT(memory_takes_every_event) &&
                          accepted_.size() >= options_.events_kept_max;
  const bool fits = !is_crowded && budget_.spend(clock_.time(), offer.player, offer.payload.size());
  if (!fits) return refuse(offer, OfferRefusal::over_budget);
  const std::optional<Tick> moved_from =
      tick != offer.stamp ? std::optional(offer.stamp) : std::nullopt;
  if (!accept({tick, author_of(offer.player), offer.counter, offer.payload}, moved_from)) {
    return refuse(offer, OfferRefusal::over_limit);
  }
  note_margin(offer, moved_from.has_value());
  if (moved_from) ++statistics_.moved;
  if (!is_expired(offer)) measure_path(player, offer.stamp);
  player.last_stamp = stamp;
  player.last_tick = tick;
}

void RelayMatch::refuse(const command::Offer& offer, OfferRefusal reason) {
  ++statistics_.refused;
  if (reason == OfferRefusal::over_budget) {
    ++statistics_.over_budget;
    slot(offer.player).over_budget_at = clock_.time();
  }
  outcomes_.push_back(outcome::Refused{offer.player, offer.counter, reason});
}

std::optional<OfferRefusal> RelayMatch::why_not(const Slot& player,
                                                const command::Offer& offer) const {
  if (player.presence != Presence::playing && player.presence != Presence::silent) {
    return OfferRefusal::not_playing;
  }
  if (offer.payload.size() > limits::event_bytes) return OfferRefusal::over_limit;
  if (offer.is == PlayerEvent::command) return std::nullopt;
  if (offer.stamp - clock() > limits::stamp_ahead_ticks) return OfferRefusal::too_early;
  if (is_expired(offer)) return OfferRefusal::expired;
  return std::nullopt;
}

Tick RelayMatch::place(const command::Offer& offer, Tick stamp) const {
  const Slot& player = slot(offer.player);
  return detail::place_of(
      offer, stamp,
      {log_, clock(), window(offer.player), player.progress, player.last_stamp, player.last_tick});
}

void RelayMatch::apply(const command::Leave& leave) {
  if (leave.player.value >= options_.setup.players || is_over()) return;
  Slot& player = slot(leave.player);
  if (player.presence == Presence::empty) return;
  const bool was_in = player.presence != Presence::catching_up;
  player.presence = Presence::empty;
  player.is_creator = false;
  counters_.part(leave.player);
  if (was_in) {
    // After all that the player has already been promised, also ahead of the clock.
    player.left_at = std::max(next_open_tick(), player.last_tick + 1);
    write({.kind = EventKind::left, .player = leave.player, .reason = leave.reason},
          player.left_at);
  }
  const bool is_end = was_in && options_.setup.terms.on_loss == LossPolicy::end;
  if (player_count() == 0 || is_end) return end(next_open_tick());
  resume_if_complete();
  move_horizon();
}

void RelayMatch::apply(const command::Advance& advance) {
  if (advance.clock <= clock() || is_over()) return;
  const std::int64_t passed = clock_.advance(advance.clock, last_tick_ - 1);
  for (Slot& player : slots_)
    player.path.follow(passed, options_.input_window_ticks);
  note_silence();
  give_up_lost();
  if (is_over()) return;
  if (clock() - margins_.from() >= seconds(margin_span_seconds)) margins_.end_span(clock());
  if (clock() == last_tick_ - 1) return end(last_tick_);
  review_delays();
  move_horizon();
}

void RelayMatch::apply(const command::Correct& correct) {
  const bool is_too_soon = corrected_at_ && clock() - *corrected_at_ < seconds(1);
  if (correct.by.value >= options_.setup.players || is_over() || is_too_soon) return;
  corrected_at_ = clock();
  write({.kind = EventKind::corrected,
         .name = slot(correct.by).name,
         .number = static_cast<std::uint32_t>(std::clamp(correct.about, Tick{}, clock()).value),
         .correction = correct.correction,
         .text = correct.text},
        next_open_tick());
}

bool RelayMatch::accept(EventView event, std::optional<Tick> moved_from) {
  const Tick horizon_before = log_.horizon();
  if (log_.add(event) != Log::Added::yes) return false;
  outcomes_.push_back(outcome::Accepted{accepted_count(), moved_from});
  accepted_.push_back({logged(event), horizon_before, !moved_from && !event.author.is_relay()});
  return true;
}

void RelayMatch::forget(std::uint32_t sequence) {
  TUTTI_ASSERT(sequence <= accepted_count(), sequence, accepted_count());
  if (sequence <= first_kept_) return;
  accepted_.erase(accepted_.begin(), accepted_.begin() + (sequence - first_kept_));
  first_kept_ = sequence;
  Tick through = log_.horizon();
  for (const Accepted& kept : accepted_)
    through = std::min(through, kept.event.tick - 1);
  log_.forget(through, clock() - seconds(heads_kept_seconds));
}

void RelayMatch::move_horizon() {
  std::optional<Tick> slowest;
  for (const Slot& player : slots_) {
    if (player.presence != Presence::playing) continue;
    slowest = slowest ? std::min(*slowest, player.progress) : player.progress;
  }
  const Tick least = TUTTI_MUTANT(slowest_holds_everybody) ? log_.horizon()
                                                           : clock() - options_.input_window_ticks;
  const Tick horizon = std::max(slowest.value_or(clock()), least);
  if (horizon <= log_.horizon()) return;
  log_.close(horizon);
  outcomes_.push_back(outcome::HorizonMoved{horizon});
}

void RelayMatch::end(Tick earliest) {
  // The last event of all: at the tick of the last one before it only if that is the relay's own,
  // since players sort after the relay.
  const EventView& last = log_.events().back();
  const Tick tick = std::max(earliest, last.author.is_relay() ? last.tick : last.tick + 1);
  write({.kind = EventKind::match_ended, .reason = LeaveReason::match_over}, tick);
  log_.close(tick);
  margins_.end_span(tick);
  clock_.end();
  for (Slot& player : slots_)
    player.presence = Presence::empty;
  outcomes_.push_back(outcome::HorizonMoved{tick});
}

// ---- Players who are lost ----------------------------------------------------------------------

void RelayMatch::note_silence() {
  for (std::uint8_t i = 0; i < options_.setup.players; ++i) {
    const Slot& player = slots_[i];
    const bool is_silent = clock_.time() - player.heard > seconds(silence_seconds);
    if (player.presence == Presence::playing && is_silent) lose(PlayerId{i});
  }
}

void RelayMatch::lose(PlayerId player) {
  // It stops holding the others' horizon back, by an event, until it has caught up.
  slot(player).presence = Presence::silent;
  slot(player).lost_at = clock_.time();
  write({.kind = EventKind::silenced, .player = player}, next_open_tick());
  if (options_.setup.terms.on_loss == LossPolicy::hold) hold();
}

void RelayMatch::give_up_lost() {
  if (options_.setup.terms.on_loss == LossPolicy::go_on) return;
  for (std::uint8_t i = 0; i < options_.setup.players; ++i) {
    const Slot& player = slots_[i];
    const bool is_lost = player.presence == Presence::silent;
    const bool is_late =
        clock_.time() - player.lost_at > seconds(options_.setup.terms.patience_seconds);
    if (is_lost && (is_late || has_held_enough())) {
      apply(command::Leave{PlayerId{i}, LeaveReason::timed_out});
    }
  }
}

/// A player who is lost again and again must not hold the others for ever.
bool RelayMatch::has_held_enough() {
  if (options_.setup.terms.on_loss != LossPolicy::hold || options_.hold_seconds_max == 0) {
    return false;
  }
  const bool is_enough =
      clock_.stood() >= seconds(options_.hold_seconds_max) && !TUTTI_MUTANT(holds_do_not_add_up);
  statistics_.has_held_enough = statistics_.has_held_enough || is_enough;
  return is_enough;
}

void RelayMatch::hold() {
  if (is_held() || has_held_enough()) return;
  // Ahead by the longest way, so that all stop at the same tick without having shown the next.
  const Tick tick = std::max({next_open_tick(), clock() + lead_ticks(), clock_.resumed_at() + 1});
  if (tick >= last_tick_ - 1) return;  // it ends before that
  write({.kind = EventKind::held}, tick);
  clock_.hold(tick);
}

void RelayMatch::resume_if_complete() {
  const bool is_lost = std::any_of(slots_.begin(), slots_.end(), [](const Slot& player) {
    return player.presence == Presence::silent;
  });
  if (!is_held() || is_lost) return;
  const Tick after_hold = *clock_.held_at() + std::max<std::int64_t>(lead_ticks(), 1);
  clock_.resume(std::min(std::max(next_open_tick(), after_hold), last_tick_));
  write({.kind = EventKind::resumed}, clock_.resumed_at());
}

// ---- Paths and input delay ----------------------------------------------------------------------

std::int64_t RelayMatch::lead_ticks() const {
  std::int64_t longest = 0;
  for (const Slot& player : slots_) {
    if (player.presence == Presence::playing && player.path.is_measured()) {
      longest = std::max(longest, path_length(player) + player.path.deviation());
    }
  }
  return std::clamp<std::int64_t>((longest + PlayerPath::unit / 2) / PlayerPath::unit, 0,
                                  options_.input_window_ticks);
}

void RelayMatch::review_delays() {
  if (!delay_review_.is_due(options_.setup, clock())) return;
  std::vector<DelayReview::Player> players;
  for (std::uint8_t i = 0; i < options_.setup.players; ++i) {
    const Slot& player = slots_[i];
    if (player.presence != Presence::playing) continue;
    const bool is_measured = player.path.is_measured();
    players.push_back({PlayerId{i}, is_measured ? std::optional(path_length(player)) : std::nullopt,
                       player.input_delay});
  }
  for (const auto& [player, ticks] : delay_review_.review(options_.setup.terms, players, clock())) {
    slot(player).input_delay = ticks;
    write({.kind = EventKind::delay_changed, .player = player, .number = ticks}, next_open_tick());
  }
}

}  // namespace tutti
