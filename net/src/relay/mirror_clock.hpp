#pragma once
// The clock by which a mirror shows a match. Nobody tells it the match clock: it knows the ticks
// that are final, and when it heard of each. It runs as fast as the match and as late as possible,
// but never behind a tick that is final. Where no further ticks become final it stands still, and
// goes on once they have come to it.

#include <algorithm>
#include <utility>

#include "tutti/net/time.hpp"
#include "tutti/sim/limits.hpp"
#include "tutti/sim/tick.hpp"

namespace tutti::detail {

class MirrorClock {
 public:
  /// Everything through `horizon` is final.
  MirrorClock(Duration tick_length, Tick horizon, Instant now)
      : tick_length_(tick_length), horizon_(horizon), origin_(now - tick_length * horizon.value) {}

  void reach(Tick horizon, Instant now) {
    if (horizon <= horizon_) return;
    horizon_ = horizon;
    const Instant origin = now - tick_length_ * horizon.value;
    if (!stands_at_) {
      origin_ = std::min(origin_, origin);
    } else if (horizon >= *stands_at_) {
      stands_at_.reset();
      origin_ = origin;
    }
  }
  /// The match is over: it runs on for spectators from behind.
  void run_on(Instant now) {
    runs_on_ = true;
    if (stands_at_) origin_ = now - tick_length_ * std::exchange(stands_at_, {})->value;
  }
  void pass(Instant now) {
    const Tick most = horizon_ + ahead_most;
    if (runs_on_ || stands_at_ || now - origin_ < tick_length_ * most.value) return;
    stands_at_ = most;
  }

  bool is_standing() const { return stands_at_.has_value(); }
  /// The tick that is shown, and the time into it.
  std::pair<Tick, Duration> position(Instant now) const {
    if (stands_at_) return {*stands_at_, Duration{}};
    const Duration since = now - origin_;
    return {Tick{since / tick_length_}, since % tick_length_};
  }

 private:
  /// In a match in which nothing happens, ticks become final so many at a time, and not sooner than
  /// the slowest player says.
  static constexpr std::int64_t ahead_most = 2 * limits::input_window_ticks;

  Duration tick_length_;
  Tick horizon_;
  Instant origin_;  // when it stood at zero
  std::optional<Tick> stands_at_{};
  bool runs_on_ = false;
};

}  // namespace tutti::detail
