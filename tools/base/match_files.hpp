#pragma once
// Where match files lie.

#include <string>
#include <vector>

#include "tutti/sim/result.hpp"

namespace tutti::tool {

/// Every match file in a folder and below, by name. Folders and files that go while it looks are no
/// error: relays and windows write into such folders all the time.
/// Errors: Fault::system, if the folder itself, or one below, cannot be read.
Result<std::vector<std::string>> match_files(const std::string& folder);

}  // namespace tutti::tool
