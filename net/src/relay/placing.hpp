#pragma once
// The tick that the relay gives to a player's event (promise O3).

#include <optional>

#include "tutti/net/relay_match.hpp"

namespace tutti::detail {

/// A player and its match at this moment.
struct Placing {
  const Log& log;
  Tick clock;
  std::int64_t window = 0;           ///< ticks by which this player may stamp behind the clock
  Tick progress;                     ///< that the player has announced
  std::optional<Tick> last_stamp{};  ///< of its latest event, and the tick that it got
  Tick last_tick{};
};

/// The tick of the player's next event, with this stamp, which is not before the last one.
Tick place_of(const command::Offer& offer, Tick stamp, const Placing& at);

}  // namespace tutti::detail
