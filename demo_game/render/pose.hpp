#pragma once
// How a fighter holds its body: from what the state says it does, and for how long, to a pose; from
// a pose to joints. No SDL here.

#include "counterpoint/state.hpp"
#include "render/geometry.hpp"

namespace counterpoint {

/// Metres, as if facing right. Feet are relative to the fighter's position, hands to its shoulders.
/// The lead limbs are those nearer to the opponent.
struct Pose {
  Point pelvis{0, 0.76F};
  float lean = 0.1F;  ///< of the trunk, radians forward
  float nod = 0;      ///< of the head, radians forward
  float roll = 0;     ///< of everything around the pelvis, radians backward
  Point lead_hand{0.33F, 0.02F};
  Point rear_hand{0.19F, -0.02F};
  Point lead_foot{0.22F, 0};
  Point rear_foot{-0.26F, 0};
  float grip = 0.25F;  ///< of the thing in the hands, radians up from the forearm
};
Pose mix(const Pose& from, const Pose& to, float part);

struct Limb {
  Point root, joint, end;
};

/// Where everything is, in the frame of the pose.
struct Joints {
  Point pelvis, neck, head;
  Limb lead_arm, rear_arm, lead_leg, rear_leg;
  float trunk_angle = 0;  ///< of pelvis to neck, radians from upright, backward positive
  float lead_grip = 0;    ///< where what the hands hold points to, radians
  float rear_grip = 0;
};
/// `floor`: its height in that frame; no foot is below it.
Joints joints_of(const Pose& pose, float floor = 0);

/// `ticks`: since the action began, with its fraction; `seconds`: of the drawing's own time, for
/// what moves while nothing happens. While climbing the pose goes up and inwards from where the
/// fighter hangs.
Pose pose_of(const Fighter& fighter, float ticks, float seconds);

}  // namespace counterpoint
