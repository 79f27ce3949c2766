#include "render/camera.hpp"

namespace counterpoint {

namespace {

constexpr float narrowest_view = 8.0F;
constexpr float widest_view = 25.0F;
constexpr float margin = 2.4F;  // metres around the fighters
constexpr float room_above = 3.0F;
constexpr float room_below = 0.2F;
constexpr float room_over_cards = 0.5F;

}  // namespace

Camera frame(std::span<const Point> places, const Canvas& canvas, const Covered& covered) {
  Camera camera;
  camera.screen = {canvas.width(), canvas.height()};
  camera.foot = canvas.height() - covered.foot;
  const float top_part = covered.top / canvas.height(), foot_part = covered.foot / canvas.height();
  const Point middle{0, 0};
  const std::span<const Point> seen = places.empty() ? std::span(&middle, 1) : places;
  Point low = seen.front(), high = seen.front();
  for (const Point& place : seen) {
    low = {std::min(low.x, place.x), std::min(low.y, place.y)};
    high = {std::max(high.x, place.x), std::max(high.y, place.y)};
  }
  const float shape = canvas.width() / canvas.height();
  const float tall = (std::max(high.y, 0.0F) - std::min(low.y, 0.0F) + room_above) /
                     (Camera::floor_part - top_part) * shape;
  camera.width =
      std::clamp(std::max(high.x - low.x + 2 * margin, tall), narrowest_view, widest_view);
  camera.focus.x = (low.x + high.x) / 2;
  // The floor sinks as they rise, and rises as they fall below it.
  const float visible = camera.width / shape;
  const float above = visible * (Camera::floor_part - top_part);
  const float below = visible * (1 - Camera::floor_part - foot_part);
  // A fighter who stands on it stays above the cards, even if another leaves the picture above.
  const float sinks_most = std::max(0.0F, low.y + below - room_over_cards);
  camera.focus.y = std::clamp(high.y + room_above - 0.4F - above, 0.0F, sinks_most) +
                   std::min(0.0F, low.y + below - room_below);
  camera.lowest = low.y;
  return camera;
}

Camera follow(const Camera& from, const Camera& to, float seconds) {
  const float part = 1 - std::exp(-seconds * 7);
  Camera camera = to;
  camera.focus = mix(from.focus, to.focus, part);
  camera.width = mix(from.width, to.width, part);
  const float sunk = camera.place({0, camera.lowest - room_below}).y - camera.shake.y - camera.foot;
  if (sunk > 0) camera.focus.y -= sunk / camera.scale();
  return camera;
}

}  // namespace counterpoint
