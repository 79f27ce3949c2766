#pragma once
// What is fixed before the first tick: the content of a log's first event.

#include <cstdint>
#include <string>

#include "tutti/sim/bytes.hpp"
#include "tutti/sim/limits.hpp"

namespace tutti {

/// What a match does about a player who is lost: who has been silent for a second.
enum class LossPolicy : std::uint8_t {
  go_on = 0,  ///< it goes on without the player, whose slot is kept for a while
  hold = 1,   ///< its clock stands still until the player is back or the patience is over
  end = 2,    ///< it ends once the patience is over, and when a player leaves
};

/// Who decides how many ticks lie between an action and the step that sees it.
enum class DelayPolicy : std::uint8_t {
  fixed = 0,   ///< `input_delay_ticks`, for everyone, as long as the match runs
  shared = 1,  ///< the relay, from what it measures: the same for everyone
  own = 2,     ///< the relay, from what it measures: for each player its own
};

/// How the match is run. The relay and the sessions go by it, the game never sees it; in the log,
/// so that it outlives a relay.
struct MatchTerms {
  /// The tick at which the match ends by itself, 0 for never.
  std::uint32_t ends_at = 0;
  LossPolicy on_loss = LossPolicy::go_on;
  /// How long `hold` and `end` wait for a lost player, 1 to limits::patience_seconds_max.
  std::uint16_t patience_seconds = 30;
  DelayPolicy delay_policy = DelayPolicy::fixed;
  /// With `fixed` the input delay, else the least one, with which players begin; 0 to
  /// limits::input_window_ticks.
  std::uint8_t input_delay_ticks = 0;
  /// Nothing is predicted: only confirmed ticks are shown, and nobody ever rolls back.
  bool is_lockstep = false;

  bool operator==(const MatchTerms&) const = default;
};

struct Setup {
  /// Rules id, `<game>@<version>+<fingerprint>`; the engine fills it in from the game.
  std::string rules{};
  std::uint64_t seed = 1;
  /// Slots, 1 to limits::players; who fills them comes as events.
  std::uint8_t players = 2;
  /// Ticks a second, limits::tick_rate_min to tick_rate_max.
  std::uint16_t tick_rate = 60;
  /// The game's own options, at most limits::options_bytes.
  Bytes options{};
  MatchTerms terms{};

  bool operator==(const Setup&) const = default;
};

/// Nothing in it exceeds a limit.
bool is_valid(const Setup& setup);

}  // namespace tutti
