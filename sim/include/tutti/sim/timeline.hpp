#pragma once
// The rollback core: a log, the state folded from it, and the guess that carries that state to the
// present. It knows no clock and no network: its owner says which events are known, and how far to
// go.

#include <optional>
#include <span>
#include <vector>

#include "tutti/sim/any_game.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/log.hpp"
#include "tutti/sim/saved_states.hpp"

namespace tutti {

/// The work of a timeline so far.
struct TimelineStatistics {
  std::uint64_t steps = 0;           ///< all calls of `step`
  std::uint64_t resimulated = 0;     ///< of these, for ticks that had been shown before
  std::uint64_t rollbacks = 0;       ///< times that an event contradicted what was shown
  std::uint64_t depth_total = 0;     ///< ticks gone back, summed over rollbacks
  std::uint64_t depth_max = 0;       ///< the furthest single rollback, in ticks
  std::uint64_t refused_events = 0;  ///< refused by the game in confirmed ticks

  /// The mean depth of a rollback, in ticks; 0 without any.
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

/// Predicts, confirms and rolls back: one participant's view of a match while it is played.
class TUTTI_API Timeline {
 public:
  /// Tuning, for tests and for programs that drive a timeline themselves: no game needs it.
  struct Options {
    /// How many ticks can be read, the present one among them: one `advance` goes less far than
    /// that past the confirmed tick. At least limits::prediction_ticks + 2, which is the window.
    std::size_t ring_ticks = limits::prediction_ticks + 2;
    /// Bytes that the states which can be gone back to may take: what a processor's cache holds. Of
    /// larger states there are fewer, at least four, and of those that are larger than all of that
    /// should be, two; to come to the ticks between them, some are stepped again.
    std::size_t states_bytes = 1024 * 1024;
    /// `hash_at` will be asked for every confirmed tick: hashes are taken where that costs least.
    bool keeps_hashes = false;
  };

  /// Begins at tick 0 of a match. Precondition: the setup is one of the game's.
  Timeline(AnyGame game, Setup setup, Options options);
  /// The same with the usual options.
  Timeline(AnyGame game, Setup setup) : Timeline(std::move(game), std::move(setup), Options{}) {}

  const AnyGame& game() const { return game_; }  ///< The game that is played.
  /// All that is known of the match: final events and those that came ahead of them.
  const Log& log() const { return log_; }

  /// Takes an event of the log, final or not. An event that repeats a guess confirms it, and costs
  /// nothing; one that contradicts what was shown makes the next `advance` roll back.
  Log::Added accept(const EventView& event);
  /// Adds an event that is not in the log yet, at the tick where it will probably be. The same
  /// author and counter again move it; the same event again changes nothing.
  void guess(const EventView& event);
  /// Removes a guess that came to nothing.
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
  /// The same without a copy, by an exchange: `state` is another of the game's states afterwards.
  void restart(Tick tick, StateBox& state);

  /// The latest tick that `advance` has stepped to.
  Tick present() const { return present_; }
  /// The latest tick that it has stepped to whose state is folded from final events only.
  Tick confirmed() const { return confirmed_; }
  /// The predicted state at the present. Valid until the next `advance`.
  const void* state() const { return working_.get(); }
  const void* confirmed_state() const { return state_at(confirmed_); }
  /// The state at a tick from `oldest()` to the present. Valid until the next `advance` or
  /// `settle`, and until another tick's state is asked for. Steps to it from the last saved one.
  const void* state_at(Tick tick) const;
  Tick oldest() const;
  /// The state at a confirmed tick, for an owner that asks for them in order: earlier ones may be
  /// gone afterwards. Valid until the next `advance` or `settle`.
  const void* settle(Tick tick);
  /// The fast hash of the state at a confirmed tick, to be asked for in order like `settle`.
  std::uint64_t hash_at(Tick tick);
  /// The effects of the step to this tick, as last simulated; in the same range as `state_at`.
  std::span<const EffectRecord> effects_at(Tick tick) const;
  /// The first tick that the last `advance` stepped anew; present() + 1 if it stepped none.
  Tick stepped_from() const { return stepped_from_; }

  const TimelineStatistics& statistics() const { return statistics_; }  ///< Its work so far.
  /// By the author's value: the relay first, then player 0 and so on. The relay's share holds what
  /// was mended, too.
  std::span<const RollbackCause> causes() const { return causes_; }
  /// Events that are expected but not in the log yet, in canonical order.
  std::span<const Event> guesses() const { return guesses_; }

 private:
  /// All that is known of a tick besides its state.
  struct Moment {
    std::vector<EffectRecord> effects{};
    std::size_t refused = 0;
    std::optional<std::uint64_t> hash{};
  };
  /// A state that is in nobody's way: one that somebody looks at.
  struct Aside {
    StateBox state;
    std::optional<Tick> tick{};
  };
  /// Which states are worth a copy, by what a copy costs.
  struct Thrift {
    Thrift(const AnyGame& game, const void* state, const Options& options);
    std::size_t state_bytes = 0;
    std::size_t states = 2;    // that are saved at most
    bool saves_all = false;    // a copy costs nothing
    bool saves_new = false;    // there is room for all, but not time to save them again and again
    std::int64_t spacing = 1;  // else: ticks between those that are saved
    bool hashes_at_once = false;  // a state that is not saved is hashed while it is there
  };
  Moment& moment(Tick tick);
  const Moment& moment(Tick tick) const;
  void contradict(Tick tick, Author by);
  void insert(Event guess);
  Tick place_of_late(const Event& late) const;
  void count_rollback();
  void go_back_before(Tick tick, Tick target);
  bool is_worth_saving(Tick shown, bool is_back) const;
  void look_aside();
  void forget_shown(Tick tick);
  void step(Tick shown, bool is_back);
  std::span<const EventView> events_for(Tick tick) const;

  AnyGame game_;
  Log log_;
  std::vector<Event> guesses_;
  std::vector<Moment> moments_;  // a ring, by tick
  StateBox working_;             // at the present
  Thrift thrift_;
  SavedStates saved_;                        // before it
  mutable std::optional<Aside> aside_;       // of `state_at`
  mutable bool is_previous_wanted_ = false;  // the state before the present is looked at each time
  mutable std::vector<EventView> merged_;    // scratch of events_for
  Bytes scratch_;                            // of hashes
  Tick present_;
  Tick confirmed_;
  Tick oldest_;  // what is known of earlier ticks is gone
  Tick dirty_;   // the earliest tick whose simulation is contradicted; beyond the present if none
  Tick stepped_from_{1};
  Author dirty_by_;  // whose event that is
  TimelineStatistics statistics_;
  std::vector<RollbackCause> causes_;  // by author
};

}  // namespace tutti
