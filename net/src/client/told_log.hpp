#pragma once
// The log as the relay has told it in one of its lives: the events in their order, and the tick
// through which it is final.

#include <deque>
#include <optional>

#include "client/own_events.hpp"
#include "tutti/net/messages.hpp"

namespace tutti::detail {

class ToldLog {
 public:
  /// Takes in a datagram. `own` are the reader's own events, `self` its slot, if it has one. False
  /// if the relay says what cannot be; see `wrong`.
  bool take(const PlayDown& message, std::optional<PlayerId> self, OwnEvents& own);
  const char* wrong() const { return wrong_; }

  std::optional<Event> next_event();
  std::optional<std::uint32_t> next_refused();

  /// Events with a sequence number below this have arrived.
  std::uint32_t received() const { return received_; }
  /// The events before this one are here already.
  void begin_at(std::uint32_t received) { received_ = received; }
  /// The log is final through this tick for a reader of all that `next_event` gives.
  Tick horizon() const { return horizon_; }
  /// All that the relay had accepted at its latest datagram is here.
  bool has_all() const { return has_all_; }
  /// The event that ends the match has come.
  bool has_ended() const { return has_ended_; }
  /// The event by which the relay's life with this epoch begins has come.
  bool has_restarted(std::uint32_t epoch) const { return restarted_ == epoch; }

 private:
  bool take_event(const AcceptedEvent& accepted, std::optional<PlayerId> self, OwnEvents& own);

  std::deque<Event> arrived_;
  std::deque<std::uint32_t> refused_;
  std::uint32_t received_ = 0;
  Tick horizon_;
  bool has_all_ = false;
  bool has_ended_ = false;
  std::optional<std::uint32_t> restarted_;
  const char* wrong_ = "";
};

}  // namespace tutti::detail
