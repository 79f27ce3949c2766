#pragma once
// The relay's own fold of a log, where it has the game and players cannot agree on a state: a
// little in each pass, so that no match waits for it.

#include "tutti/replay/desync.hpp"
#include "tutti/sim/any_game.hpp"
#include "tutti/sim/log.hpp"

namespace tutti::detail {

class Referee {
 public:
  /// Folds through `target`, and keeps the hashes of the states from `first_hash` on.
  Referee(const AnyGame& game, const Setup& setup, Tick first_hash, Tick target);

  /// Goes on for one pass. Returns whether it is through.
  bool advance(const Log& log);
  /// The result. Precondition: it is through.
  const DesyncSide& side() const { return side_; }

 private:
  AnyGame game_;
  StateBox state_;
  Tick present_{};
  Tick target_;
  DesyncSide side_;
};

}  // namespace tutti::detail
