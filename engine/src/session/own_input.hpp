#pragma once
// The events of the local hands in one match: this stamps each with a tick, and knows which of them
// the log has.

#include <map>
#include <optional>

#include "source/source.hpp"
#include "tutti/sim/timeline.hpp"

namespace tutti {

class OwnInput {
 public:
  /// Stamps an event for the step after the present plus the input delay, and gives it to the
  /// source. Nothing if the match cannot take it now, or if its tick is full: it has room for 7
  /// commands, and so always for an input.
  std::optional<EventView> offer(Source& source, const Log& log, PlayerId player,
                                 std::int64_t delay_ticks, BytesView payload, PlayerEvent is);
  /// A player fills the slot from this tick on: nothing of its own comes before.
  void joined(PlayerId player, Tick tick);
  /// An event of the log. True if it is an own one that the relay has moved to a later tick.
  bool was_late(const EventView& event);
  /// Players act here from now on, and nothing of theirs at or before `announced` will follow.
  void act_at(Tick present, Tick announced);

  Tick present() const { return present_; }
  Tick announced() const { return announced_; }
  /// The tick of the last event that was offered; 0 if there is none.
  Tick offered_for(PlayerId player) const;

 private:
  struct Hands {
    Tick last_stamp;
    std::size_t at_last_stamp = 0;         // how many events that tick has
    Tick offered_at;                       // the present when something was last offered
    std::map<std::uint32_t, Tick> stamps;  // of own events not yet in the log
  };
  std::map<std::uint8_t, Hands> hands_;
  Tick present_;  // the tick shown; in lockstep the match clock's
  Tick announced_;
  Tick last_stamp_;  // of all hands: their events are offered in one row
};

}  // namespace tutti
