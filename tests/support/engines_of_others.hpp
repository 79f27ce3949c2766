#pragma once
// The example games that stand on an engine of somebody else, as far as their libraries are here.

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "support/catch.hpp"

namespace tutti::test {

/// Their modules, of which there is one at least, or the file that asks is not built. A CI machine
/// has all three.
inline std::vector<std::filesystem::path> engines_of_others() {
  std::vector<std::filesystem::path> modules;
  std::string names = TUTTI_ENGINES_OF_OTHERS;
  for (std::size_t comma = 0; !names.empty(); names.erase(0, comma)) {
    comma = std::min(names.find(','), names.size());
    modules.push_back(std::filesystem::path(TUTTI_EXAMPLE_GAMES) / names.substr(0, comma));
    comma = std::min(comma + 1, names.size());
  }
  REQUIRE(modules.size() >= (std::getenv("CI") != nullptr ? 3 : 1));
  return modules;
}

}  // namespace tutti::test
