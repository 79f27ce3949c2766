#pragma once
// The matches that were recorded on this machine.

#include <string>
#include <vector>

namespace counterpoint {

struct Recording {
  std::string path{};
  std::string title{};      ///< when, and who
  std::string length{};     ///< "3:07"
  std::string complaint{};  ///< why it cannot be watched; empty if it can
};

/// The newest first; at most a few hundred. A folder that does not exist has none.
std::vector<Recording> recordings_in(const std::string& folder);

}  // namespace counterpoint
