#pragma once
// The setup of a match, which is fixed before the first tick: the content of a log's first event.

#include <cstdint>
#include <string>

#include "tutti/sim/bytes.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/limits.hpp"

namespace tutti {

/// How a match deals with a lost player, one that has been silent for a second.
enum class LossPolicy : std::uint8_t {
  go_on = 0,  ///< it goes on without the player, whose slot is kept for a while
  hold = 1,   ///< its clock stands still until the player is back or the patience is over
  end = 2,    ///< it ends once the patience is over, and when a player leaves
};

/// How the input delay is set: the ticks between an action and the step that sees it.
enum class DelayPolicy : std::uint8_t {
  fixed = 0,   ///< to `input_delay_ticks`, for everyone, as long as the match runs
  shared = 1,  ///< by the relay's measures of the paths, the same for everyone
  own = 2,     ///< by the relay's measures of the paths, for each player its own
};

/// The terms of a match. The player who opens it sets them, and the log records them, so that they
/// outlive a relay. The relay and the sessions keep to them; the game never sees them.
struct MatchTerms {
  /// The tick at which the match ends by itself, 0 for never.
  std::uint32_t ends_at = 0;
  LossPolicy on_loss = LossPolicy::go_on;  ///< the match's answer to a lost player
  /// How long `hold` and `end` wait for a lost player, 1 to limits::patience_seconds_max.
  std::uint16_t patience_seconds = 30;
  DelayPolicy delay_policy = DelayPolicy::fixed;  ///< how the input delay is set
  /// The input delay if it is `fixed`, else the least one, with which players begin; 0 to
  /// limits::input_window_ticks.
  std::uint8_t input_delay_ticks = 0;
  /// Sessions predict nothing: they show confirmed ticks only, and never roll back.
  bool is_lockstep = false;
  /// The match's file keeps every digest that the players agreed on, one a second, instead of one
  /// each 300 ticks: about 1 KB a minute, for which a difference is found to the second.
  bool has_dense_digests = false;

  bool operator==(const MatchTerms&) const = default;
};

/// The content of `MatchStarted`.
struct Setup {
  /// Rules id, `<game>@<version>+<fingerprint>`; the engine fills it in from the game.
  std::string rules{};
  std::uint64_t seed = 1;  ///< of the game's own dice
  /// Slots, 1 to limits::players. Events say which players fill them.
  std::uint8_t players = 2;
  /// Ticks a second, limits::tick_rate_min to tick_rate_max.
  std::uint16_t tick_rate = 60;
  /// The game's own options, at most limits::options_bytes.
  Bytes options{};
  MatchTerms terms{};  ///< how the match is to go

  bool operator==(const Setup&) const = default;
};

/// Whether nothing in it exceeds a limit.
TUTTI_API bool is_valid(const Setup& setup);

}  // namespace tutti
