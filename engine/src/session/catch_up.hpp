#pragma once
// Catching up: a session that comes late gets to the present. This decides how many ticks it folds
// at once, when a snapshot is worth asking for, and whether one that a single player vouches for
// was right.

#include <optional>

#include "tutti/engine/session_options.hpp"
#include "tutti/net/snapshot.hpp"
#include "tutti/net/time.hpp"
#include "tutti/sim/timeline.hpp"

namespace tutti {

/// The time that one `advance` may spend on catching up. The folding code looks at it before each
/// further step, or where steps are short before some.
class Budget {
 public:
  explicit Budget(const SessionOptions& options);

  /// A new advance begins, of which nothing is spent.
  void begin() { begun_.reset(); }
  /// What counts begins now, unless it has. Most advances have nothing to catch up with, and never
  /// look at the clock.
  void start() {
    if (!begun_) begun_ = clock_->now();
  }
  Duration most() const { return most_; }
  /// What is spent of it.
  Duration spent() {
    start();
    return clock_->now() - *begun_;
  }
  /// Whether this part of it is spent: the whole, or one of so many parts.
  bool is_spent(int parts = 1) { return spent() >= most_ / parts; }

 private:
  CostClock* clock_;
  Duration most_;
  std::optional<Instant> begun_;
};

class CatchUp {
 public:
  /// Whether a snapshot is worth asking for: after a while in which the session was far behind, or
  /// folded so slowly that it would be for long. `behind` the present, and `unfolded` of that are
  /// here and need only be folded; in ticks.
  bool is_worth_asking(std::int64_t behind, std::int64_t unfolded, const Setup& setup, Instant now);

  /// Takes the timeline to the snapshot, if it is further than that is and is what it says. The
  /// log must be final through its tick.
  bool begin_at(const PackedSnapshot& snapshot, Timeline& timeline);
  /// Folds at most so many ticks from the start of the log, if a snapshot is not verified yet. True
  /// if it was wrong and the timeline goes on from what the log gives.
  bool verify(Timeline& timeline, std::int64_t ticks, Budget& budget);
  bool is_unverified() const { return proof_.has_value(); }

 private:
  struct Proof {
    StateBox state;
    Tick tick;   // of the state
    Tick until;  // of the snapshot
    Digest digest{};
    bool is_wrong = false;
  };

  std::optional<Instant> behind_since_;
  std::int64_t unfolded_first_ = 0;  // when that began
  bool has_asked_ = false;
  std::optional<Proof> proof_;
};

}  // namespace tutti
