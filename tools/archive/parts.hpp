#pragma once
// The parts of `tutti archive`.

#include <string>
#include <vector>

#include "base/command.hpp"

namespace tutti::tool {

/// Every match file below a folder, by name.
Result<std::vector<std::string>> match_files(const std::string& folder);
void add_archive_project(Command& archive);

}  // namespace tutti::tool
