#pragma once
// The order in which one player is told a match's events. In most rooms it is that of their
// acceptance. In one without peeking, another player's event comes in only once its tick is final:
// a player who is to choose an input for a tick cannot know what the others have chosen for it.

#include <cstdint>
#include <optional>
#include <vector>

#include "relay/minutes.hpp"
#include "tutti/net/relay_match.hpp"

namespace tutti::detail {

class ToldOrder {
 public:
  ToldOrder() = default;
  /// `known`: how many of the events that are final now, in canonical order, the client has.
  explicit ToldOrder(bool is_no_peek, std::uint32_t known = 0)
      : is_no_peek_(is_no_peek), taken_(known), begun_(known), first_place_(known) {}

  struct Around {
    const RelayMatch& match;
    const Minutes& minutes;
    History& history;
    const std::vector<PlayerId>& own;  ///< the players of the client that is told
  };
  /// Takes in what is written, as far as the disk gives it.
  void update(const Around& around);
  /// The client has all events before this one, and keeps them.
  void forget(std::uint32_t received);

  /// How many events may be told now.
  std::uint32_t count() const { return is_no_peek_ ? first_place_ + size(places_) : taken_; }

  /// An event as this player is told it.
  struct Told {
    EventView event{};
    bool is_as_offered = false;
    /// The log is final through this tick for a reader of all events before this one.
    Tick horizon_before{};
  };
  /// One of them; valid until the next call. Nothing if the disk does not give it. Precondition: it
  /// is not forgotten.
  std::optional<Told> told(std::uint32_t number, const RelayMatch& match, History& history) const;
  /// Its tick; tick 0 for an event of long ago, which is in memory no more.
  Tick tick_in_memory(std::uint32_t number, const RelayMatch& match) const {
    if (is_no_peek_) {
      if (number < first_place_) return {};
      number = places_[number - first_place_].sequence;
    }
    return number < match.first_kept() ? Tick{} : match.accepted(number).event.tick;
  }
  /// Whether a client can have so many, and what follows them is not forgotten.
  bool has(std::uint32_t received, const RelayMatch& match) const {
    if (!is_no_peek_) return received <= match.accepted_count();
    return received <= count() && (received >= first_place_ || first_place_ == begun_);
  }
  /// Whether this horizon lets events be told that may not be told yet.
  bool waits_for(Tick horizon) const;

 private:
  struct Place {
    std::uint32_t sequence = 0;
    Tick horizon_before{};
  };
  /// An event without its content.
  struct Hidden {
    std::uint32_t sequence = 0;
    EventView event{};
  };
  static std::uint32_t size(const std::vector<Place>& places) {
    return static_cast<std::uint32_t>(places.size());
  }

  void begin(const Around& around);
  void take(std::uint32_t sequence, const EventView& event) {
    hidden_.push_back({sequence, {event.tick, event.author, event.counter, {}}});
  }

  bool is_no_peek_ = false;
  std::uint32_t taken_ = 0;  // events below this sequence number have been looked at
  // Without peeking: first come the events that were final when the client came, in canonical
  // order, and then the places.
  bool has_begun_ = false;
  std::uint32_t begun_ = 0;        // how many were final
  std::uint32_t first_place_ = 0;  // the number of the first place that is not forgotten
  std::vector<Place> places_;
  std::vector<Hidden> hidden_;  // events that wait for their tick to be final
};

}  // namespace tutti::detail
