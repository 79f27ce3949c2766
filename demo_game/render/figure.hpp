#pragma once
// One fighter, drawn: limbs, clothes, instrument, face, shadow.

#include "render/camera.hpp"
#include "render/look.hpp"
#include "render/pose.hpp"

namespace counterpoint {

struct Figure {
  Joints joints{};
  Character character = Character::viola;
  Point position{};  ///< metres
  float facing = 1;
  float pull = 0;   ///< metres a second against which hair and ribbons stream, forward positive
  float flash = 0;  ///< 1: struck at this moment, all white
  float shade = 0;  ///< 1: powerless, all dark
  bool is_dazed = false;
  float seconds = 0;
};

/// Where a point of the pose is on the stage, in metres.
Point on_stage(const Figure& figure, Point pose);
void draw_shadow(Canvas& canvas, const Camera& camera, const Figure& figure, float floor);
void draw_figure(Canvas& canvas, const Camera& camera, const Figure& figure, const Look& look);
/// A character that only stands there, or holds this pose: for choices, cards and results.
Figure figure_standing(Character character, const Pose& pose, float seconds);
/// A camera for a figure in a picture: a metre is that many pixels, and the feet stand there.
Camera camera_at(Point feet, float pixels_per_metre);

}  // namespace counterpoint
