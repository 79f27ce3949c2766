#pragma once
// The end of a log that a relay's disk has lost, as its players bring it back: what the relay asks
// for and what they answer. What is believed of it is the relay's affair. net/PROTOCOL.md tells the
// story.

#include <vector>

#include "tutti/sim/log.hpp"

namespace tutti {

namespace limits {
/// Bytes of a tail's events on the wire: half a second of frenzy of many, minutes of a usual match.
inline constexpr std::size_t tail_bytes = 12'000;
/// How much of a match may come back by its players, in seconds.
inline constexpr std::int64_t tail_seconds = 600;
}  // namespace limits

/// A relay that was started again, to who comes back: this is where the log that I found is final.
struct TailWanted {
  Tick after{};
  Head head{};  ///< through that tick

  bool operator==(const TailWanted&) const = default;
};

/// A player's answer: what it was told of the log behind that tick.
struct Tail {
  /// Through here it is final, as the player was told; 0 if its log is another one, or ends before.
  Tick horizon{};
  /// All that it knows with later ticks than the one that was named, in canonical order; at most
  /// limits::tail_bytes.
  std::vector<Event> events{};

  bool operator==(const Tail&) const = default;
};

/// What a reader with this log answers.
Tail tail_of(const Log& log, const TailWanted& wanted);

}  // namespace tutti
