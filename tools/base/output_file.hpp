#pragma once
// Files that a subcommand writes at its end: asked about at its start, so that nobody plays for an
// hour and then has no file.

#include <string>

#include "tutti/sim/result.hpp"

namespace tutti::tool {

/// Whether a file could be written at this path now; an empty path always can. Errors:
/// Fault::system, if the folder is missing, takes no new file or is full, or if the path is a
/// folder itself.
Result<void> check_output(const std::string& path);

}  // namespace tutti::tool
