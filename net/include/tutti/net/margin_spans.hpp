#pragma once
// The margins with which players' events came to the relay, counted in spans of
// `margin_span_seconds`. They go into the match's file as evidence; nothing in the match depends on
// them.

#include <utility>
#include <vector>

#include "tutti/replay/match_record.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

/// Sums up when each player's events come to the relay, by spans of ten seconds.
class TUTTI_API MarginSpans {
 public:
  /// The first span begins at this tick.
  explicit MarginSpans(Tick from) : from_(from) {}

  /// An event came so many ticks before its stamp, or after it (below zero). `is_late`: it was
  /// moved, or refused as too old.
  struct Arrival {
    PlayerId player{};        ///< whose event it is
    std::int64_t margin = 0;  ///< its stamp minus the match clock, in ticks
    bool is_late = false;     ///< whether it was moved or refused
  };
  void note(const Arrival& arrival);  ///< Counts one event.

  /// The tick at which the span that runs began.
  Tick from() const { return from_; }
  /// Ends it; the next one begins at this tick.
  void end_span(Tick next);
  /// The spans that ended since the last call, by span and player; none of players who did nothing.
  std::vector<ArrivalMargins> take() { return std::exchange(ended_, {}); }

 private:
  std::vector<ArrivalMargins> running_;  // of the players of whom something came
  Tick from_;
  std::vector<ArrivalMargins> ended_;
};

}  // namespace tutti
