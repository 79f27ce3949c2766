#pragma once
// A relay's status as lines for a terminal.

#include <string>
#include <vector>

#include "base/json.hpp"

namespace tutti::tool {

struct TableSize {
  std::size_t lines = 1000;
  std::size_t columns = 100;
};

/// The lines, as many and as long as there is room. `before`: the status of about a second ago, for
/// rates, or null. The texts in it steer no terminal.
std::vector<std::string> status_table(const Json& status, const Json* before, TableSize size);

/// "3 d 4 h", "7 min", "12 s".
std::string time_text(std::int64_t seconds);

}  // namespace tutti::tool
