#pragma once
// A number that changes too often for its values to be written: a line through a lane.

#include <imgui.h>

#include <optional>
#include <string>
#include <vector>

namespace tutti::inspect {

/// A stretch of the lane in which a field has one value.
struct Step {
  float from = 0, to = 0;  ///< in pixels, from <= to
  double value = 0;
};

/// The number that a field's text is; nothing if it is none.
std::optional<double> number_of(const std::string& text);

/// Draws the steps, the least value at the bottom of the lane and the largest at its top. The steps
/// lie one behind the other.
void draw_curve(ImDrawList& list, const std::vector<Step>& steps, float top, float bottom,
                ImU32 color);

}  // namespace tutti::inspect
