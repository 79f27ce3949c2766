#pragma once
// The example games that stand on an engine of somebody else, as far as their libraries are here.

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "support/catch.hpp"

namespace tutti::test {

/// Their modules. A CI machine has all three.
inline std::vector<std::filesystem::path> engines_of_others() {
  std::vector<std::filesystem::path> modules;
  std::string names = TUTTI_ENGINES_OF_OTHERS;
  for (std::size_t comma = 0; !names.empty(); names.erase(0, comma)) {
    comma = std::min(names.find(','), names.size());
    modules.push_back(std::filesystem::path(TUTTI_EXAMPLE_GAMES) / names.substr(0, comma));
    comma = std::min(comma + 1, names.size());
  }
  if (std::getenv("CI") != nullptr) REQUIRE(modules.size() == 3);
  return modules;
}

}  // namespace tutti::test
