#include "render/figure.hpp"

#include <array>

namespace counterpoint {

namespace {

constexpr Colour ink{24, 18, 32, 255};
constexpr float outline = 0.026F;  // metres

// Radii in metres.
constexpr float head_radius = 0.118F;
constexpr float hand_radius = 0.064F;

/// A fighter's own brush: pose coordinates in, shapes on the canvas out.
class Brush {
 public:
  Brush(Canvas& canvas, const Camera& camera, const Figure& figure)
      : canvas_(canvas), camera_(camera), figure_(figure) {}

  Point place(Point pose) const {
    return camera_.place(figure_.position + Point{pose.x * figure_.facing, pose.y});
  }
  /// A flash leaves the ink alone: the silhouette stays.
  Colour tinted(Colour colour) const {
    if (colour.red == ink.red && colour.green == ink.green) return colour;
    return mix(colour, Colour{255, 255, 255, 255}, figure_.flash * 0.85F);
  }
  void part(Point from, float from_radius, Point to, float to_radius, Colour colour) const {
    canvas_.capsule(place(from), camera_.pixels(from_radius), place(to), camera_.pixels(to_radius),
                    tinted(colour));
  }
  void disc(Point at, float radius, Colour colour) const {
    canvas_.circle(place(at), camera_.pixels(radius), tinted(colour));
  }

 private:
  Canvas& canvas_;
  const Camera& camera_;
  const Figure& figure_;
};

struct Legs {
  Colour upper, lower, foot;
};

/// From the ankle along the sole: level on the floor, along the shin in the air.
Point toe_of(const Limb& leg) {
  const Point shin = leg.end - leg.joint;
  const float size = std::max(length(shin), 0.01F);
  const Point ahead = Point{-shin.y, shin.x} * (1 / size);  // a right angle in front of the shin
  Point toe = leg.end + ahead * 0.15F + shin * (0.045F / size);
  if (leg.end.y < 0.12F) toe.y = std::max(toe.y, 0.03F);
  return toe;
}

void draw_leg(const Brush& brush, const Limb& leg, const Legs& colours, float grow) {
  brush.part(leg.joint, 0.066F + grow, leg.end, 0.048F + grow, colours.lower);
  brush.part(leg.end, 0.052F + grow, toe_of(leg), 0.036F + grow, colours.foot);
  brush.part(leg.root, 0.105F + grow, leg.joint, 0.080F + grow, colours.upper);
}

void draw_arm(const Brush& brush, const Limb& arm, Colour sleeve, Colour skin, float grow) {
  brush.part(arm.root, 0.072F + grow, arm.joint, 0.060F + grow, sleeve);
  brush.part(arm.joint, 0.054F + grow, arm.end, 0.044F + grow, skin);
  brush.disc(arm.end, hand_radius + grow, skin);
}

void draw_trunk(const Brush& brush, const Joints& joints, const Look& look, float grow) {
  const Point chest = mix(joints.pelvis, joints.neck, 0.74F);
  const Point waist = mix(joints.pelvis, joints.neck, 0.16F);
  const bool is_fill = grow == 0;
  brush.part(waist, 0.118F + grow, chest, 0.158F + grow, is_fill ? look.cloth : ink);
  brush.part(chest, 0.10F + grow, mix(joints.pelvis, joints.neck, 1.08F), 0.055F + grow,
             is_fill ? look.cloth : ink);
  if (!is_fill) return;
  const Point along = joints.neck - joints.pelvis;
  const Point ahead = Point{along.y, -along.x} * (1 / std::max(length(along), 0.01F));
  // The jacket's opening, and the belt with its knot.
  brush.part(joints.neck + ahead * 0.06F - along * 0.04F, 0.026F, waist + ahead * 0.06F, 0.012F,
             look.sleeve);
  brush.part(waist - ahead * 0.085F, 0.036F, waist + ahead * 0.09F, 0.036F, look.belt);
  brush.part(waist + ahead * 0.10F, 0.024F, waist + ahead * 0.13F - along * 0.22F, 0.014F,
             look.belt);
}

/// Ribbons of the headband or the ponytail, streaming behind.
void draw_ribbons(const Brush& brush, const Figure& figure, const Look& look, Point back, Point up,
                  float grow) {
  const Point knot = figure.joints.head + back * (head_radius * 0.95F) + up * 0.02F;
  const float stream = std::clamp(figure.pull, -3.0F, 5.0F);
  for (int tail = 0; tail < (look.has_ponytail ? 1 : 2); ++tail) {
    const auto index = static_cast<float>(tail);
    Point at = knot;
    const int segments = look.has_ponytail ? 4 : 3;
    for (int i = 0; i < segments; ++i) {
      const auto place = static_cast<float>(i);
      const float wave = std::sin(figure.seconds * 9 + place * 1.3F + index * 1.9F);
      const float droop = -0.055F - 0.03F * index - 0.02F * place;
      const Point next = at + Point{-0.07F - 0.022F * stream + 0.01F * index,
                                    droop + 0.02F * std::abs(stream) + 0.018F * wave};
      const float thick = look.has_ponytail ? 0.050F - 0.011F * place : 0.026F - 0.004F * place;
      brush.part(at, thick + grow, next, thick * 0.8F + grow,
                 grow > 0 ? ink : (look.has_ponytail ? look.hair : look.band));
      at = next;
    }
  }
}

void draw_head(const Brush& brush, const Figure& figure, const Look& look) {
  const Joints& joints = figure.joints;
  const Point up_raw = joints.head - joints.neck;
  const Point up = up_raw * (1 / std::max(length(up_raw), 0.01F));
  const Point ahead{up.y, -up.x};
  const Point head = joints.head;
  brush.disc(head, head_radius, look.skin);
  // Hair behind and above, then the face's profile in front of it.
  brush.part(head - ahead * 0.050F + up * 0.035F, 0.078F, head + ahead * 0.020F + up * 0.062F,
             0.060F, look.hair);
  brush.part(head - ahead * 0.060F + up * 0.020F, 0.062F, head - ahead * 0.066F - up * 0.040F,
             0.046F, look.hair);
  brush.part(head + ahead * 0.108F - up * 0.004F, 0.020F, head + ahead * 0.122F - up * 0.022F,
             0.016F, look.skin);
  brush.part(head - ahead * 0.100F + up * 0.040F, 0.020F, head + ahead * 0.098F + up * 0.044F,
             0.020F, look.band);
  brush.part(head + ahead * 0.068F + up * 0.006F, 0.012F, head + ahead * 0.070F - up * 0.012F,
             0.012F, ink);
}

void draw_stars(const Brush& brush, const Figure& figure) {
  for (int i = 0; i < 3; ++i) {
    const float angle = figure.seconds * 5 + static_cast<float>(i) * 2 * pi / 3;
    const Point at =
        figure.joints.head + Point{std::cos(angle) * 0.24F, 0.20F + std::sin(angle) * 0.06F};
    brush.disc(at, 0.040F, ink);
    brush.disc(at, 0.028F, {255, 221, 110, 255});
  }
}

}  // namespace

const Look& look_of(std::size_t slot) {
  static const std::array<Look, 4> looks = {{
      {.cloth = {226, 74, 51, 255},
       .cloth_dark = {158, 42, 40, 255},
       .sleeve = {247, 226, 196, 255},
       .skin = {238, 178, 134, 255},
       .skin_dark = {190, 130, 96, 255},
       .belt = {40, 26, 38, 255},
       .hair = {58, 34, 36, 255},
       .band = {255, 240, 216, 255},
       .has_ponytail = false},
      {.cloth = {38, 120, 196, 255},
       .cloth_dark = {22, 74, 136, 255},
       .sleeve = {214, 238, 246, 255},
       .skin = {214, 156, 118, 255},
       .skin_dark = {164, 112, 84, 255},
       .belt = {244, 214, 96, 255},
       .hair = {30, 28, 44, 255},
       .band = {120, 226, 230, 255},
       .has_ponytail = true},
      {.cloth = {70, 158, 84, 255},
       .cloth_dark = {40, 104, 58, 255},
       .sleeve = {232, 244, 214, 255},
       .skin = {226, 170, 128, 255},
       .skin_dark = {176, 124, 92, 255},
       .belt = {52, 40, 30, 255},
       .hair = {112, 66, 34, 255},
       .band = {250, 232, 140, 255},
       .has_ponytail = false},
      {.cloth = {150, 92, 186, 255},
       .cloth_dark = {100, 56, 132, 255},
       .sleeve = {240, 224, 250, 255},
       .skin = {196, 140, 104, 255},
       .skin_dark = {148, 100, 76, 255},
       .belt = {250, 210, 120, 255},
       .hair = {220, 214, 226, 255},
       .band = {255, 170, 190, 255},
       .has_ponytail = true},
  }};
  return looks[slot % looks.size()];
}

void draw_shadow(Canvas& canvas, const Camera& camera, const Figure& figure) {
  const float height = std::max(figure.position.y, 0.0F);
  const float spread = 1 / (1 + height * 0.5F);
  const Point at =
      camera.place({figure.position.x + figure.joints.pelvis.x * figure.facing, -0.01F});
  const float wide = 0.46F + 0.25F * std::abs(std::sin(figure.joints.trunk_angle));
  canvas.ellipse(at, camera.pixels(wide * spread), camera.pixels(0.085F * spread),
                 Colour{10, 6, 20, 255}.faded(0.42F * spread));
}

void draw_figure(Canvas& canvas, const Camera& camera, const Figure& figure, const Look& look) {
  const Brush brush(canvas, camera, figure);
  const Joints& joints = figure.joints;
  const Point up_raw = joints.head - joints.neck;
  const Point up = up_raw * (1 / std::max(length(up_raw), 0.01F));
  const Point back{-up.y, up.x};
  const Legs inked{ink, ink, ink};
  const Legs rear{look.cloth_dark, look.skin_dark, look.cloth_dark};
  const Legs lead{look.cloth, look.skin, look.cloth};

  // One dark silhouette first, so that the whole body has one outline.
  draw_ribbons(brush, figure, look, back, up, outline * 0.7F);
  draw_arm(brush, joints.rear_arm, ink, ink, outline);
  draw_leg(brush, joints.rear_leg, inked, outline);
  draw_trunk(brush, joints, look, outline);
  brush.disc(joints.head, head_radius + outline, ink);
  draw_leg(brush, joints.lead_leg, inked, outline);
  draw_arm(brush, joints.lead_arm, ink, ink, outline);

  draw_ribbons(brush, figure, look, back, up, 0);
  draw_arm(brush, joints.rear_arm, look.cloth_dark, look.skin_dark, 0);
  draw_leg(brush, joints.rear_leg, rear, 0);
  // The near leg and arm keep a thin line of their own against the body.
  draw_leg(brush, joints.lead_leg, inked, outline * 0.55F);
  draw_leg(brush, joints.lead_leg, lead, 0);
  draw_trunk(brush, joints, look, 0);
  draw_head(brush, figure, look);
  draw_arm(brush, joints.lead_arm, ink, ink, outline * 0.55F);
  draw_arm(brush, joints.lead_arm, look.cloth, look.skin, 0);
  if (figure.is_dazed) draw_stars(brush, figure);
}

}  // namespace counterpoint
