#pragma once
// `--input` and `--strength`: how bots play, the same in every subcommand that has bots.

#include <optional>

#include "base/command.hpp"
#include "tutti/sim/any_game.hpp"
#include "tutti/sim/bot_style.hpp"

namespace tutti::tool {

struct BotChoice {
  std::string input = "pad";
  std::string strength = "medium";

  void add_to(Command& command);
  /// Errors: Fault::usage, with the word that is not understood.
  Result<BotStyle> style() const;
  /// The options that differ from their defaults, for a command line.
  std::string text() const;
};

/// What a bot does at one tick: what the game's bot decides on; in a game without one, an arbitrary
/// legal event every 12th tick or so.
std::optional<Bytes> act(const AnyGame& game, const void* state, PlayerId player, Random& random,
                         const BotStyle& style);

}  // namespace tutti::tool
