#include "render/pose.hpp"

#include <initializer_list>

#include "render/strokes.hpp"

namespace counterpoint {

namespace {

constexpr float trunk = 0.50F;
constexpr float neck_to_head = 0.19F;
constexpr float thigh = 0.43F;
constexpr float shin = 0.43F;
constexpr float upper_arm = 0.29F;
constexpr float forearm = 0.30F;
constexpr float stride = 0.62F;  // metres of one step

constexpr Pose stance{};
constexpr Pose crouch{{0, 0.52F},       0.40F,     -0.2F,      0, {0.10F, -0.28F},
                      {-0.24F, -0.22F}, {0.2F, 0}, {-0.24F, 0}};
constexpr Pose rise{{0, 0.84F},       0.05F,          -0.1F,          0, {0.30F, 0.16F},
                    {-0.28F, -0.10F}, {0.16F, 0.30F}, {-0.20F, 0.08F}};
constexpr Pose fall{{0, 0.84F},     0.16F,           0.1F,           0,
                    {0.38F, 0.20F}, {-0.32F, 0.22F}, {0.22F, 0.14F}, {-0.16F, 0.02F}};
constexpr Pose cover{{-0.05F, 0.69F}, 0.02F,          0.28F,      0,
                     {0.27F, 0.22F},  {0.22F, 0.06F}, {0.20F, 0}, {-0.32F, 0}};
constexpr Pose pressed{{-0.14F, 0.66F}, -0.16F,         0.32F,      0,
                       {0.22F, 0.24F},  {0.17F, 0.08F}, {0.24F, 0}, {-0.40F, 0}};
constexpr Pose struck{{-0.10F, 0.72F}, -0.48F,           -0.45F,     0,
                      {0.34F, -0.20F}, {-0.22F, -0.06F}, {0.26F, 0}, {-0.34F, 0}};
constexpr Pose flying{{0, 0.62F},     -0.15F,          -0.4F,          0.45F,
                      {0.40F, 0.14F}, {-0.10F, 0.42F}, {0.42F, 0.05F}, {0.10F, -0.12F}};
constexpr Pose flat{{0, 0.12F},     0.02F,           -0.15F,          1.50F,
                    {0.04F, 0.50F}, {0.06F, -0.46F}, {0.14F, -0.64F}, {0.02F, -0.72F}};
constexpr Pose kneel{{-0.05F, 0.42F},  0.55F,      0.1F,           0, {0.22F, -0.42F},
                     {-0.02F, -0.40F}, {0.26F, 0}, {-0.38F, 0.04F}};
constexpr Pose hanging{
    {-0.12F, 0.42F},  0.10F, -0.35F, 0, {0.40F, 0.50F}, {0.30F, 0.48F}, {-0.02F, -0.32F},
    {-0.22F, -0.36F}, 1.6F};
constexpr Pose helpless{{0, 0.84F},       0.30F,          0.35F,          0,    {0.30F, -0.40F},
                        {-0.26F, -0.38F}, {0.14F, 0.04F}, {-0.12F, 0.0F}, -1.2F};
constexpr Pose held_up{{-0.06F, 0.86F},  -0.30F,         -0.40F,          0,    {-0.10F, -0.50F},
                       {-0.30F, -0.40F}, {0.12F, 0.10F}, {-0.16F, 0.08F}, -0.8F};
constexpr Pose sidestep{{-0.26F, 0.66F},  -0.42F,     0.25F,       0,   {-0.12F, 0.30F},
                        {-0.30F, -0.10F}, {0.30F, 0}, {-0.34F, 0}, 1.4F};
constexpr Pose triumph{{0, 0.82F},     -0.06F,           -0.25F,     0,
                       {0.14F, 0.56F}, {-0.22F, -0.36F}, {0.16F, 0}, {-0.18F, 0}};

/// One pose on a timeline in ticks.
struct Key {
  float at;
  Pose pose;
};

Pose along(std::initializer_list<Key> keys, float ticks) {
  const Key* before = keys.begin();
  for (const Key& key : keys) {
    if (key.at > ticks) {
      return mix(before->pose, key.pose, smooth(part_of(ticks, before->at, key.at)));
    }
    before = &key;
  }
  return before->pose;
}

/// A move as a movement: drawn back, fully out at the first tick that can hit, and back to where it
/// began.
Pose attack_pose(const Fighter& fighter, float ticks) {
  const Stroke& stroke = stroke_of(fighter.move);
  const MoveData& data = data_of(fighter.character, fighter.move);
  const Pose& base = fighter.footing == 0 ? fall : stance;
  const auto startup = static_cast<float>(data.frames.startup);
  const float hold = startup + static_cast<float>(data.frames.active);
  const float end = static_cast<float>(data.total());
  Pose pose = along({{0, base},
                     {startup * 0.5F, stroke.ready},
                     {std::max(startup - 2, startup * 0.55F), stroke.ready},
                     {startup, stroke.out},
                     {hold, stroke.out},
                     {mix(hold, end, 0.3F), mix(stroke.out, stroke.ready, 0.12F)},
                     {end, base}},
                    ticks);
  pose.roll += stroke.turns * 2 * pi * smooth(part_of(ticks, startup * 0.7F, hold + 3));
  return pose;
}

Pose charging_pose(const Fighter& fighter, float ticks, float seconds) {
  Pose pose = along({{0, stance}, {7, stroke_of(fighter.move).ready}}, ticks);
  pose.pelvis.x += 0.008F * std::sin(seconds * 55);
  return pose;
}

/// Curled up, and turning around the middle of the ball.
Pose tumbling_pose(float turn, Point centre) {
  Pose pose;
  pose.roll = turn;
  pose.pelvis = centre + rotated({-0.24F, -0.02F}, turn);
  pose.lean = 1.45F;
  pose.nod = 2.0F;
  pose.lead_hand = {0.05F, -0.38F};
  pose.rear_hand = {0.0F, -0.34F};
  pose.lead_foot = pose.pelvis + Point{0.26F, -0.26F};
  pose.rear_foot = pose.pelvis + Point{0.14F, -0.30F};
  return pose;
}

/// From a pose into the ball and out of it again, on the shorter way.
Pose curled(Pose pose, const Pose& ball, float part) {
  pose.roll += 2 * pi * std::round(ball.roll / (2 * pi));
  return mix(pose, ball, part);
}

Pose rolling_pose(const Fighter& fighter, float ticks) {
  const float total = std::max(static_cast<float>(fighter.action_length), 1.0F);
  const float direction = to_float(fighter.velocity.x) * static_cast<float>(fighter.facing);
  const float turn = (direction < 0 ? 2 : -2) * pi * smooth(part_of(ticks, 2, total - 2));
  const Pose ball = tumbling_pose(turn, {0, 0.42F});
  const float part =
      std::min(part_of(ticks, 0, 4), 1 - part_of(ticks, std::max(total - 5, 5.0F), total));
  return curled(crouch, ball, part);
}

Pose climbing_pose(float ticks, float total) {
  Pose pushed = crouch, up = stance;
  const auto moved = [](Pose pose, Point by) {
    pose.pelvis = pose.pelvis + by;
    pose.lead_foot = pose.lead_foot + by;
    pose.rear_foot = pose.rear_foot + by;
    return pose;
  };
  pushed = moved(pushed, {0.42F, 0.75F});
  up = moved(up, {0.80F, 1.35F});
  return along({{0, hanging},
                {total * 0.45F, pushed},
                {total * 0.75F, moved(crouch, {0.75F, 1.35F})},
                {total, up}},
               ticks);
}

Pose walking_pose(const Fighter& fighter) {
  // Steps follow the ground that is covered, so that feet do not slide.
  const float covered = to_float(fighter.position.x) * static_cast<float>(fighter.facing);
  const float phase = covered / stride * pi;
  const auto foot = [](float angle) {
    return Point{std::cos(angle) * 0.27F, std::max(0.0F, -std::sin(angle)) * 0.12F};
  };
  Pose pose = stance;
  pose.lead_foot = foot(phase) + Point{0.02F, 0};
  pose.rear_foot = foot(phase + pi) + Point{-0.04F, 0};
  pose.pelvis.y += 0.015F * std::cos(2 * phase) + 0.01F;
  pose.lean = 0.16F;
  pose.lead_hand.x += 0.03F * std::sin(phase);
  pose.rear_hand.x -= 0.03F * std::sin(phase);
  return pose;
}

Pose idle_pose(float seconds) {
  Pose pose = stance;
  const float breath = std::sin(seconds * 5.2F);
  pose.pelvis.y += 0.014F * breath;
  pose.lead_hand.y += 0.016F * std::sin(seconds * 5.2F - 0.8F);
  pose.rear_hand.y += 0.016F * std::sin(seconds * 5.2F - 1.3F);
  return pose;
}

/// Thrown back with the knees drawn up: in the middle of where it can be hit, and no wider.
Pose flying_pose(const Fighter& fighter) {
  Pose pose = flying;
  const float fallen = part_of(-to_float(fighter.velocity.y), -0.1F, 0.12F);
  pose.roll = mix(0.30F, 0.62F, fallen);
  pose.pelvis = {mix(-0.08F, -0.02F, fallen), mix(0.78F, 0.72F, fallen)};
  pose.lead_foot = pose.pelvis + Point{mix(0.10F, -0.06F, fallen), mix(-0.62F, -0.58F, fallen)};
  pose.rear_foot = pose.pelvis + Point{mix(-0.08F, -0.20F, fallen), mix(-0.72F, -0.66F, fallen)};
  return pose;
}

Pose dazed_pose(float seconds) {
  Pose pose = stance;
  const float sway = std::sin(seconds * 4.0F);
  pose.lean = 0.20F + 0.12F * sway;
  pose.nod = 0.35F + 0.2F * std::cos(seconds * 4.0F);
  pose.pelvis = {0.05F * sway, 0.72F};
  pose.lead_hand = {0.14F, -0.48F};
  pose.rear_hand = {-0.04F, -0.50F};
  return pose;
}

Pose victory_pose(float ticks) {
  Pose pose = along({{0, stance}, {6, crouch}, {14, triumph}}, ticks);
  if (ticks > 14) {
    pose.pelvis.y += 0.02F * std::sin(ticks * 0.16F);
    pose.lead_hand.y += 0.04F * std::sin(ticks * 0.16F);
  }
  return pose;
}

/// The joint between two bones that reach from root to end; `bend` says to which side it goes.
Limb reach(Point root, Point end, float first, float second, float bend) {
  const Point span = end - root;
  const float furthest = (first + second) * 0.995F;
  const float distance = std::clamp(length(span), 0.08F, furthest);
  const float size = length(span);
  const Point direction = size > 0.001F ? span * (1 / size) : Point{0, -1};
  const float along_span = (first * first - second * second + distance * distance) / (2 * distance);
  const float aside = std::sqrt(std::max(first * first - along_span * along_span, 0.0F));
  const Point joint =
      root + direction * along_span + Point{-direction.y, direction.x} * (aside * bend);
  return {root, joint, root + direction * distance};
}

Point around(Point point, Point centre, float angle) {
  return centre + rotated(point - centre, angle);
}

}  // namespace

Pose mix(const Pose& from, const Pose& to, float part) {
  return {mix(from.pelvis, to.pelvis, part),
          mix(from.lean, to.lean, part),
          mix(from.nod, to.nod, part),
          mix(from.roll, to.roll, part),
          mix(from.lead_hand, to.lead_hand, part),
          mix(from.rear_hand, to.rear_hand, part),
          mix(from.lead_foot, to.lead_foot, part),
          mix(from.rear_foot, to.rear_foot, part),
          mix(from.grip, to.grip, part)};
}

Joints joints_of(const Pose& pose, float floor) {
  Joints joints;
  joints.pelvis = pose.pelvis;
  joints.neck = pose.pelvis + rotated({0, trunk}, -pose.lean);
  joints.head = joints.neck + rotated({0.03F, neck_to_head}, -pose.lean * 0.5F - pose.nod);
  const Point shoulders = joints.neck + rotated({0, -0.05F}, -pose.lean);
  joints.lead_arm = reach(shoulders + rotated({0.06F, 0}, -pose.lean), shoulders + pose.lead_hand,
                          upper_arm, forearm, -1);
  joints.rear_arm = reach(shoulders + rotated({-0.07F, 0}, -pose.lean), shoulders + pose.rear_hand,
                          upper_arm, forearm, -1);
  joints.lead_leg =
      reach(pose.pelvis + Point{0.05F, 0}, pose.lead_foot + Point{0, 0.07F}, thigh, shin, 1);
  joints.rear_leg =
      reach(pose.pelvis + Point{-0.05F, 0}, pose.rear_foot + Point{0, 0.07F}, thigh, shin, 1);
  joints.trunk_angle = -pose.lean + pose.roll;
  for (Point* point : {&joints.neck, &joints.head})
    *point = around(*point, pose.pelvis, pose.roll);
  for (Limb* limb : {&joints.lead_arm, &joints.rear_arm, &joints.lead_leg, &joints.rear_leg}) {
    for (Point* point : {&limb->root, &limb->joint, &limb->end})
      *point = around(*point, pose.pelvis, pose.roll);
  }
  for (Limb* leg : {&joints.lead_leg, &joints.rear_leg}) {
    const Point sole{leg->end.x, std::max(leg->end.y, floor + 0.06F)};
    if (sole.y > leg->end.y) *leg = reach(leg->root, sole, thigh, shin, 1);
  }
  const auto angle_of = [](const Limb& arm) {
    const Point hand = arm.end - arm.joint;
    return std::atan2(hand.y, hand.x);
  };
  joints.lead_grip = angle_of(joints.lead_arm) + pose.grip;
  joints.rear_grip = angle_of(joints.rear_arm) + pose.grip;
  return joints;
}

Pose pose_of(const Fighter& fighter, float ticks, float seconds) {
  const auto total = static_cast<float>(fighter.action_length);
  switch (fighter.action.value) {
    case Action::standing:
      return idle_pose(seconds);
    case Action::walking:
      return walking_pose(fighter);
    case Action::crouching:
    case Action::gathering:
      return along({{0, stance}, {3, crouch}}, ticks);
    case Action::returning:
      return idle_pose(seconds);
    case Action::helpless:
      return along({{0, fall}, {6, helpless}}, ticks);
    case Action::airborne:
      return mix(rise, fall, part_of(-to_float(fighter.velocity.y), -0.06F, 0.08F));
    case Action::landing:
    case Action::lowering:
      return along({{0, crouch}, {std::max(total, 1.0F), stance}}, ticks);
    case Action::charging:
      return charging_pose(fighter, ticks, seconds);
    case Action::attacking:
      return attack_pose(fighter, ticks);
    case Action::shielding:
      return cover;
    case Action::dodging:
      return along({{0, stance}, {4, sidestep}, {total * 0.75F, sidestep}, {total, stance}}, ticks);
    case Action::rolling:
      return rolling_pose(fighter, ticks);
    case Action::air_dodging:
      return mix(fall, tumbling_pose(-2 * pi * smooth(part_of(ticks, 0, total * 0.7F)), {0, 0.75F}),
                 std::min(part_of(ticks, 0, 4), 1 - part_of(ticks, total * 0.6F, total * 0.8F)));
    case Action::holding:
      return stroke_of(Move::grab).out;
    case Action::hanging:
      return hanging;
    case Action::climbing:
      return climbing_pose(ticks, total);
    case Action::held:
      return held_up;
    case Action::out:
      return stance;
    case Action::shield_stunned:
      return along({{0, pressed}, {total, cover}}, ticks);
    case Action::reeling:
      return along({{0, struck}, {total * 0.45F, struck}, {total, stance}}, ticks);
    case Action::launched:
      return flying_pose(fighter);
    case Action::downed:
    case Action::defeated:
      return along({{0, flying_pose(fighter)}, {3, flat}}, ticks);
    case Action::rising:
      return along({{0, flat}, {total * 0.55F, kneel}, {total, stance}}, ticks);
    case Action::dazed:
      return dazed_pose(seconds);
    case Action::victorious:
      return victory_pose(ticks);
  }
  return stance;
}

}  // namespace counterpoint
