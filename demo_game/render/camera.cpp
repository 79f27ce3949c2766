#include "render/camera.hpp"

namespace counterpoint {

namespace {

constexpr float narrowest = 6.2F;
constexpr float narrowest_at_the_end = 5.9F;
constexpr float widest = 13.0F;
constexpr float margin = 2.0F;  // metres beside each fighter
constexpr float beyond_the_stage = 0.7F;

}  // namespace

Camera frame(Point first, Point second, Phase phase, const Canvas& canvas) {
  Camera camera;
  camera.screen = {canvas.width(), canvas.height()};
  const bool is_over = phase == Phase::round_over || phase == Phase::match_over;
  const float distance = std::abs(first.x - second.x);
  camera.width =
      std::clamp(distance + 2 * margin, is_over ? narrowest_at_the_end : narrowest, widest);
  const float highest = std::max(first.y, second.y);
  camera.width += 0.35F * highest;
  const float room =
      std::max(0.0F, to_float(stage_half_width) + beyond_the_stage - camera.width / 2);
  camera.focus.x = std::clamp((first.x + second.x) / 2, -room, room);
  camera.focus.y = 0.62F * std::max(0.0F, highest - 0.35F);
  return camera;
}

Camera follow(const Camera& from, const Camera& to, float seconds) {
  const float part = 1 - std::exp(-seconds * 7);
  Camera camera = to;
  camera.focus = mix(from.focus, to.focus, part);
  camera.width = mix(from.width, to.width, part);
  return camera;
}

}  // namespace counterpoint
