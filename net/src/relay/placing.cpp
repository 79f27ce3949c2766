#include "relay/placing.hpp"

#include <algorithm>

#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

Tick place_of(const command::Offer& offer, Tick stamp, const Placing& at) {
  // An event is late if it lies in closed ticks, before the sender's own word, or further back than
  // its measured delay explains. It goes to the first tick that is none of these: not simply to the
  // first after the horizon, which may lie before the stamp when another player is slow.
  const Tick earliest = std::max({at.log.horizon() + 1, at.progress + 1, at.clock - at.window});
  Tick tick = std::max(stamp, earliest);
  if (!at.last_stamp) return tick;
  if (TUTTI_MUTANT(late_events_overtake) && tick > stamp) return at.log.horizon() + 1;
  if (offer.is == PlayerEvent::command) {
    // Commands of a whole outage arrive at once and share a tick, as far as it has room.
    tick = std::max(tick, at.last_tick);
    while (at.log.is_full(tick, author_of(offer.player)))
      ++tick;
    return tick;
  }
  // Two changes that differed in tick still differ, so that a tap is not eaten.
  return std::max(tick, stamp > *at.last_stamp ? at.last_tick + 1 : at.last_tick);
}

}  // namespace tutti::detail
