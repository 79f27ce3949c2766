#pragma once
// The best moments of a recorded match on one picture.

#include <string>

#include "tutti/sim/result.hpp"

namespace counterpoint {

/// Folds the match file and writes a PNG. Faults: those of watching the file and of writing the
/// picture.
tutti::Result<void> draw_match_sheet(const std::string& file, const std::string& picture);

}  // namespace counterpoint
