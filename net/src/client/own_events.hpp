#pragma once
// A player's own events on their way to the relay, until their place in the log is known, and the
// progress that the player promises.

#include <deque>
#include <optional>
#include <vector>

#include "tutti/net/messages.hpp"
#include "tutti/net/time.hpp"

namespace tutti::detail {

class OwnEvents {
 public:
  OwnEvents() = default;
  /// Counts from here on.
  explicit OwnEvents(std::uint32_t next_counter) : next_counter_(next_counter) {}

  /// See Client::offer.
  std::optional<std::uint32_t> offer(Tick stamp, BytesView payload);
  /// See Client::announce.
  void announce(Tick progress) { progress_ = std::max(progress_, progress); }
  /// The relay was started again: it knows of nothing that is not in the log which it tells.
  void send_again();
  /// Everything that the relay has not taken is dropped, and what was promised with it.
  void fold_back() { *this = OwnEvents(next_counter_); }
  /// The relay counts on from here, since somebody else had the slot in between: the events under
  /// way are nobody's.
  void skip_to(std::uint32_t next_counter);

  /// The relay has decided on all events below this counter.
  void settle(std::uint32_t counted);
  /// The event with this counter is in the log: it is taken out. Nothing if it is unknown.
  std::optional<OfferedEvent> take(std::uint32_t counter);
  /// Takes out the counters of those below `counted` that were decided and are not in the log.
  std::vector<std::uint32_t> take_refused(std::uint32_t counted);

  /// Whether there is something that has to go out now, at this rate of announcing.
  bool is_due(std::int64_t announce_ticks) const;
  /// Puts into the message what it has room for, and notes that it was sent.
  void fill(PlayUp& message, bool is_waiting);

 private:
  struct Underway {
    std::uint32_t counter;
    OfferedEvent event;
    bool is_sent = false;
  };

  bool has_unsent() const { return !underway_.empty() && !underway_.back().is_sent; }
  bool is_in_a_row() const;

  std::deque<Underway> underway_;
  std::vector<Underway> decided_;  // by the relay; their place in the log is not yet known
  std::uint32_t next_counter_ = 0;
  Tick progress_;
  Tick progress_sent_;
  Tick event_sent_at_;                // progress when an event last went for the first time
  std::int64_t events_in_a_row_ = 0;  // ticks up to then that all had one
};

}  // namespace tutti::detail
