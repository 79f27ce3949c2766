#pragma once
// The review of input delays, in a match whose terms let the relay adapt them to the players'
// paths. It gives more delay at once, and less only after a while.

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "tutti/sim/export.hpp"
#include "tutti/sim/limits.hpp"
#include "tutti/sim/setup.hpp"
#include "tutti/sim/tick.hpp"

namespace tutti {

class TUTTI_API DelayReview {
 public:
  DelayReview() = default;
  /// The first review comes an interval after this tick.
  explicit DelayReview(Tick from) : reviewed_at_(from) {}

  bool is_due(const Setup& setup, Tick clock) const;

  /// A player, with its path and its input delay now.
  struct Player {
    PlayerId id{};
    /// The length of its path in PlayerPath::unit, its input delay included; nothing if not
    /// measured.
    std::optional<std::int64_t> path{};
    std::uint8_t delay_ticks = 0;
  };
  struct Change {
    PlayerId id{};
    std::uint8_t delay_ticks = 0;
  };
  /// The changes of input delay among the players.
  std::vector<Change> review(const MatchTerms& terms, std::span<const Player> players, Tick clock);

  /// Another player gets this slot.
  void forget(PlayerId player) { calm_reviews_[player.value] = 0; }

 private:
  Tick reviewed_at_;
  // Reviews in a row at which less would have done.
  std::array<int, limits::players> calm_reviews_{};
  int shared_calm_reviews_ = 0;  // of an input delay that all share
};

}  // namespace tutti
