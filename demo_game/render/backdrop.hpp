#pragma once
// The view behind the fight: sky, hills, wires with birds like notes on a staff, and the platform.

#include "render/camera.hpp"

namespace counterpoint {

/// One of the four times of day.
struct Daylight {
  Colour sky_top, sky_low, sun, far_hill, near_hill, bush, boards, boards_dark, edge, wire;
  Point sun_at;      ///< parts of the screen
  float sun_radius;  ///< part of the screen's height
  float stars;       ///< how visible
};
const Daylight& daylight_of(std::uint8_t backdrop);

void draw_backdrop(Canvas& canvas, const Camera& camera, std::uint8_t backdrop, float seconds);

}  // namespace counterpoint
