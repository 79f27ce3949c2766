#pragma once
// How much of a control stream may be under way: as much as fills the path and about 25 ms of queue
// before it, so that play, which shares the queue, waits no longer than that. Queues are seen by
// the round trip, as in TCP Vegas (L. Brakmo, L. Peterson, 1995), since losses on a radio link say
// nothing of them.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "tutti/net/time.hpp"

namespace tutti::detail {

class StreamWindow {
 public:
  /// A piece was sent when so many bytes were under way, its own among them.
  void note_sent(std::size_t under_way);
  /// A piece that was sent once has arrived.
  void note_round_trip(Duration round_trip, Instant now);
  void note_arrived(std::size_t bytes);
  void note_lost(std::size_t bytes);
  /// Nothing arrives any more.
  void note_timeout();
  /// The pieces that were under way when this was last called have been decided on.
  void end_round();

  std::size_t bytes() const { return window_; }
  /// The time after which a piece counts as lost if nothing sent after it has arrived.
  Duration patience() const;
  /// The smoothed round trip; nothing before the first.
  const std::optional<Duration>& round_trip() const { return smoothed_; }

 private:
  static constexpr std::size_t first_bytes = 16 * 508;
  Duration shortest() const;

  std::size_t window_ = first_bytes;
  bool is_starting_ = true;  // the path's share has not been found yet
  std::optional<Duration> smoothed_;
  Duration deviation_{};
  // The shortest round trip of this span of time and of the one before: a path may change.
  Duration shortest_now_ = Duration::max();
  Duration shortest_before_ = Duration::max();
  Instant span_began_{};
  // Of the present round.
  Duration round_shortest_ = Duration::max();
  std::size_t arrived_ = 0;
  std::size_t lost_ = 0;
  bool was_full_ = false;
  int timeouts_ = 0;  // in a row
};

}  // namespace tutti::detail
