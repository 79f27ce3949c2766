#pragma once
// A player's own events on their way to the relay, until their place in the log is known, and the
// progress that the player promises.

#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "flow/outflow.hpp"
#include "flow/pace.hpp"
#include "tutti/net/messages.hpp"
#include "tutti/net/time.hpp"

namespace tutti::detail {

/// In silence, progress is announced every so many ticks: at 60 Hz 20 datagrams a second, which
/// cost a quiet player about 0.9 KB/s. A confirmation waits for the last of all players to
/// announce: so all do at the same ticks, the multiples of this, instead of each at its own.
/// Matches of three and more show more, and lockstep only what is confirmed: both announce oftener.
constexpr std::int64_t announce_ticks(const Setup& setup) {
  return setup.players <= 2 && !setup.terms.is_lockstep ? 3 : 2;
}

class OwnEvents {
 public:
  /// Counts from `next_counter` on, and may spend so many bytes a second.
  OwnEvents(std::uint32_t next_counter, std::uint32_t bytes_per_second);

  /// See Client::offer.
  std::optional<std::uint32_t> offer(Tick stamp, BytesView payload, PlayerEvent is,
                                     std::uint8_t local);
  /// See Client::announce.
  void announce(Tick progress) { progress_ = std::max(progress_, progress); }
  /// The relay was started again: it knows of nothing that is not in the log which it tells.
  void send_again();
  /// Everything that the relay has not taken is dropped, and what was promised with it.
  void fold_back();
  /// The relay counts on from here, since somebody else had the slot in between: the events under
  /// way are nobody's.
  void skip_to(std::uint32_t next_counter);

  /// The relay has decided on all events below `counted`, and has those in `held`.
  void settle(std::uint32_t counted, std::span<const NumberRange> held, Instant now);
  /// The event with this counter is in the log: it is taken out. Nothing if it is unknown.
  std::optional<OfferedEvent> take(std::uint32_t counter);
  /// Takes out the counters of those below `counted` that were decided and are not in the log.
  std::vector<std::uint32_t> take_refused(std::uint32_t counted);

  /// The counter of the next event.
  std::uint32_t next_counter() const { return next_counter_; }

  /// Whether a datagram has to go out now, at this rate of announcing.
  bool is_due(std::int64_t announce_ticks, Instant now);
  /// Whether events wait to be sent, for the first time or again, and the budget allows it.
  bool has_more(Instant now);
  /// Puts into the message what it has room for, and takes it for sent. While `is_waiting`, events
  /// stay here. The message's events are replaced, and their memory is used again.
  void fill(PlayUp& message, bool is_waiting, Instant now);
  /// A datagram of so many bytes went out.
  void spend(std::size_t bytes) { pace_.spend(bytes); }

 private:
  struct Underway {
    std::uint32_t counter;
    OfferedEvent event;
  };

  bool has_unsent() const { return outflow_.sent_end() != next_counter_; }
  bool is_in_a_row() const;
  bool is_streaming() const;
  const OfferedEvent& event(std::uint32_t counter) const {
    return underway_[counter - underway_.front().counter].event;
  }
  std::vector<std::uint32_t> choose(std::size_t room, Instant now);

  std::deque<Underway> underway_;       // not decided; their counters are consecutive
  std::vector<Underway> decided_;       // by the relay; their place in the log is not yet known
  std::vector<std::uint32_t> dropped_;  // the counters of events that are nobody's
  std::uint32_t next_counter_;
  std::size_t unsent_bytes_ = 0;
  Outflow outflow_;
  Pace pace_;
  Tick progress_;
  Tick progress_sent_;
  Tick event_sent_at_;                // progress when an event last went for the first time
  std::int64_t events_in_a_row_ = 0;  // ticks up to then that all had one
};

}  // namespace tutti::detail
