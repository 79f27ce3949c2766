#include "window/curve.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace tutti::inspect {

std::optional<double> number_of(const std::string& text) {
  char* rest = nullptr;
  const double value = std::strtod(text.c_str(), &rest);
  if (text.empty() || *rest != 0 || !std::isfinite(value)) return std::nullopt;
  return value;
}

void draw_curve(ImDrawList& list, const std::vector<Step>& steps, float top, float bottom,
                ImU32 color) {
  if (steps.empty()) return;
  const auto [least, most] = std::minmax_element(
      steps.begin(), steps.end(),
      [](const Step& left, const Step& right) { return left.value < right.value; });
  const double span = std::max(most->value - least->value, 1e-9);
  const auto height = [&](const Step& step) {
    return bottom - static_cast<float>((step.value - least->value) / span) * (bottom - top);
  };
  // All that falls into one column of pixels is one stroke.
  float column = std::floor(steps.front().from), high = bottom, low = top;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const float y = height(steps[i]), before = i > 0 ? height(steps[i - 1]) : y;
    if (std::floor(steps[i].from) > column) {
      list.AddRectFilled({column, high}, {column + 1, low + 1}, color);
      column = std::floor(steps[i].from), high = bottom, low = top;
    }
    high = std::min({high, y, before}), low = std::max({low, y, before});
    if (std::floor(steps[i].to) <= column) continue;
    list.AddRectFilled({column, high}, {column + 1, low + 1}, color);
    list.AddRectFilled({column, y}, {steps[i].to, y + 1}, color);
    column = std::floor(steps[i].to), high = low = y;
  }
  list.AddRectFilled({column, high}, {column + 1, low + 1}, color);
}

}  // namespace tutti::inspect
