#pragma once
// A rehearsal simulates the last n ticks again at every tick, and compares. It finds the fault that
// makes a game differ from itself (an uninitialised local, a clock, a static counter, an unsaved
// field) before two machines do.

#include <optional>
#include <vector>

#include "tutti/sim/any_game.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

/// How a re-simulation differed from the first one, or the NaN by which two machines would.
struct Divergence {
  Tick tick;                            ///< the first tick that differs or holds a NaN
  std::vector<FieldDifference> fields;  ///< first simulation left, re-simulation right
  std::string cause;                    ///< where to look, as a sentence
  std::optional<Field> nan{};           ///< the field that is not a number
};

/// Simulates each tick several times over and compares.
class TUTTI_API Rehearsal {
 public:
  /// `depth`: ticks to re-simulate at every tick, 1 to 256.
  Rehearsal(AnyGame game, const Setup& setup, std::size_t depth);

  /// Steps one tick with these events (their tick is ignored), looks for a NaN, then goes back
  /// `depth` ticks through a snapshot's bytes, folds again and compares every tick's state and
  /// effects. After a divergence the rehearsal is over.
  std::optional<Divergence> step(std::span<const EventView> events);

  Tick present() const { return present_; }  ///< the tick that it has come to
  const void* state() const { return history_.back().state.get(); }  ///< The state there.

 private:
  struct Moment {
    StateBox state;
    std::vector<Event> events;  // of the step that led here
    std::vector<EffectRecord> effects;
  };
  std::optional<Divergence> compare(const Moment& first, Tick tick);
  bool is_same_state(const void* state);

  AnyGame game_;
  std::size_t depth_;
  std::vector<Moment> history_;  // depth + 1 moments, the last one is the present
  StateBox again_;               // what is simulated once more
  Bytes saved_, scratch_;
  Tick present_;
};

}  // namespace tutti
