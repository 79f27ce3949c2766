#pragma once
// The matches that were recorded on this machine.

#include <string>
#include <vector>

namespace counterpoint {

struct Recording {
  std::string path{};
  std::string title{};      ///< when, in UTC, and who
  std::string length{};     ///< "3:07"
  std::string complaint{};  ///< why it cannot be watched; empty if it can
};

struct Recordings {
  std::vector<Recording> list{};  ///< the newest first
  std::size_t left_out = 0;       ///< older files that are not listed
};
/// At most so many of a folder. A folder that does not exist has none.
Recordings recordings_in(const std::string& folder, std::size_t most = 300);

}  // namespace counterpoint
