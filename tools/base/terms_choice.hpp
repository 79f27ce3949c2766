#pragma once
// The terms of a match, the same options in every subcommand that opens one.

#include "base/command.hpp"
#include "tutti/sim/setup.hpp"

namespace tutti::tool {

struct TermsChoice {
  std::string input_delay = "0";
  std::string on_loss = "continue";
  std::uint16_t patience_seconds = MatchTerms{}.patience_seconds;
  bool is_lockstep = false;
  bool has_dense_digests = false;

  void add_to(Command& command);
  /// Errors: Fault::usage, with the word that is not understood.
  Result<MatchTerms> terms(std::uint32_t ends_at) const;
  /// The options that differ from their defaults, for a command line.
  std::string text() const;
};

}  // namespace tutti::tool
