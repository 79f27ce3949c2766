#pragma once
// The match clock: it counts ticks, never back, and stands still in a hold.

#include <algorithm>
#include <optional>

#include "tutti/sim/tick.hpp"

namespace tutti {

/// See the top of this file.
class HeldClock {
 public:
  HeldClock() = default;
  /// It shows `tick`, and is held at `held_at` if anywhere; the latest hold before ended at
  /// `resumed_at`.
  HeldClock(Tick tick, std::optional<Tick> held_at, Tick resumed_at)
      : tick_(held_at ? std::min(tick, *held_at) : tick),
        held_at_(held_at),
        resumed_at_(resumed_at) {}

  Tick tick() const { return tick_; }  ///< The tick at which it stands.
  /// Ticks that have passed, those of holds among them.
  std::int64_t time() const { return tick_.value + stood_; }
  /// Ticks for which it has stood still, in all holds.
  std::int64_t stood() const { return stood_; }
  /// Whether it stands still now.
  bool is_standing() const { return held_at_ == tick_; }
  /// The tick that it does not pass, if it is held.
  std::optional<Tick> held_at() const { return held_at_; }
  /// The tick from which on it went on after the latest hold.
  Tick resumed_at() const { return resumed_at_; }

  /// Goes on to this tick, at most to `last`; returns the number of ticks. In a hold it stands
  /// still, and the ticks beyond it count the length of the hold. Precondition: `tick` is later
  /// than the present one.
  std::int64_t advance(Tick tick, Tick last) {
    const Tick before = tick_;
    tick_ = std::min({tick, last, held_at_.value_or(tick)});
    if (is_standing()) stood_ += tick - tick_;
    return tick_ - before;
  }

  void hold(Tick tick) { held_at_ = tick; }  ///< It stands still after this tick.
  /// It runs again from this tick on.
  void resume(Tick tick) {
    held_at_.reset();
    resumed_at_ = tick;
  }
  void end() { held_at_.reset(); }  ///< It is not held any more.

 private:
  Tick tick_;
  std::optional<Tick> held_at_;
  std::int64_t stood_ = 0;  // ticks that have passed while it stood, in all holds
  Tick resumed_at_;
};

}  // namespace tutti
