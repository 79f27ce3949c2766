#pragma once
// When a room's ticks are due: the match clock counts ticks, this one the time between them.

#include <algorithm>
#include <utility>

#include "tutti/net/time.hpp"
#include "tutti/sim/setup.hpp"
#include "tutti/sim/tick.hpp"

namespace tutti::detail {

class RoomClock {
 public:
  /// The match clock shows `tick` at this moment.
  RoomClock(const Setup& setup, Tick tick, Instant now)
      : tick_length_(Duration(std::chrono::seconds(1)) / setup.tick_rate),
        origin_(now - tick_length_ * tick.value) {}

  Duration tick_length() const { return tick_length_; }

  /// When the match clock is due to leave `present`.
  Instant next_at(Tick present) const { return origin_ + tick_length_ * (present.value + 1); }

  /// The match clock still stands at `tick`.
  void stand(Tick tick, Instant now) { origin_ = now - tick_length_ * tick.value; }

  /// The tick to go on to from `present`: at most two ticks a pass. After a pause of the whole
  /// relay the match goes on where it stood, instead of racing through ticks in which nobody could
  /// act.
  Tick next(Tick present, Instant now) {
    constexpr std::int64_t ticks_per_pass = 2;
    const Tick due{(now - origin_) / tick_length_};
    const Tick tick = std::min(due, present + ticks_per_pass);
    missed_ += due - tick;
    if (tick < due) origin_ = now - tick_length_ * tick.value;
    return tick;
  }
  /// The ticks that a late pass has cost the match since this was last asked.
  std::int64_t take_missed() { return std::exchange(missed_, 0); }
  /// The match went on to `reached` only, because it is held: it need not catch up with the rest.
  void skip(Tick asked, Tick reached) { origin_ += tick_length_ * (asked - reached); }

  /// The time since the match clock came to `tick`.
  Duration since(Tick tick, Instant now) const { return now - origin_ - tick_length_ * tick.value; }

 private:
  Duration tick_length_;
  Instant origin_;  // when the match clock stood at zero
  std::int64_t missed_ = 0;
};

}  // namespace tutti::detail
