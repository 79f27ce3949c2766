#pragma once
// The final events of a match in canonical order, for those who read the log from behind:
// spectators, and the relay's own fold. Where they are is their owner's affair.

#include <cstdint>
#include <optional>

#include "relay/history.hpp"

namespace tutti::detail {

class FinalEvents {
 public:
  virtual ~FinalEvents() = default;
  /// The number of those through a tick, at most the horizon, without `MatchStarted`; nothing if
  /// that cannot be said now.
  virtual std::optional<std::uint32_t> count(Tick through) = 0;
  /// One of them by its place in canonical order; valid until the next call. Nothing if it cannot
  /// be read.
  virtual std::optional<EventView> at(std::uint32_t number) = 0;
};

/// Those of a match that is played here.
class FinalEventsOfMatch final : public FinalEvents {
 public:
  /// Both must outlive this.
  FinalEventsOfMatch(const RelayMatch& match, History& history)
      : match_(&match), history_(&history) {}
  std::optional<std::uint32_t> count(Tick through) override {
    return history_->final_count(*match_, through);
  }
  std::optional<EventView> at(std::uint32_t number) override {
    return history_->final_event(*match_, number);
  }

 private:
  const RelayMatch* match_;
  History* history_;
};

}  // namespace tutti::detail
