#pragma once
// Which part of the stage is seen, and where a metre lands on the screen.

#include <span>

#include "counterpoint/state.hpp"
#include "render/canvas.hpp"

namespace counterpoint {

struct Camera {
  /// Where the floor usually is, of the height from the top: the cards of the fighters stand below
  /// it.
  static constexpr float floor_part = 0.74F;

  Point focus{0, 0};  ///< metres: the middle of the view, and how far it is raised
  float width = 8;    ///< metres that the view is wide
  Point screen{};     ///< pixels of the output
  Point shake{};      ///< pixels
  float lowest = 0;   ///< metres: the lowest point that it is to show
  float foot = 0;     ///< pixels from the top: everything to be seen is above that

  /// Pixels to the metre, on the line of the fight or further away: far things hardly grow when
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

/// Strips at the picture's edges that something is written over, in pixels.
struct Covered {
  float top = 0;
  float foot = 0;
};

/// The view that shows all places above what is written at the foot. `places`: the fighters' feet,
/// and what hangs lower.
Camera frame(std::span<const Point> places, const Canvas& canvas, const Covered& covered = {});
/// Moves `from` towards `to` as a camera on a stand would in that time, but never loses the lowest
/// of what `to` shows.
Camera follow(const Camera& from, const Camera& to, float seconds);

}  // namespace counterpoint
