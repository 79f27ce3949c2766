#pragma once
// Which part of the stage is seen, and where a metre lands on the screen.

#include <span>

#include "counterpoint/state.hpp"
#include "render/canvas.hpp"

namespace counterpoint {

struct Camera {
  /// Where the floor usually is, of the height from the top: what is said about the fighters stands
  /// below it.
  static constexpr float floor_part = 0.74F;

  Point focus{0, 0};  ///< metres: the middle of the view, and how far it is raised
  float width = 8;    ///< metres that the view is wide
  Point screen{};     ///< pixels of the output
  Point shake{};      ///< pixels

  /// Pixels to the metre, on the line of the fight or further away: what is far hardly grows when
  /// the camera comes nearer.
  float scale(float depth = 1) const {
    constexpr float usual_width = 8.5F;
    return screen.x / (usual_width + (width - usual_width) * depth);
  }
  /// Pixels from the top to the line on which the fighters stand.
  float floor() const { return screen.y * floor_part + focus.y * scale(); }
  /// Metres on the stage to pixels. `depth` below 1 is further away and moves less.
  Point place(Point metres, float depth = 1) const {
    return {screen.x / 2 + (metres.x - focus.x * depth) * scale(depth) + shake.x * depth,
            floor() - metres.y * scale(depth) + shake.y * depth};
  }
  float pixels(float metres, float depth = 1) const { return metres * scale(depth); }
};

/// The view that frames all fighters; `places` is where they are drawn.
Camera frame(std::span<const Point> places, const Canvas& canvas);
/// Moves `from` towards `to` as a camera on a stand would in that time.
Camera follow(const Camera& from, const Camera& to, float seconds);

}  // namespace counterpoint
