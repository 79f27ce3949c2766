#include "tutti/net/delay_review.hpp"

#include <algorithm>

#include "tutti/net/player_path.hpp"

namespace tutti {

namespace {

/// Measures settle within a second of a change; twice that is when they are looked at again.
constexpr std::int64_t review_seconds = 2;
/// Less is given only after so many reviews in a row, a tick at a time.
constexpr int calm_reviews_before_less = 5;
/// Rollbacks of up to so many ticks (67 ms at 60 Hz) are left to prediction: they are hardly seen,
/// while every player feels input delay with every key. The rest of a path's length becomes delay,
constexpr std::int64_t predicted_ticks = 4;
/// but never more than this by itself (100 ms): beyond it a game feels worse by delay than by
/// rollbacks.
constexpr std::int64_t delay_ticks_most = 6;
/// In lockstep all of the way becomes delay, and these for the pauses between datagrams.
constexpr std::int64_t lockstep_spare_ticks = 5;

std::uint8_t needed_delay(const MatchTerms& terms, const DelayReview::Player& player,
                          std::span<const DelayReview::Player> players) {
  std::optional<std::int64_t> longest;
  for (const DelayReview::Player& other : players) {
    if (other.id == player.id || !other.path) continue;
    longest = std::max(longest.value_or(0), *other.path);
  }
  if (!player.path || !longest) return terms.input_delay_ticks;
  // Its events roll the others back by their way to the relay and from there to the farthest one,
  // whose way down is taken to be as long as its way up.
  const std::int64_t ticks = (*player.path + *longest + PlayerPath::unit / 2) / PlayerPath::unit;
  const std::int64_t least = terms.input_delay_ticks;
  return static_cast<std::uint8_t>(
      terms.is_lockstep
          ? std::clamp(ticks + lockstep_spare_ticks, least, limits::input_window_ticks)
          : std::clamp(ticks - predicted_ticks, least, std::max(least, delay_ticks_most)));
}

/// More is given at once, less only after a while.
std::uint8_t adjusted_delay(std::uint8_t present, std::uint8_t needed, int& calm_reviews) {
  calm_reviews = needed < present ? calm_reviews + 1 : 0;
  if (calm_reviews < calm_reviews_before_less) return std::max(present, needed);
  calm_reviews = 0;
  return static_cast<std::uint8_t>(present - 1);
}

}  // namespace

bool DelayReview::is_due(const Setup& setup, Tick clock) const {
  return setup.terms.delay_policy != DelayPolicy::fixed &&
         clock - reviewed_at_ >= review_seconds * setup.tick_rate;
}

std::vector<DelayReview::Change> DelayReview::review(const MatchTerms& terms,
                                                     std::span<const Player> players, Tick clock) {
  reviewed_at_ = clock;
  std::uint8_t most = 0;
  std::uint8_t shared = terms.input_delay_ticks;
  for (const Player& player : players) {
    most = std::max(most, needed_delay(terms, player, players));
    shared = std::max(shared, player.delay_ticks);
  }
  const bool is_shared = terms.delay_policy == DelayPolicy::shared;
  if (is_shared) shared = adjusted_delay(shared, most, shared_calm_reviews_);
  std::vector<Change> changes;
  for (const Player& player : players) {
    const std::uint8_t ticks =
        is_shared ? shared
                  : adjusted_delay(player.delay_ticks, needed_delay(terms, player, players),
                                   calm_reviews_[player.id.value]);
    if (ticks != player.delay_ticks) changes.push_back({player.id, ticks});
  }
  return changes;
}

}  // namespace tutti
