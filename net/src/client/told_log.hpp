#pragma once
// The log as the relay has told it in one of its lives: the events in their order, and the tick
// through which it is final.

#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "client/own_events.hpp"
#include "tutti/net/messages.hpp"

namespace tutti::detail {

class ToldLog {
 public:
  /// Takes in a datagram. `own` are the reader's own events, and `self` says which slots it has.
  /// False if the relay says what cannot be; see `wrong`.
  bool take(const PlayDown& message, const Welcome& self, OwnEvents& own, Instant now);
  const char* wrong() const { return wrong_; }

  std::optional<Event> next_event();
  std::optional<std::uint32_t> next_refused();
  /// Events of other players that are here behind a gap, as they will stand in the log.
  std::vector<Event> ahead(const Welcome& self) const;

  /// Events with a sequence number below this have arrived.
  std::uint32_t received() const { return received_; }
  /// The events that are here behind a gap, for the relay to know.
  std::vector<NumberRange> held() const;
  /// Whether the relay waits for word of what has arrived: a gap has appeared, or there is more to
  /// come. Asked once for each datagram.
  bool take_news() { return std::exchange(has_news_, false); }
  /// The events before this one are here already, and take so many bytes at most.
  void begin_at(std::uint32_t received, std::uint64_t bytes) {
    received_ = received;
    bytes_ = bytes;
  }
  /// About the bytes that the log takes in memory.
  std::uint64_t bytes() const { return bytes_; }
  /// The log is final through this tick for a reader of all that `next_event` gives.
  Tick horizon() const { return horizon_; }
  /// The relay of this epoch was started again, and tells first what its life before had told.
  void begin_retold(std::uint32_t epoch) { retelling_ = epoch; }
  /// The relay told an own event otherwise than it was offered: other bytes, or another player's.
  bool has_changed_own() const { return has_changed_own_; }
  /// Events of the own slots with a counter below this are in the log, and nobody here offered
  /// them.
  std::uint32_t unknown_own_end() const { return unknown_own_end_; }
  /// All that the relay had accepted at its latest datagram is here.
  bool has_all() const { return has_all_; }
  /// The event that ends the match has come.
  bool has_ended() const { return has_ended_; }
  /// The event by which the relay's life with this epoch begins has come.
  bool has_restarted(std::uint32_t epoch) const { return restarted_ == epoch; }

 private:
  /// A datagram's word on the log through its last event.
  struct Claim {
    std::uint64_t end;
    Tick horizon;
    std::uint32_t counted;
    bool is_all;
  };

  bool take_early(const Welcome& self, OwnEvents& own);
  void take_claims(OwnEvents& own);
  bool take_event(const AcceptedEvent& accepted, const Welcome& self, OwnEvents& own);
  void compare_own(const Event& event, const std::optional<OfferedEvent>& offered,
                   const Welcome& self);

  std::deque<Event> arrived_;
  std::deque<std::uint32_t> refused_;
  std::uint32_t received_ = 0;
  std::uint64_t bytes_ = 0;
  std::map<std::uint32_t, AcceptedEvent> early_;  // behind a gap
  std::vector<Claim> claims_;                     // of which some events are still missing
  bool has_news_ = false;
  Tick horizon_;
  bool has_all_ = false;
  bool has_ended_ = false;
  std::optional<std::uint32_t> restarted_;
  std::optional<std::uint32_t> retelling_;
  bool has_changed_own_ = false;
  std::uint32_t unknown_own_end_ = 0;
  const char* wrong_ = "";
};

}  // namespace tutti::detail
