#pragma once
// The relay's own fold of a log, where it has the game and players cannot agree on a state: a
// little in each pass, so that no match waits for it.

#include <vector>

#include "relay/final_events.hpp"
#include "tutti/replay/desync.hpp"
#include "tutti/sim/any_game.hpp"

namespace tutti::detail {

class Referee {
 public:
  /// Folds through `target`, and keeps the hashes of the states from `first_hash` on.
  Referee(const AnyGame& game, const Setup& setup, Tick first_hash, Tick target);

  /// `lost`: the disk does not give back a part of the log.
  enum class Fold { goes_on, through, lost };
  /// Goes on for one pass. The same events each time.
  Fold advance(FinalEvents& events);
  /// The result. Precondition: it is through.
  const DesyncSide& side() const { return side_; }

 private:
  bool read_tick(FinalEvents& events);

  AnyGame game_;
  StateBox state_;
  Tick present_{};
  Tick target_;
  std::optional<std::uint32_t> end_{};  // of the events through the target
  std::uint32_t next_ = 0;              // the first event behind the present
  std::vector<Event> owned_{};          // of the tick that is folded
  std::vector<EventView> views_{};
  DesyncSide side_;
};

}  // namespace tutti::detail
