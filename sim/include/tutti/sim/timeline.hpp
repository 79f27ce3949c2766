#pragma once
// The rollback core: a log, the state folded from it, and the guess that carries that state to the
// present. It knows no clock and no network: its owner says which events are known, and how far to
// go.

#include <span>
#include <vector>

#include "tutti/sim/any_game.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/log.hpp"

namespace tutti {

struct TimelineStatistics {
  std::uint64_t steps = 0;           ///< all calls of `step`
  std::uint64_t resimulated = 0;     ///< of these, for ticks that had been shown before
  std::uint64_t rollbacks = 0;       ///< times that an event contradicted what was shown
  std::uint64_t depth_total = 0;     ///< ticks gone back, summed over rollbacks
  std::uint64_t depth_max = 0;       ///< the furthest single rollback, in ticks
  std::uint64_t refused_events = 0;  ///< refused by the game in confirmed ticks

  double depth_mean() const {  // deterministic-ok: a statistic, read by no step
    if (rollbacks == 0) return 0;
    const auto total = static_cast<double>(depth_total);  // deterministic-ok: a statistic
    return total / static_cast<double>(rollbacks);        // deterministic-ok: a statistic
  }
};

/// The cost of one author's events to a timeline.
struct RollbackCause {
  std::uint64_t rollbacks = 0;    ///< rollbacks whose earliest contradiction was theirs
  std::uint64_t resimulated = 0;  ///< ticks stepped again in those
  bool operator==(const RollbackCause&) const = default;
};

class TUTTI_API Timeline {
 public:
  /// Tuning, for tests and for programs that drive a timeline themselves: no game needs it.
  struct Options {
    /// How many states are kept, the present one among them: one `advance` goes less far than that
    /// past the confirmed tick. At least limits::prediction_ticks + 2.
    std::size_t ring_ticks = 64;
  };

  Timeline(AnyGame game, Setup setup, Options options);
  Timeline(AnyGame game, Setup setup) : Timeline(std::move(game), std::move(setup), Options{}) {}

  const AnyGame& game() const { return game_; }
  const Log& log() const { return log_; }

  /// Takes an event of the log, final or not. An event that repeats a guess confirms it, and costs
  /// nothing; one that contradicts what was shown makes the next `advance` roll back.
  Log::Added accept(const EventView& event);
  /// Adds an own event that is not in the log yet, at the tick where it will probably be. The same
  /// author and counter again move it; the same event again changes nothing.
  void guess(const EventView& event);
  /// Removes an own event that came to nothing.
  void withdraw(Author author, std::uint32_t counter);
  /// Says that the log is final through this tick. A guess that has not come true by then is
  /// expected in a later tick.
  void close(Tick horizon);

  /// Puts another state in the place of the confirmed one, which is wrong. The next `advance` steps
  /// from it.
  void mend(const void* state);

  /// Steps to `present`; before that it goes back as far as new events demand. It stops early where
  /// it would overwrite the state that was the confirmed one, so that `state_at` can read each
  /// newly confirmed state. Returns the tick that it reached. That is never less than before,
  /// except when the match turns out to have ended: nothing is shown beyond its end.
  Tick advance(Tick present);

  /// Goes on from a snapshot elsewhere in the log, and forgets what it showed. The state is the
  /// confirmed one of a tick up to the log's horizon.
  void restart(Tick tick, const void* state);

  /// The latest tick that `advance` has stepped to.
  Tick present() const { return present_; }
  /// The latest tick that it has stepped to whose state is folded from final events only.
  Tick confirmed() const { return confirmed_; }
  /// The predicted state at the present. Valid until the next `advance`.
  const void* state() const { return slot(present_).state.get(); }
  const void* confirmed_state() const { return slot(confirmed_).state.get(); }
  /// The state at a tick from `oldest()` to the present. Valid until the next `advance`.
  const void* state_at(Tick tick) const;
  Tick oldest() const { return oldest_; }
  /// The effects of the step to this tick, as last simulated; in the same range as `state_at`.
  std::span<const EffectRecord> effects_at(Tick tick) const;
  /// The first tick that the last `advance` stepped anew; present() + 1 if it stepped none.
  Tick stepped_from() const { return stepped_from_; }

  const TimelineStatistics& statistics() const { return statistics_; }
  /// By the author's value: the relay first, then player 0 and so on. The relay's share holds what
  /// was mended, too.
  std::span<const RollbackCause> causes() const { return causes_; }
  /// Own events that are not in the log yet, in canonical order.
  std::span<const Event> guesses() const { return guesses_; }

 private:
  struct Slot {
    explicit Slot(const AnyGame& game) : state(game) {}
    StateBox state;
    std::vector<EffectRecord> effects;
    std::size_t refused = 0;
  };
  Slot& slot(Tick tick);
  const Slot& slot(Tick tick) const;
  void contradict(Tick tick, Author by);
  void insert(Event guess);
  Tick place_of_late(const Event& late) const;
  void step_to(Tick tick);
  std::span<const EventView> events_for(Tick tick);

  AnyGame game_;
  Log log_;
  std::vector<Event> guesses_;
  std::vector<Slot> ring_;
  std::vector<EventView> merged_;  // scratch of events_for
  Tick present_;
  Tick confirmed_;
  Tick oldest_;
  Tick dirty_;  // the earliest tick whose simulation is contradicted; beyond the present if none
  Tick stepped_from_{1};
  Author dirty_by_;  // the author of that event
  TimelineStatistics statistics_;
  std::vector<RollbackCause> causes_;  // by author
};

}  // namespace tutti
