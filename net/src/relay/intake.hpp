#pragma once
// A player's events, put back in order: they wait here for those before them, and the client's
// promises wait for the events that come before them.

#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "tutti/net/messages.hpp"
#include "tutti/net/relay_match.hpp"

namespace tutti::detail {

class Intake {
 public:
  /// Takes in a datagram of this player, and hands on to the match what is in order by it.
  /// `players`: those of its client, the first one first. False, and nothing, if it has an event of
  /// another.
  bool hand_on(const PlayUp& message, std::span<const PlayerId> players, RelayMatch& match);

  /// The events that wait here for others before them.
  std::vector<NumberRange> held() const;
  /// Whether a gap has appeared since the last call: its client should hear of it soon.
  bool take_new_gap() { return std::exchange(has_new_gap_, false); }

 private:
  struct Promise {
    std::uint32_t end;
    Tick progress;
  };

  /// `next` is the counter of the first event that the match does not have.
  void take(const PlayUp& message, std::uint32_t next);
  /// The event to be handed on next, if it is here. Its counter is `next`; or, behind a restart,
  /// that of the first event on which the client has no answer.
  std::optional<std::pair<std::uint32_t, OfferedEvent>> next_event(std::uint32_t next);
  /// The furthest promise that holds once all events below `next` are handed on.
  std::optional<Tick> progress(std::uint32_t next);

  std::map<std::uint32_t, OfferedEvent> early_;
  std::optional<std::pair<std::uint32_t, OfferedEvent>> waiting_;  // for its time to come
  std::vector<Promise> promises_;
  std::uint32_t undecided_ = 0;  // the client has no answer on its events from here on
  bool has_new_gap_ = false;
};

}  // namespace tutti::detail
