#include "tutti/net/match_clock.hpp"

#include <algorithm>
#include <cmath>

#include "tutti/sim/limits.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti {

namespace {

/// Least-delay filtering as in NTP (RFC 5905, clock filter): of the samples of the last seconds,
/// the one with the shortest round trip was queued least and lies.
constexpr std::chrono::seconds window{4};
constexpr double jump_ticks = 6;
constexpr double slew = 0.01;
/// Nobody shows more than this ahead of the match clock, whatever this clock says: so a machine
/// whose clock jumped ahead by minutes waits for this, not for the minutes.
constexpr double ahead_most = static_cast<double>(limits::prediction_ticks) + jump_ticks;

}  // namespace

FollowedClock::FollowedClock(std::uint16_t tick_rate) : rate_(tick_rate) {}

double FollowedClock::ticks(Duration duration) const {
  return std::chrono::duration<double>(duration).count() * rate_;
}
double FollowedClock::local_ticks(Instant now) const { return ticks(now.time_since_epoch()); }

void FollowedClock::stand(Tick clock) {
  standing_ = clock;
  kept_ = 0;
}

void FollowedClock::forget() {
  standing_.reset();
  kept_ = 0;
  has_shown_ = false;
}

void FollowedClock::sample(Instant now, Moment clock, Duration round_trip) {
  if (standing_) {
    // It runs again: the shown tick jumps to it, wherever that is, instead of drifting there.
    standing_.reset();
    has_shown_ = false;
  }
  const double travelled = ticks(round_trip) / 2;
  const double offset = clock.ticks() + travelled - local_ticks(now);
  if (kept_ > 0) {
    // A longer round trip explains an error of half of what it is longer. More than that, and one
    // of the clocks stood still (a relay that paused, a machine that slept): everything heard
    // before is worth nothing.
    const Sample& known = best(now);
    const double explained = std::abs(ticks(round_trip - known.round_trip)) / 2;
    if (std::abs(offset - known.offset) > explained + jump_ticks) kept_ = 0;
  }
  keep({taken_++, now, offset, round_trip});
}

void FollowedClock::keep(const Sample& sample) {
  const auto at = [&](std::size_t i) -> Sample& {
    return samples_[(first_ + i) % samples_.size()];
  };
  while (kept_ > 0 && at(kept_ - 1).round_trip >= sample.round_trip)
    --kept_;
  // The oldest of a full ring is the one that is forgotten next.
  if (kept_ == samples_.size()) {
    ++first_;
    --kept_;
  }
  at(kept_++) = sample;
}

/// The least delayed sample of the window; of the latest ones, as many as there is room for.
const FollowedClock::Sample& FollowedClock::best(Instant now) {
  const auto is_old = [&](const Sample& sample) {
    return now - sample.at > window || taken_ - sample.number > samples_.size();
  };
  while (kept_ > 1 && is_old(samples_[first_ % samples_.size()])) {
    ++first_;
    --kept_;
  }
  return samples_[first_ % samples_.size()];
}

Moment FollowedClock::present(Instant now) {
  if (!is_synchronised()) return {};
  const double target =
      standing_ ? static_cast<double>(standing_->value) : local_ticks(now) + best(now).offset;
  if (!has_shown_) {
    has_shown_ = true;
    shown_ = std::max(shown_, target);
    is_waiting_ = shown_ > target;
  } else if (standing_) {
    shown_ = std::max(shown_, std::min(shown_ + ticks(now - last_), target));
  } else {
    const double elapsed = ticks(now - last_);
    const double next = shown_ + elapsed;
    const double error = target - next;
    if (error > jump_ticks) {
      shown_ = target;
    } else if (error < (is_waiting_ ? 0 : -jump_ticks)) {
      // Ahead by far: stand still until the match has caught up, or nearly so.
      shown_ = std::max(
          std::min(shown_, target + (TUTTI_MUTANT(clock_waits_for_minutes) ? 1e9 : ahead_most)),
          target);
      is_waiting_ = shown_ > target;
    } else {
      is_waiting_ = false;
      shown_ = next + std::clamp(error, -slew * elapsed, slew * elapsed);
    }
  }
  last_ = now;
  error_ = target - shown_;
  const double whole = std::floor(shown_);
  return {Tick{static_cast<std::int64_t>(whole)}, shown_ - whole};
}

}  // namespace tutti
