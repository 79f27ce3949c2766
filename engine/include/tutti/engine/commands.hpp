#pragma once
// Commands: what a player says once, and what became of it.

#include <compare>
#include <cstdint>
#include <optional>

#include "tutti/sim/export.hpp"
#include "tutti/sim/tick.hpp"

namespace tutti {

namespace limits {
/// Commands of one player that wait to be ordered, in the session and on their way.
inline constexpr std::size_t commands_waiting = 1024;
}  // namespace limits

/// The name of a command within its session: 1 for the first one, and so on.
struct CommandId {
  std::uint64_t value = 0;  ///< counted from 1 for each session

  constexpr auto operator<=>(const CommandId&) const = default;
};

/// The reason why a command was refused for good.
enum class CommandRefusal : std::uint8_t {
  too_large,    ///< its bytes, with the tag, are more than limits::event_bytes
  too_many,     ///< limits::commands_waiting of this player wait already
  not_playing,  ///< the player is not in the match, has left it, or is not a local one
  match_over,   ///< the match ended first
  by_relay,     ///< the relay did not take it: it was offered more than it tells others in time
  unknown,      ///< the session failed or left first; whether it took effect is not known
};
/// "the match is over", for people.
TUTTI_API const char* to_text(CommandRefusal refusal);

/// The outcome of a command. Each one has one final outcome. Before that the session may tell where
/// the log has it now: a relay that loses power may lose that, and the session offers the command
/// again.
struct CommandOutcome {
  CommandId id;     ///< the one that `send` returned
  PlayerId player;  ///< the local player who said it
  /// Why it was refused, which is always final; nothing if it took effect.
  std::optional<CommandRefusal> refusal{};
  /// The tick whose step saw it; whether the game's rules made anything of it is in the state.
  Tick tick{};
  /// The tick for which it was first sent, if the relay moved it to a later one.
  std::optional<Tick> moved_from{};
  /// Nothing more will be told of it: not even a power loss of the relay changes this.
  bool is_final = false;
};

}  // namespace tutti
