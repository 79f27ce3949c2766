#pragma once
// A stretch of a match as pictures, one for each tick, for a video.

#include "program/wording.hpp"

namespace counterpoint {

/// Draws what `options` name, as large as the window would be: written one after the other to
/// `options.raw_frames`, four bytes (blue, green, red, 255) a pixel, or as numbered PNGs into
/// `options.pictures`. The session watches a match. Faults: system, if they cannot be written.
tutti::Result<void> film(GameSession session, const Options& options);

}  // namespace counterpoint
