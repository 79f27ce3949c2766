#pragma once
// `--input` and `--strength`: how bots play, the same in every subcommand that has bots.

#include "base/command.hpp"
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

}  // namespace tutti::tool
