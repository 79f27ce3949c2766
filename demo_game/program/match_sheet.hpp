#pragma once
// The best moments of a recorded match on one picture, and a stretch of it as a moving one.

#include <cstdint>
#include <string>

#include "tutti/sim/result.hpp"

namespace counterpoint {

/// Folds the match file and writes a PNG. Faults: those of watching it and of writing the picture.
tutti::Result<void> draw_match_sheet(const std::string& file, const std::string& picture);

struct GifOptions {
  std::int64_t from_tick = 0;
  int seconds = 6;
  int width = 480;  ///< pixels
  int height = 270;
};
/// Folds the match file and writes a GIF, 12 pictures a second. Faults: as above.
tutti::Result<void> draw_match_gif(const std::string& file, const std::string& picture,
                                   const GifOptions& options);

}  // namespace counterpoint
