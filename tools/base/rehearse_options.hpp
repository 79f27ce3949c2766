#pragma once
// What `tutti rehearse` is told, and the line that tells it so again, for whoever finds that a game
// differs from itself.

#include "base/game_choice.hpp"
#include "tutti/sim/tick.hpp"

namespace tutti::tool {

struct RehearseOptions {
  GameChoice choice{};
  std::int64_t ticks = 3600;
  std::size_t depth = 8;
  std::uint64_t seed = 1;
  std::uint8_t players = 0;  ///< 0 for the number that `players_of` chooses
  bool bots = false;
  bool json = false;

  /// The line that shows the same again, through this tick.
  std::string line_through(Tick last) const;
};

}  // namespace tutti::tool
