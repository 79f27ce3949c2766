// The time of a relay's match: what it measures of its players' paths, how much input delay that
// asks for, and what becomes of players who fall silent.

#include <algorithm>

#include "tutti/net/relay_match.hpp"

namespace tutti {

namespace {

/// What delays are counted in, in parts of a tick; fine, so that rounding widens no window.
constexpr std::int64_t delay_unit = 256;
/// Who announces nothing new for so long is lost.
constexpr std::int64_t silence_seconds = 1;
/// Measures settle within a second of a change; twice that is when they are looked at again.
constexpr std::int64_t review_seconds = 2;
/// More input delay is given at once, less only after so many reviews in a row, a tick at a time.
constexpr int calm_reviews_before_less = 5;
/// Rollbacks of up to so many ticks (67 ms at 60 Hz) are left to prediction: they are hardly seen,
/// while every player feels input delay with every key. What paths take beyond that becomes delay,
constexpr std::int64_t predicted_ticks = 4;
/// but never more than this by itself (100 ms): beyond it a game feels worse by delay than by
/// rollbacks.
constexpr std::int64_t delay_ticks_most = 6;
/// In lockstep all of the way becomes delay, and these for the pauses between datagrams.
constexpr std::int64_t lockstep_spare_ticks = 5;

/// The input delay after a review; `calm_reviews` counts those in a row at which less would have
/// done.
std::uint8_t adjusted_delay(std::uint8_t present, std::uint8_t needed, int& calm_reviews) {
  calm_reviews = needed < present ? calm_reviews + 1 : 0;
  if (calm_reviews < calm_reviews_before_less) return std::max(present, needed);
  calm_reviews = 0;
  return static_cast<std::uint8_t>(present - 1);
}

}  // namespace

void RelayMatch::follow_windows(std::int64_t ticks) {
  for (Slot& player : slots_) {
    if (!player.has_delay) continue;
    // Measured delay + about 99 % of its jitter (four mean deviations, as RFC 6298 allows) + 2.
    const std::int64_t measured = std::clamp<std::int64_t>(
        (player.delay + 4 * player.deviation + delay_unit / 2) / delay_unit + 2, 2,
        options_.input_window_ticks);
    // A window widens as slowly as time passes: what was held back and let go at once widens it
    // for later, not for itself.
    player.window = std::min(measured, player.window.value_or(measured) + ticks);
  }
}

void RelayMatch::measure_delay(Slot& player, Tick progress) {
  // What arrives from somebody who is catching up says how far behind it is, not how long its path;
  // in a hold nobody's progress moves.
  if (player.presence != Presence::playing || is_standing()) return;
  const std::int64_t sample =
      std::clamp<std::int64_t>(clock_ - progress, -limits::stamp_ahead_ticks, 120) * delay_unit;
  if (!player.has_delay) {
    player.has_delay = true;
    player.delay = sample;
    player.deviation = std::abs(sample) / 2;
    return;
  }
  player.deviation += (std::abs(sample - player.delay) - player.deviation) / 4;
  player.delay += (sample - player.delay) / 8;
}

void RelayMatch::note_margin(const command::Offer& offer, bool is_late) {
  ArrivalMargins& margins = margins_[offer.player.value];
  const std::int64_t margin = offer.stamp - clock_;
  margins.least = margins.count == 0 ? margin : std::min(margins.least, margin);
  margins.most = margins.count == 0 ? margin : std::max(margins.most, margin);
  margins.total += margin;
  ++margins.count;
  margins.late += is_late;
}

void RelayMatch::end_margin_span(Tick next) {
  for (std::uint8_t i = 0; i < options_.setup.players; ++i) {
    ArrivalMargins& margins = margins_[i];
    if (margins.count == 0) continue;
    margins.from = span_from_;
    margins.player = PlayerId{i};
    measured_.push_back(margins);
    margins = {};
  }
  span_from_ = next;
}

// ---- Players who are lost ----------------------------------------------------------------------

void RelayMatch::note_silence() {
  for (std::uint8_t i = 0; i < options_.setup.players; ++i) {
    const Slot& player = slots_[i];
    const bool is_silent = time() - player.heard > seconds(silence_seconds);
    if (player.presence == Presence::playing && is_silent) lose(PlayerId{i});
  }
}

void RelayMatch::lose(PlayerId player) {
  // It stops holding the others' horizon back, by an event, until it has caught up.
  slot(player).presence = Presence::silent;
  slot(player).lost_at = time();
  write({.kind = EventKind::silenced, .player = player}, next_open_tick());
  if (options_.setup.terms.on_loss == LossPolicy::hold) hold();
}

void RelayMatch::give_up_lost() {
  if (options_.setup.terms.on_loss == LossPolicy::go_on) return;
  for (std::uint8_t i = 0; i < options_.setup.players; ++i) {
    const Slot& player = slots_[i];
    const bool is_lost = player.presence == Presence::silent;
    if (is_lost && time() - player.lost_at > seconds(options_.setup.terms.patience_seconds)) {
      apply(command::Leave{PlayerId{i}, LeaveReason::timed_out});
    }
  }
}

void RelayMatch::hold() {
  if (held_at_) return;
  // Ahead by the longest way, so that all stop at the same tick without having shown the next.
  const Tick tick = std::max({next_open_tick(), clock_ + lead_ticks(), resumed_at_ + 1});
  if (tick >= last_tick_ - 1) return;  // it ends before that
  write({.kind = EventKind::held}, tick);
  held_at_ = tick;
}

void RelayMatch::resume_if_complete() {
  const bool is_lost = std::any_of(slots_.begin(), slots_.end(), [](const Slot& player) {
    return player.presence == Presence::silent;
  });
  if (!held_at_ || is_lost) return;
  const Tick tick = std::max(next_open_tick(), *held_at_ + std::max<std::int64_t>(lead_ticks(), 1));
  resumed_at_ = std::min(tick, last_tick_);
  held_at_.reset();
  write({.kind = EventKind::resumed}, resumed_at_);
}

// ---- Input delay --------------------------------------------------------------------------------

std::int64_t RelayMatch::path_of(const Slot& player) const {
  // What it announces lies ahead of what it shows by its input delay.
  return player.delay + player.deviation + player.input_delay * delay_unit;
}

std::int64_t RelayMatch::lead_ticks() const {
  std::int64_t longest = 0;
  for (const Slot& player : slots_) {
    if (player.presence == Presence::playing && player.has_delay) {
      longest = std::max(longest, path_of(player) + player.deviation);
    }
  }
  return std::clamp<std::int64_t>((longest + delay_unit / 2) / delay_unit, 0,
                                  options_.input_window_ticks);
}

std::uint8_t RelayMatch::needed_delay(PlayerId player) const {
  const MatchTerms& terms = options_.setup.terms;
  std::optional<std::int64_t> longest;
  for (const Slot& other : slots_) {
    if (&other == &slot(player) || other.presence != Presence::playing || !other.has_delay)
      continue;
    longest = std::max(longest.value_or(0), path_of(other));
  }
  if (!longest || !slot(player).has_delay) return terms.input_delay_ticks;
  // Its events roll the others back by their way to the relay and from there to the farthest one,
  // whose way down is taken to be as long as its way up.
  const std::int64_t way = path_of(slot(player)) + *longest;
  const std::int64_t ticks = (way + delay_unit / 2) / delay_unit;
  const std::int64_t least = terms.input_delay_ticks;
  return static_cast<std::uint8_t>(
      terms.is_lockstep
          ? std::clamp(ticks + lockstep_spare_ticks, least, limits::input_window_ticks)
          : std::clamp(ticks - predicted_ticks, least, std::max(least, delay_ticks_most)));
}

void RelayMatch::review_delays() {
  const DelayPolicy policy = options_.setup.terms.delay_policy;
  if (policy == DelayPolicy::fixed || clock_ - reviewed_at_ < seconds(review_seconds)) return;
  reviewed_at_ = clock_;
  std::array<std::uint8_t, limits::players> needed{};
  std::uint8_t most = 0;
  std::uint8_t shared = options_.setup.terms.input_delay_ticks;
  for (std::uint8_t i = 0; i < options_.setup.players; ++i) {
    if (slots_[i].presence != Presence::playing) continue;
    needed[i] = needed_delay(PlayerId{i});
    most = std::max(most, needed[i]);
    shared = std::max(shared, slots_[i].input_delay);
  }
  if (policy == DelayPolicy::shared) shared = adjusted_delay(shared, most, calm_reviews_);
  for (std::uint8_t i = 0; i < options_.setup.players; ++i) {
    Slot& player = slots_[i];
    if (player.presence != Presence::playing) continue;
    const std::uint8_t ticks =
        policy == DelayPolicy::shared
            ? shared
            : adjusted_delay(player.input_delay, needed[i], player.calm_reviews);
    if (ticks != player.input_delay) change_delay(PlayerId{i}, ticks);
  }
}

void RelayMatch::change_delay(PlayerId player, std::uint8_t ticks) {
  slot(player).input_delay = ticks;
  write({.kind = EventKind::delay_changed, .player = player, .number = ticks}, next_open_tick());
}

}  // namespace tutti
