#pragma once
// The rollback core: a log, the state folded from it, and the guess that carries that state to the
// present. It knows no clock and no network; whoever drives it says what is known and how far to
// go.

#include <span>
#include <vector>

#include "tutti/sim/any_game.hpp"
#include "tutti/sim/log.hpp"

namespace tutti {

struct TimelineStatistics {
  std::uint64_t steps = 0;           ///< all calls of `step`
  std::uint64_t resimulated = 0;     ///< of these, for ticks that had been shown before
  std::uint64_t rollbacks = 0;       ///< times that something shown was contradicted
  std::uint64_t depth_total = 0;     ///< ticks gone back, summed over rollbacks
  std::uint64_t depth_max = 0;       ///< the furthest single rollback, in ticks
  std::uint64_t refused_events = 0;  ///< refused by the game in confirmed ticks

  double depth_mean() const {  // deterministic-ok: a statistic, read by no step
    if (rollbacks == 0) return 0;
    const auto total = static_cast<double>(depth_total);  // deterministic-ok: a statistic
    return total / static_cast<double>(rollbacks);        // deterministic-ok: a statistic
  }
};

class Timeline {
 public:
  struct Options {
    /// States kept, the present one among them; so one `advance` goes less far than that past the
    /// confirmed tick. At least limits::prediction_ticks + 2.
    std::size_t ring_ticks = 64;
  };

  Timeline(AnyGame game, Setup setup, Options options);
  Timeline(AnyGame game, Setup setup) : Timeline(std::move(game), std::move(setup), Options{}) {}

  const AnyGame& game() const { return game_; }
  const Log& log() const { return log_; }

  /// An event of the log, final or not. One that repeats a guess confirms it and costs nothing; one
  /// that contradicts what was shown is taken up by the next `advance`.
  Log::Added accept(const EventView& event);
  /// Our own event that is not in the log yet, at the tick where it will probably be. The same
  /// author and counter again moves it; the same event again changes nothing.
  void guess(const EventView& event);
  /// Our own event came to nothing.
  void withdraw(Author author, std::uint32_t counter);
  /// The log is final through this tick. A guess that did not come true in time is expected later.
  void close(Tick horizon);

  /// Puts another state in the place of the confirmed one, which was found to be wrong; the next
  /// `advance` steps from it.
  void mend(const void* state);

  /// Steps to `present`, first going back as far as what became known demands. Stops early where it
  /// would overwrite the state that was the confirmed one, so that each newly confirmed state can
  /// be read by `state_at`; returns the tick reached, which is never less than before but
  /// where the match turns out to have ended: nothing is shown beyond that.
  Tick advance(Tick present);

  /// Goes on from this state, the confirmed one of a tick up to the log's horizon, and forgets what
  /// it showed: for going elsewhere in a log with a snapshot.
  void restart(Tick tick, const void* state);

  /// The latest tick that has been stepped to.
  Tick present() const { return present_; }
  /// The latest tick whose state is folded from final events only, and has been stepped to.
  Tick confirmed() const { return confirmed_; }
  /// The predicted state at the present. Valid until the next `advance`.
  const void* state() const { return slot(present_).state.get(); }
  const void* confirmed_state() const { return slot(confirmed_).state.get(); }
  /// A state between `oldest()` and the present. Valid until the next `advance`.
  const void* state_at(Tick tick) const;
  Tick oldest() const { return oldest_; }
  /// The effects of the step to this tick, as last simulated; same range as state_at.
  std::span<const EffectRecord> effects_at(Tick tick) const;
  /// The first tick that the last `advance` stepped anew; present() + 1 if it stepped none.
  Tick stepped_from() const { return stepped_from_; }

  const TimelineStatistics& statistics() const { return statistics_; }
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
  void contradict(Tick tick);
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
  TimelineStatistics statistics_;
};

}  // namespace tutti
