#pragma once
// One fighter, drawn: limbs, clothes, face, shadow.

#include "render/camera.hpp"
#include "render/pose.hpp"

namespace counterpoint {

/// What tells the players apart.
struct Look {
  Colour cloth, cloth_dark, sleeve, skin, skin_dark, belt, hair, band;
  bool has_ponytail = false;
};
const Look& look_of(std::size_t slot);

struct Figure {
  Joints joints;
  Point position{};  ///< metres
  float facing = 1;
  float pull = 0;   ///< metres a second against which hair and ribbons stream, forward positive
  float flash = 0;  ///< 1: struck at this moment, all white
  bool is_dazed = false;
  float seconds = 0;
};

void draw_shadow(Canvas& canvas, const Camera& camera, const Figure& figure);
void draw_figure(Canvas& canvas, const Camera& camera, const Figure& figure, const Look& look);

}  // namespace counterpoint
