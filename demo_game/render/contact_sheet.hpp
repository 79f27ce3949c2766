#pragma once
// Moments of a match side by side in one picture, without a display: for reports and for looking.

#include <array>
#include <span>
#include <string>
#include <vector>

#include "counterpoint/effect.hpp"
#include "counterpoint/state.hpp"
#include "tutti/sim/result.hpp"

namespace counterpoint {

/// One picture of the sheet.
struct Shot {
  State state;
  std::string caption;
  struct Seen {
    Effect effect;
    float ticks_ago = 0;
  };
  std::vector<Seen> effects{};  ///< effects of the ticks shortly before
};

struct SheetOptions {
  int columns = 4;
  int width = 480;  ///< pixels of one picture
  int height = 270;
  std::array<std::string, fighters_max> names{};  ///< of the fighters; empty for their colours
};

/// Writes a PNG. Faults: no shots, a size that cannot be drawn, a file that cannot be written.
tutti::Result<void> save_contact_sheet(std::span<const Shot> shots, const std::string& path,
                                       const SheetOptions& options = {});

}  // namespace counterpoint
