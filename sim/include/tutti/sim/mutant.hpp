#pragma once
// The mutant switch, for the test of the tests: each TUTTI_MUTANT(name) marks a line that does
// something wrong if that mutant is chosen. It is false, and gone, in every build without mutants.

#ifdef TUTTI_MUTANTS
#include <string_view>

namespace tutti {

/// The mutant that this process is, if any, and whether the process has reached its line.
inline std::string_view chosen_mutant;
inline bool is_mutant_reached = false;

inline bool is_mutant(std::string_view name) {
  if (name != chosen_mutant) return false;
  is_mutant_reached = true;
  return true;
}

}  // namespace tutti

/// Whether this process is the mutant of this name.
#define TUTTI_MUTANT(name) ::tutti::is_mutant(#name)
#else
/// Nothing is broken in a usual build.
#define TUTTI_MUTANT(name) false
#endif
