#include "render/figure.hpp"

#include <array>

#include "render/brush.hpp"

namespace counterpoint {

namespace {

constexpr float outline = 0.026F;  // metres

// Radii in metres.
constexpr float head_radius = 0.118F;
constexpr float hand_radius = 0.064F;

struct Legs {
  Colour upper, lower, foot;
};

/// From the ankle along the sole: level on the floor, along the shin in the air.
Point toe_of(const Limb& leg) {
  const Point shin = leg.end - leg.joint;
  const float size = std::max(length(shin), 0.01F);
  const Point ahead = Point{-shin.y, shin.x} * (1 / size);  // a right angle in front of the shin
  Point toe = leg.end + ahead * 0.15F + shin * (0.045F / size);
  if (leg.end.y < 0.12F && leg.end.y > 0) toe.y = std::max(toe.y, 0.03F);
  return toe;
}

void draw_leg(const Brush& brush, const Limb& leg, const Legs& colours) {
  brush.part(leg.joint, 0.066F, leg.end, 0.048F, colours.lower);
  brush.part(leg.end, 0.052F, toe_of(leg), 0.036F, colours.foot);
  brush.part(leg.root, 0.105F, leg.joint, 0.080F, colours.upper);
}

void draw_arm(const Brush& brush, const Limb& arm, Colour sleeve, Colour skin) {
  brush.part(arm.root, 0.072F, arm.joint, 0.060F, sleeve);
  brush.part(arm.joint, 0.054F, arm.end, 0.044F, skin);
  brush.disc(arm.end, hand_radius, skin);
}

struct Axes {
  Point up, ahead;
};

Axes axes_of(Point from, Point to) {
  const Point up = to - from;
  const Point unit = up * (1 / std::max(length(up), 0.01F));
  return {unit, {unit.y, -unit.x}};
}

void draw_trunk(const Brush& brush, const Joints& joints, const Look& look, Character character) {
  const Point chest = mix(joints.pelvis, joints.neck, 0.74F);
  const Point waist = mix(joints.pelvis, joints.neck, 0.16F);
  const Point collar = mix(joints.pelvis, joints.neck, 1.08F);
  brush.part(waist, 0.118F, chest, 0.158F, look.cloth);
  brush.part(chest, 0.10F, collar, 0.055F, look.cloth);
  if (brush.is_outline()) return;
  const auto [up, ahead] = axes_of(joints.pelvis, joints.neck);
  switch (character) {
    case Character::viola:  // a jacket's opening, and a sash with its knot
      brush.part(joints.neck + ahead * 0.06F - up * 0.02F, 0.026F, waist + ahead * 0.06F, 0.012F,
                 look.sleeve);
      brush.part(waist - ahead * 0.085F, 0.036F, waist + ahead * 0.09F, 0.036F, look.belt);
      brush.part(waist + ahead * 0.10F, 0.024F, waist + ahead * 0.13F - up * 0.11F, 0.014F,
                 look.belt);
      return;
    case Character::piccolo:  // a scarf, and buttons
      brush.part(joints.neck - ahead * 0.08F, 0.055F, joints.neck + ahead * 0.09F, 0.055F,
                 look.band);
      for (const float at : {0.62F, 0.40F, 0.18F})
        brush.disc(mix(joints.pelvis, joints.neck, at) + ahead * 0.09F, 0.022F, look.band);
      return;
    case Character::timpano: {  // a drum for a belly
      const Point belly = mix(joints.pelvis, joints.neck, 0.42F) + ahead * 0.035F;
      brush.disc(belly, 0.118F, look.belt);
      brush.disc(belly, 0.096F, look.sleeve);
      brush.part(mix(joints.pelvis, joints.neck, 0.95F) - ahead * 0.08F, 0.024F,
                 belly + ahead * 0.02F + up * 0.10F, 0.018F, look.belt);
      return;
    }
  }
}

/// A ribbon that streams behind: a chain of capsules from a knot.
struct Ribbon {
  Point knot;
  float thick = 0.026F;
  float thinner = 0.004F;
  float droop = 0.055F;
  float phase = 0;
  int segments = 3;
};

void draw_ribbon(const Brush& brush, const Figure& figure, const Ribbon& ribbon, Colour colour) {
  const float stream = std::clamp(figure.pull, -3.0F, 5.0F);
  Point at = ribbon.knot;
  for (int i = 0; i < ribbon.segments; ++i) {
    const auto place = static_cast<float>(i);
    const float wave = std::sin(figure.seconds * 9 + place * 1.3F + ribbon.phase);
    const Point next =
        at + Point{-0.07F - 0.022F * stream,
                   -ribbon.droop - 0.02F * place + 0.02F * std::abs(stream) + 0.018F * wave};
    const float thick = ribbon.thick - ribbon.thinner * place;
    brush.part(at, thick, next, thick * 0.8F, colour);
    at = next;
  }
}

void draw_ribbons(const Brush& brush, const Figure& figure, const Look& look) {
  const Joints& joints = figure.joints;
  const auto [up, ahead] = axes_of(joints.neck, joints.head);
  const Point behind = joints.head - ahead * (head_radius * 0.95F) + up * 0.02F;
  switch (figure.character) {
    case Character::viola: {  // a ponytail, and the tails of a coat
      draw_ribbon(brush, figure, {behind, 0.052F, 0.011F, 0.055F, 0, 4}, look.hair);
      const Point hip = mix(joints.pelvis, joints.neck, 0.12F);
      draw_ribbon(brush, figure, {hip, 0.105F, 0.022F, 0.14F, 1.2F, 3}, look.cloth_dark);
      return;
    }
    case Character::piccolo:  // the ends of a scarf
      draw_ribbon(brush, figure, {joints.neck - ahead * 0.06F, 0.05F, 0.008F, 0.02F, 0, 4},
                  look.band);
      draw_ribbon(brush, figure, {joints.neck - ahead * 0.05F, 0.04F, 0.008F, 0.06F, 1.9F, 3},
                  look.band);
      return;
    case Character::timpano:
      return;
  }
}

void draw_face(const Brush& brush, Point head, const Axes& axes, const Look& look) {
  const auto& [up, ahead] = axes;
  brush.disc(head, head_radius, look.skin);
  brush.part(head + ahead * 0.108F - up * 0.004F, 0.020F, head + ahead * 0.122F - up * 0.022F,
             0.016F, look.skin);
  brush.part(head + ahead * 0.068F + up * 0.006F, 0.012F, head + ahead * 0.070F - up * 0.012F,
             0.012F, ink);
}

void draw_head(const Brush& brush, const Figure& figure, const Look& look) {
  const Axes axes = axes_of(figure.joints.neck, figure.joints.head);
  const auto& [up, ahead] = axes;
  const Point head = figure.joints.head;
  draw_face(brush, head, axes, look);
  switch (figure.character) {
    case Character::viola:  // hair, and a band around it
      brush.part(head - ahead * 0.050F + up * 0.035F, 0.078F, head + ahead * 0.020F + up * 0.062F,
                 0.060F, look.hair);
      brush.part(head - ahead * 0.060F + up * 0.020F, 0.062F, head - ahead * 0.066F - up * 0.040F,
                 0.046F, look.hair);
      brush.part(head - ahead * 0.100F + up * 0.040F, 0.020F, head + ahead * 0.098F + up * 0.044F,
                 0.020F, look.band);
      return;
    case Character::piccolo:  // curls under the cap
      brush.part(head - ahead * 0.075F + up * 0.01F, 0.05F, head - ahead * 0.07F - up * 0.05F,
                 0.042F, look.hair);
      return;
    case Character::timpano:  // a beard, and a crown of hair
      brush.part(head + ahead * 0.055F - up * 0.065F, 0.062F, head + ahead * 0.05F - up * 0.14F,
                 0.04F, look.hair);
      brush.part(head - ahead * 0.02F - up * 0.06F, 0.05F, head + ahead * 0.05F - up * 0.07F, 0.05F,
                 look.hair);
      brush.part(head - ahead * 0.09F + up * 0.01F, 0.04F, head - ahead * 0.08F - up * 0.05F, 0.04F,
                 look.hair);
      brush.part(head - ahead * 0.05F + up * 0.10F, 0.03F, head + ahead * 0.02F + up * 0.105F,
                 0.022F, look.band);
      return;
  }
}

/// The hat stands out from the head, outline and all: it is drawn with the silhouette too.
void draw_hat(const Brush& brush, const Figure& figure, const Look& look) {
  if (figure.character != Character::piccolo) return;
  const auto [up, ahead] = axes_of(figure.joints.neck, figure.joints.head);
  const Point head = figure.joints.head;
  const float sway = std::clamp(figure.pull * 0.02F, -0.05F, 0.09F);
  const Point tip = head - ahead * (0.20F + sway) + up * 0.23F;
  brush.part(head + up * 0.075F, 0.098F, tip, 0.022F, look.cloth);
  brush.part(head - ahead * 0.10F + up * 0.05F, 0.026F, head + ahead * 0.12F + up * 0.065F, 0.026F,
             look.cloth_dark);
  // A feather.
  brush.part(head + ahead * 0.03F + up * 0.09F, 0.020F,
             head - ahead * (0.12F + 2 * sway) + up * 0.34F, 0.034F, look.band);
}

/// The instrument: a bow, a flute, mallets.
void draw_prop(const Brush& brush, const Figure& figure, const Look& look, bool is_lead) {
  const Limb& arm = is_lead ? figure.joints.lead_arm : figure.joints.rear_arm;
  const float angle = is_lead ? figure.joints.lead_grip : figure.joints.rear_grip;
  const Point along{std::cos(angle), std::sin(angle)};
  switch (figure.character) {
    case Character::viola:
      if (!is_lead) return;
      brush.part(arm.end - along * 0.10F, 0.020F, arm.end + along * 0.74F, 0.013F,
                 {150, 92, 48, 255});
      brush.part(arm.end + Point{along.y, -along.x} * 0.045F, 0.010F, arm.end + along * 0.72F,
                 0.008F, look.sleeve);
      return;
    case Character::piccolo:
      if (!is_lead) return;
      brush.part(arm.end - along * 0.14F, 0.030F, arm.end + along * 0.42F, 0.030F,
                 {222, 226, 236, 255});
      brush.disc(arm.end + along * 0.18F, 0.016F, {92, 98, 122, 255});
      brush.disc(arm.end + along * 0.30F, 0.016F, {92, 98, 122, 255});
      return;
    case Character::timpano:
      brush.part(arm.end - along * 0.10F, 0.016F, arm.end + along * 0.40F, 0.014F,
                 {170, 120, 70, 255});
      brush.disc(arm.end + along * 0.44F, 0.082F, look.sleeve);
      return;
  }
}

void draw_stars(const Brush& brush, const Figure& figure) {
  for (int i = 0; i < 3; ++i) {
    const float angle = figure.seconds * 5 + static_cast<float>(i) * 2 * pi / 3;
    const Point at =
        figure.joints.head + Point{std::cos(angle) * 0.24F, 0.24F + std::sin(angle) * 0.06F};
    brush.disc(at, 0.040F, ink);
    brush.disc(at, 0.028F, {255, 221, 110, 255});
  }
}

/// All of it in ink and a little larger, so that the whole body has one outline.
void draw_silhouette(const Brush& brush, const Figure& figure, const Look& look) {
  const Joints& joints = figure.joints;
  const Legs legs{ink, ink, ink};
  draw_ribbons(brush, figure, look);
  draw_prop(brush, figure, look, false);
  draw_arm(brush, joints.rear_arm, ink, ink);
  draw_leg(brush, joints.rear_leg, legs);
  draw_trunk(brush, joints, look, figure.character);
  draw_hat(brush.of_head(), figure, look);
  brush.of_head().disc(joints.head, head_radius, ink);
  draw_leg(brush, joints.lead_leg, legs);
  draw_prop(brush, figure, look, true);
  draw_arm(brush, joints.lead_arm, ink, ink);
}

}  // namespace

Point on_stage(const Figure& figure, Point pose) {
  const float scale = build_of(figure.character).scale;
  return figure.position + Point{pose.x * figure.facing * scale, pose.y * scale};
}

void draw_shadow(Canvas& canvas, const Camera& camera, const Figure& figure, float floor) {
  const float height = std::max(figure.position.y - floor, 0.0F);
  const float spread = build_of(figure.character).girth / (1 + height * 0.5F);
  const float wide = 0.46F + 0.25F * std::abs(std::sin(figure.joints.trunk_angle));
  const Point at =
      camera.place({figure.position.x + figure.joints.pelvis.x * figure.facing, floor - 0.01F});
  canvas.ellipse(at, camera.pixels(wide * spread), camera.pixels(0.085F * spread),
                 Colour{10, 6, 20, 255}.faded(std::min(0.42F * spread, 0.5F)));
}

void draw_figure(Canvas& canvas, const Camera& camera, const Figure& figure, const Look& look) {
  const Brush brush(canvas, camera, figure);
  const Joints& joints = figure.joints;
  const Legs inked{ink, ink, ink};
  const Legs rear{look.cloth_dark, look.skin_dark, look.cloth_dark};
  const Legs lead{look.cloth, look.skin, look.cloth};

  draw_silhouette(brush.outlined(outline), figure, look);
  draw_ribbons(brush, figure, look);
  draw_prop(brush, figure, look, false);
  draw_arm(brush, joints.rear_arm, look.cloth_dark, look.skin_dark);
  draw_leg(brush, joints.rear_leg, rear);
  // The near leg and arm keep a thin line of their own against the body.
  const Brush thin = brush.outlined(outline * 0.55F);
  draw_leg(thin, joints.lead_leg, inked);
  draw_leg(brush, joints.lead_leg, lead);
  draw_trunk(brush, joints, look, figure.character);
  draw_head(brush.of_head(), figure, look);
  draw_hat(brush.of_head(), figure, look);
  draw_prop(thin, figure, look, true);
  draw_prop(brush, figure, look, true);
  draw_arm(thin, joints.lead_arm, ink, ink);
  draw_arm(brush, joints.lead_arm, look.cloth, look.skin);
  if (figure.is_dazed) draw_stars(brush, figure);
}

Figure figure_standing(Character character, const Pose& pose, float seconds) {
  Figure figure;
  figure.character = character;
  figure.joints = joints_of(pose);
  figure.seconds = seconds;
  return figure;
}

Camera camera_at(Point feet, float pixels_per_metre) {
  Camera camera;
  camera.screen = {camera.width * pixels_per_metre, 0};
  camera.shake = feet - Point{camera.screen.x / 2, camera.floor()};
  return camera;
}

}  // namespace counterpoint
