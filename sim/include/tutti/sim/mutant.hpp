#pragma once
// The mutant switch, for the test of the tests: each TUTTI_MUTANT(name) marks a line that does
// something wrong if that mutant is chosen. It is false, and gone, in every build without mutants.

#ifdef TUTTI_MUTANTS
#include <cstdlib>
#include <string_view>

namespace tutti {

/// The mutant of this name in the environment, if it names one.
inline std::string_view mutant_in_environment() {
  const char* name = std::getenv("TUTTI_MUTANT");  // deterministic-ok: in no usual build
  return name == nullptr ? std::string_view() : name;
}

/// The mutant that this process is, if any, and whether the process has reached its line.
inline std::string_view chosen_mutant = mutant_in_environment();
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
