#pragma once
// The bytes that the events of a match may cost each of its readers, and the events that each
// player may add: events beyond it are refused, since nobody could be told of them in time.

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "tutti/sim/event.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti {

/// Counts in ticks, so that equal matches refuse equal events. Every player has an equal share of
/// the bytes; those that one leaves are there for the others. Events are counted for each alone.
class EventBudget {
 public:
  /// What there is, and for how many.
  struct Options {
    std::uint32_t bytes_per_second = 0;   ///< a reader's budget, 0 for none to keep to
    std::uint32_t events_per_second = 0;  ///< of each player, 0 for any number
    std::uint16_t tick_rate = 60;         ///< ticks a second
    std::uint8_t players = 1;             ///< of the match
  };
  /// Every share is full at first.
  explicit EventBudget(const Options& options)
      : most_(std::int64_t{options.bytes_per_second} / 4),
        events_most_(options.events_per_second),
        tick_rate_(options.tick_rate),
        players_(options.players) {
    all_ = most_;
    shares_.assign(options.players, most_ / players_);
    events_.assign(options.players, events_most_ * tick_rate_);
  }

  /// Whether an event with a payload of so many bytes may be accepted after so many ticks, which
  /// never decrease. If so, it is spent.
  bool spend(std::int64_t ticks, PlayerId player, std::size_t payload_bytes) {
    fill(ticks - std::exchange(ticks_, ticks));
    std::int64_t& events = events_[player.value];
    const bool has_limit = events_most_ > 0 && !TUTTI_MUTANT(events_have_no_limit);
    if (has_limit && events < tick_rate_) return false;
    if (most_ > 0) {
      const std::int64_t bytes = static_cast<std::int64_t>(payload_bytes) + overhead_bytes;
      std::int64_t& share = shares_[player.value];
      if (bytes > std::max(share, all_) && !TUTTI_MUTANT(events_have_no_budget)) return false;
      all_ = std::max(all_ - bytes, -most_);
      share = std::max(share - bytes, std::int64_t{0});
    }
    events -= tick_rate_;
    return true;
  }

 private:
  /// The bytes that an event takes on the wire beside its payload.
  static constexpr std::int64_t overhead_bytes = 6;

  void fill(std::int64_t ticks) {
    if (ticks <= 0) return;
    const std::int64_t passed = std::min<std::int64_t>(ticks, tick_rate_);
    // A tenth of the budget is for what is said beside events, and for what was lost.
    const std::int64_t second = most_ * 4 * 9 / 10;
    const std::int64_t added = passed * second / tick_rate_;
    all_ = std::min(all_ + added, most_);
    for (std::int64_t& share : shares_)
      share = std::min(share + added / players_, most_ / players_);
    for (std::int64_t& events : events_)
      events = std::min(events + passed * events_most_, events_most_ * tick_rate_);
  }

  std::int64_t most_;         // bytes of a quarter of a second
  std::int64_t events_most_;  // of a second
  std::int64_t tick_rate_;
  std::int64_t players_;
  std::int64_t all_ = 0;
  std::vector<std::int64_t> shares_;
  std::vector<std::int64_t> events_;  // times the tick rate
  std::int64_t ticks_ = 0;
};

}  // namespace tutti
