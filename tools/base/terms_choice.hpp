#pragma once
// How a match is run, the same options in every subcommand that opens one.

#include "base/command.hpp"
#include "tutti/sim/setup.hpp"

namespace tutti::tool {

struct TermsChoice {
  std::string input_delay = "0";
  std::string on_loss = "continue";
  std::uint16_t patience_seconds = MatchTerms{}.patience_seconds;
  bool is_lockstep = false;

  void add_to(Command& command);
  /// Faults: usage, naming what is not understood.
  Result<MatchTerms> terms(std::uint32_t ends_at) const;
  /// The options again, for a command line; empty for those that hold by default.
  std::string text() const;
};

}  // namespace tutti::tool
