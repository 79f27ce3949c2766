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

/// Decides from time to time which input delay players have, by the measures of their paths.
class TUTTI_API DelayReview {
 public:
  DelayReview() = default;
  /// The first review comes an interval after this tick.
  explicit DelayReview(Tick from) : reviewed_at_(from) {}

  /// Whether the next review is due at this tick of the match clock.
  bool is_due(const Setup& setup, Tick clock) const;

  /// A player, with its path and its input delay now.
  struct Player {
    PlayerId id{};  ///< whose path it is
    /// The length of its path in PlayerPath::unit, its input delay included; nothing if not
    /// measured.
    std::optional<std::int64_t> path{};
    std::uint8_t delay_ticks = 0;  ///< its present input delay
  };
  /// A delay that is to be another one.
  struct Change {
    PlayerId id{};                 ///< whose it is
    std::uint8_t delay_ticks = 0;  ///< the new one
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
