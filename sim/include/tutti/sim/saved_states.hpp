#pragma once
// The states that a timeline can go back to. How many there are is bounded in bytes; the memory of
// those that are dropped is used again.

#include <optional>
#include <vector>

#include "tutti/sim/any_game.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/tick.hpp"

namespace tutti {

/// The states that a timeline can go back to.
class TUTTI_API SavedStates {
 public:
  /// At most `most` states, at least 2.
  SavedStates(AnyGame game, std::size_t most);

  /// A state that is kept.
  struct Saved {
    Tick tick;            ///< of which it is
    std::size_t box = 0;  ///< where it is; see `state`
  };
  /// In order of ticks.
  std::span<const Saved> all() const { return saved_; }
  void* state(const Saved& saved) { return boxes_[saved.box].get(); }
  const void* state(const Saved& saved) const { return boxes_[saved.box].get(); }
  /// The state at exactly this tick, or null.
  const void* at(Tick tick) const;
  /// The last one up to this tick, or null.
  const Saved* last_through(Tick tick) const;

  /// Saves a copy of a state that is later than all others. If there is no room, the first one goes
  /// that is not needed to come to `needed` or any later tick; failing that, the last one.
  void save(Tick tick, const void* state, Tick needed);
  /// Whether `save` would drop none that is needed or might be gone back to.
  bool has_room(Tick needed) const;
  /// Whether `save` would drop the last one.
  bool would_drop_last(Tick needed) const {
    return saved_.size() == most_ && is_first_needed(needed);
  }
  /// Takes the last one out by an exchange: `state` becomes it, and the memory that `state` had
  /// will hold another. Returns its tick. Precondition: there is one.
  Tick take_last(StateBox& state);
  /// Says that a saved state was stepped on to this tick, where it is. It stays before the next.
  void moved(const Saved& saved, Tick to);
  /// Forgets all from this tick on.
  void drop_from(Tick tick);

 private:
  bool is_first_needed(Tick needed) const;

  AnyGame game_;
  std::size_t most_;
  std::vector<StateBox> boxes_;
  std::vector<std::size_t> free_;  // of the boxes
  std::vector<Saved> saved_;       // by tick
};

}  // namespace tutti
