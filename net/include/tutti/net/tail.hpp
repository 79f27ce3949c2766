#pragma once
// The end of a log that a relay's disk has lost, as its players bring it back: the relay's question
// and their answer. The relay decides what to believe of it. net/PROTOCOL.md tells the story.

#include <vector>

#include "tutti/sim/export.hpp"
#include "tutti/sim/log.hpp"

namespace tutti {

namespace limits {
/// Bytes of a tail's events on the wire: half a second of frenzy of many, minutes of a usual match.
inline constexpr std::size_t tail_bytes = 12'000;
/// The seconds of a match that its players may bring back at most.
inline constexpr std::int64_t tail_seconds = 600;
}  // namespace limits

/// From a relay that was started again, to a player that comes back: the log that I found is final
/// through this tick.
struct TailWanted {
  Tick after{};  ///< the last tick that the relay knows
  Head head{};   ///< through that tick

  bool operator==(const TailWanted&) const = default;
};

/// A player's answer: the part of the log behind that tick that it was told.
struct Tail {
  /// The tick through which the player's log is final; 0 if its log is another one, or ends before.
  Tick horizon{};
  /// All events that the player knows behind the named tick, in canonical order; at most
  /// limits::tail_bytes.
  std::vector<Event> events{};

  bool operator==(const Tail&) const = default;
};

/// The answer of a player with this log.
TUTTI_API Tail tail_of(const Log& log, const TailWanted& wanted);

}  // namespace tutti
