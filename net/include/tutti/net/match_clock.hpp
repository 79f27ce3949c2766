#pragma once
// A client's estimate of the match clock. All machines show the same present at the same moment
// (promise C2): the estimate follows the relay's clock through samples filtered for the least
// delay, and the present that is shown runs after the estimate without ever going back.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "tutti/net/time.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/tick.hpp"

namespace tutti {

/// A tick and the part of it that has passed, 0 to 1. Time is real-valued on this side of the
/// border: nothing of it reaches a state except through the tick that an event is stamped with.
struct Moment {
  Tick tick;            ///< the last tick that has begun
  double fraction = 0;  ///< the part of the next one that has passed, 0 to 1

  /// Both as one number, in ticks.
  double ticks() const { return static_cast<double>(tick.value) + fraction; }
};

/// The relay's match clock as a client follows it, from what it hears and when.
class TUTTI_API FollowedClock {
 public:
  /// A clock of a match with so many ticks a second.
  explicit FollowedClock(std::uint16_t tick_rate);

  /// The relay's clock as one datagram told it: `clock` when it was sent, `round_trip` as measured
  /// by the echo in it, arrived `now`. The path is taken to be symmetric; half of any asymmetry
  /// remains as error, which no clock can see.
  void sample(Instant now, Moment clock, Duration round_trip);

  /// The relay's clock stands still at this tick, until the next `sample`.
  void stand(Tick clock);

  /// Forgets all samples, after time has passed unseen. The next sample says what to show, but
  /// never an earlier moment than before.
  void forget();

  /// The moment to show now. It goes at most 1 % faster or slower than the rate to correct small
  /// errors. If it is more than 6 ticks behind, it jumps forwards; if it is more than 6 ahead, it
  /// waits until no error is left.
  Moment present(Instant now);

  /// Whether enough was heard to tell the tick.
  bool is_synchronised() const { return kept_ > 0 || standing_; }
  /// The estimated match clock minus the moment that is shown, in ticks, as of the last `present`.
  double error_ticks() const { return error_; }

 private:
  struct Sample {
    std::uint64_t number = 0;
    Instant at{};
    double offset = 0;  // match clock in ticks minus local time in ticks
    Duration round_trip{};
  };
  double ticks(Duration duration) const;
  double local_ticks(Instant now) const;
  const Sample& best(Instant now);
  void keep(const Sample& sample);

  double rate_;  // ticks a second
  /// A ring of the samples that are the best or will be once those before them are too old: each
  /// had a longer round trip than the one before it.
  std::array<Sample, 128> samples_{};
  std::size_t first_ = 0;
  std::size_t kept_ = 0;
  std::uint64_t taken_ = 0;
  std::optional<Tick> standing_;
  double shown_ = 0;
  double error_ = 0;
  Instant last_{};
  bool has_shown_ = false;
  bool is_waiting_ = false;  // for the match to catch up with what is shown
};

}  // namespace tutti
