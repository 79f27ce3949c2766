#pragma once
// Finished pictures as files.

#include <string>

#include "render/canvas.hpp"
#include "tutti/sim/result.hpp"

namespace counterpoint {

/// Writes a PNG. Faults: system, if the file cannot be written.
tutti::Result<void> save_png(const Canvas& canvas, const std::string& path);

}  // namespace counterpoint
