#pragma once
// How bots play, the same options in every subcommand that has one.

#include "base/command.hpp"
#include "tutti/sim/bot_style.hpp"

namespace tutti::tool {

struct BotChoice {
  std::string input = "pad";
  std::string strength = "medium";

  void add_to(Command& command);
  /// Faults: usage, naming what is not understood.
  Result<BotStyle> style() const;
  /// The options again, for a command line; empty for those that hold by default.
  std::string text() const;
};

}  // namespace tutti::tool
