#include "render/arena.hpp"

#include <array>

#include "render/strokes.hpp"

namespace counterpoint {

namespace {

constexpr Colour white{255, 255, 255, 255};
constexpr Colour ring_light{255, 250, 226, 255};
constexpr Colour dark{24, 18, 32, 255};

void draw_ring(Canvas& canvas, Point at, float radius, float thick, Colour colour) {
  constexpr int segments = 40;
  std::array<Point, segments + 1> outer, inner;
  for (std::size_t i = 0; i <= segments; ++i) {
    const float angle = 2 * pi * static_cast<float>(i) / segments;
    const Point out{std::cos(angle), std::sin(angle)};
    outer[i] = at + out * (radius + thick / 2);
    inner[i] = at + out * (radius - thick / 2);
  }
  canvas.band(outer, inner, colour);
}

/// Five lines with a weight at each end: a staff that floats.
void draw_staff(Canvas& canvas, const Camera& camera, Point left, float wide) {
  const Point at = camera.place(left);
  const float width = camera.pixels(wide), gap = camera.pixels(0.075F);
  canvas.rectangle({at.x, at.y, width, camera.pixels(0.075F)}, dark);
  canvas.rectangle({at.x, at.y, width, camera.pixels(0.045F)}, {244, 222, 176, 255});
  for (int line = 1; line < 5; ++line) {
    const float inset = camera.pixels(0.05F) * static_cast<float>(line);
    canvas.rectangle({at.x + inset, at.y + gap * static_cast<float>(line) + gap * 0.4F,
                      width - 2 * inset, std::max(1.5F, camera.pixels(0.024F))},
                     Colour{244, 222, 176, 255}.faded(1 - 0.16F * static_cast<float>(line)));
  }
  for (const float side : {0.0F, 1.0F}) {
    const Point cap{at.x + width * side, at.y + camera.pixels(0.02F)};
    canvas.circle(cap, camera.pixels(0.095F), dark);
    canvas.circle(cap, camera.pixels(0.07F), {214, 154, 84, 255});
  }
}

/// A balcony: a floor, a cloth below it, tassels.
void draw_balcony(Canvas& canvas, const Camera& camera, Point left, float wide) {
  const Point at = camera.place(left);
  const float width = camera.pixels(wide);
  constexpr int folds = 7;
  for (int i = 0; i < folds; ++i) {
    const float from = at.x + width * static_cast<float>(i) / folds;
    const float step = width / folds;
    const float drop = camera.pixels(0.34F);
    const Point fold[] = {{from, at.y},
                          {from + step, at.y},
                          {from + step, at.y + drop * 0.8F},
                          {from + step / 2, at.y + drop},
                          {from, at.y + drop * 0.8F}};
    canvas.polygon(fold, i % 2 == 0 ? Colour{132, 34, 52, 255} : Colour{108, 26, 46, 255});
  }
  const float lip = camera.pixels(0.06F);
  canvas.rectangle({at.x - lip, at.y, width + 2 * lip, camera.pixels(0.125F)}, dark);
  canvas.rectangle({at.x - lip, at.y, width + 2 * lip, camera.pixels(0.095F)}, {206, 158, 92, 255});
  canvas.rectangle({at.x - lip, at.y, width + 2 * lip, camera.pixels(0.03F)}, {255, 226, 164, 255});
}

/// A head and a stem: a note that viola plays flies.
void draw_note(Canvas& canvas, Point at, float size, float lean, Colour colour) {
  const Point stem = at + Point{size * 0.8F, -size * 0.2F};
  const Point top = stem + Point{size * 0.25F * lean, -size * 2.2F};
  canvas.line(stem, top, size * 0.42F, dark);
  canvas.ellipse(at, size * 1.22F, size * 0.98F, dark);
  canvas.line(stem, top, size * 0.22F, colour);
  canvas.line(top, top + Point{size * 0.8F, size * 0.7F}, size * 0.3F, colour);
  canvas.ellipse(at, size * 1.0F, size * 0.76F, colour);
  canvas.ellipse(at + Point{-size * 0.2F, -size * 0.2F}, size * 0.4F, size * 0.28F, ring_light);
}

/// A cymbal on its edge, rolling.
void draw_cymbal(Canvas& canvas, Point at, float size, float turn) {
  canvas.circle(at, size * 1.14F, dark);
  canvas.circle(at, size, {240, 190, 84, 255});
  canvas.circle(at, size * 0.72F, {214, 154, 62, 255});
  canvas.circle(at, size * 0.34F, {255, 226, 150, 255});
  for (int i = 0; i < 3; ++i) {
    const float angle = turn + static_cast<float>(i) * 2 * pi / 3;
    const Point out{std::cos(angle), std::sin(angle)};
    canvas.line(at + out * (size * 0.4F), at + out * (size * 0.92F), size * 0.1F,
                {150, 100, 40, 255});
  }
}

void draw_shot(Canvas& canvas, const Camera& camera, const Projectile& shot, Point metres) {
  const Point at = camera.place(metres);
  const float size = camera.pixels(to_float(data_of(shot.character).shot.radius));
  const Look& look = look_of(shot.owner);
  const auto age = static_cast<float>(shot.ticks_left);
  const Point back = to_point(shot.velocity);
  const float speed = std::max(length(back), 0.001F);
  const Point behind = Point{-back.x, back.y} * (1 / speed);
  canvas.glow(at, size * 2.6F, look.cloth.faded(0.7F));
  for (int i = 1; i <= 4; ++i) {
    const auto step = static_cast<float>(i);
    canvas.circle(at + behind * (size * 0.9F * step), size * (0.75F - 0.15F * step),
                  look.band.faded(0.42F - 0.09F * step));
  }
  switch (shot.character.value) {
    case Character::viola:
      return draw_note(canvas, at, size, std::sin(age * 0.3F), look.cloth);
    case Character::piccolo:
      canvas.capsule(at - behind * (size * 1.3F), size * 0.25F, at + behind * size, size * 1.05F,
                     dark);
      canvas.capsule(at - behind * (size * 1.1F), size * 0.15F, at + behind * size, size * 0.78F,
                     look.cloth);
      canvas.circle(at + behind * (size * 0.6F), size * 0.42F, ring_light);
      return;
    case Character::timpano:
      return draw_cymbal(canvas, at, size, age * 0.2F * static_cast<float>(shot.facing));
  }
}

/// How far a move's boxes go from a point in this direction, in metres.
float reach_of(const MoveData& data, Point hub, Point direction) {
  float reach = 0;
  for (const HitBox& box : data.boxes) {
    if (!box.is_used()) continue;
    for (const float x : {to_float(box.near), to_float(box.far)}) {
      for (const float y : {to_float(box.low), to_float(box.high)}) {
        const Point corner = Point{x, y} - hub;
        reach = std::max(reach, corner.x * direction.x + corner.y * direction.y);
      }
    }
  }
  return reach;
}

struct Swing {
  Point hub;  // metres from the feet, ahead and up
  float reach = 0;
  float part = 0;  // of its time, 0 to 1
  float come = 1;  // how far the weapon is out, 0 to 1
};

void draw_thrust(Canvas& canvas, const Camera& camera, const Figure& figure, const Swing& swing,
                 float angle) {
  const auto place = [&](Point from_feet) {
    return camera.place(figure.position + Point{from_feet.x * figure.facing, from_feet.y});
  };
  const Point out{std::cos(angle), std::sin(angle)};
  const float tip = swing.reach * swing.come;
  const float tail = tip * mix(0.25F, 0.8F, swing.part);
  const Colour colour = ring_light.faded(0.7F * (1 - swing.part));
  canvas.capsule(place(swing.hub + out * (tip * 0.94F)), camera.pixels(0.085F),
                 place(swing.hub + out * tail), camera.pixels(0.012F), colour);
  canvas.glow(place(swing.hub + out * (tip * 0.92F)), camera.pixels(0.34F),
              ring_light.faded(0.5F * (1 - swing.part)));
}

void draw_arc(Canvas& canvas, const Camera& camera, const Figure& figure, const Swing& swing,
              const Stroke& stroke) {
  constexpr int segments = 20;
  std::array<Point, segments + 1> outer, inner;
  // It ends at the weapon, and its tail follows.
  const float head = mix(stroke.from, stroke.to, swing.come);
  const float tail = mix(stroke.from, stroke.to, smooth(swing.part) * 0.85F);
  for (std::size_t i = 0; i <= segments; ++i) {
    const float along = static_cast<float>(i) / segments;
    const float angle = mix(tail, head, along);
    const Point out{std::cos(angle), std::sin(angle)};
    const float thick = 0.34F * swing.reach * smooth(along) * (1 - 0.5F * swing.part);
    const auto place = [&](float radius) {
      const Point at = swing.hub + out * radius;
      return camera.place(figure.position + Point{at.x * figure.facing, at.y});
    };
    outer[i] = place(swing.reach * 0.98F);
    inner[i] = place(swing.reach * 0.98F - thick);
  }
  canvas.band(outer, inner, ring_light.faded(0.78F * (1 - swing.part)));
}

bool is_in_picture(const Camera& camera, Point at, float margin) {
  return at.x > -margin && at.x < camera.screen.x + margin && at.y > -margin &&
         at.y < camera.screen.y + margin;
}

}  // namespace

void draw_platforms(Canvas& canvas, const Camera& camera, const Moment& moment) {
  const State& state = moment.current;
  for (std::size_t i = 0; i < platforms_of(state.stage).size(); ++i) {
    const Platform was = platform_at(state.stage, i, moment.previous.stage_ticks);
    const Platform is = platform_at(state.stage, i, state.stage_ticks);
    const Point left =
        moved(to_point({was.left, was.height}), to_point({is.left, is.height}), moment.fraction);
    const float wide = to_float(is.right - is.left);
    if (state.stage == Stage::staves) {
      draw_staff(canvas, camera, left, wide);
    } else {
      draw_balcony(canvas, camera, left, wide);
    }
  }
}

void draw_shots(Canvas& canvas, const Camera& camera, const Moment& moment) {
  for (std::size_t i = 0; i < projectiles_max; ++i) {
    const Projectile& shot = moment.current.projectiles[i];
    if (shot.ticks_left > 0) draw_shot(canvas, camera, shot, drawn_shot(moment, i));
  }
}

void draw_swing(Canvas& canvas, const Camera& camera, const Fighter& fighter, const Figure& figure,
                float ticks) {
  if (fighter.action != Action::attacking) return;
  const MoveData& data = data_of(fighter.character, fighter.move);
  const auto startup = static_cast<float>(data.frames.startup);
  Swing swing;
  constexpr float comes_ticks = 2, fades_ticks = 5;
  const float active = static_cast<float>(data.frames.active);
  swing.come = part_of(ticks, startup - comes_ticks, startup);
  swing.part = part_of(ticks, startup, startup + active + fades_ticks);
  if (swing.come <= 0 || swing.part >= 1) return;
  const Stroke& stroke = stroke_of(fighter.move);
  const float scale = build_of(fighter.character).scale;
  const bool is_low = fighter.move == Move::down_light || fighter.move == Move::heavy_down;
  swing.hub = (figure.joints.pelvis + Point{0, is_aerial(fighter.move) ? 0.1F : 0.34F}) * scale;
  if (is_low) swing.hub.y = 0.16F;  // along the floor
  swing.reach = reach_of(data, swing.hub, {std::cos(stroke.to), std::sin(stroke.to)});
  if (swing.reach <= 0) return;
  if (stroke.from == stroke.to) {
    draw_thrust(canvas, camera, figure, swing, stroke.to);
  } else {
    draw_arc(canvas, camera, figure, swing, stroke);
  }
}

void draw_aura(Canvas& canvas, const Camera& camera, const Fighter& fighter, const Figure& figure,
               const Look& look) {
  const Point feet = camera.place(figure.position);
  if (fighter.action == Action::returning) {
    canvas.glow(feet + Point{0, camera.pixels(0.1F)}, camera.pixels(1.0F), look.band.faded(0.5F));
    canvas.ellipse(feet + Point{0, camera.pixels(0.06F)}, camera.pixels(0.62F),
                   camera.pixels(0.10F), dark);
    canvas.ellipse(feet + Point{0, camera.pixels(0.05F)}, camera.pixels(0.58F),
                   camera.pixels(0.075F), look.band);
  }
  if (fighter.action == Action::charging) {
    const float part = static_cast<float>(fighter.charge) / charge_ticks_max;
    const float beat = 0.75F + 0.25F * std::sin(figure.seconds * (14 + 26 * part));
    canvas.glow(camera.place(on_stage(figure, figure.joints.lead_arm.end)),
                camera.pixels(0.35F + 0.55F * part),
                Colour{255, 206, 110, 255}.faded((0.4F + 0.6F * part) * beat));
  }
}

void draw_guard(Canvas& canvas, const Camera& camera, const Fighter& fighter, const Figure& figure,
                const Look& look) {
  const Point middle =
      camera.place(figure.position + Point{0, 0.5F * to_float(data_of(fighter.character).height)});
  if (fighter.action == Action::shielding || fighter.action == Action::shield_stunned) {
    const float part = static_cast<float>(fighter.shield) / full_shield;
    const float size = camera.pixels(0.50F + 0.62F * part);
    const float thick = std::max(2.0F, camera.pixels(0.045F));
    const Colour colour = mix(Colour{255, 96, 84, 255}, look.band, smooth(part));
    canvas.circle(middle, size, colour.faded(0.26F));
    canvas.glow(middle, size * 1.25F, colour.faded(0.30F));
    draw_ring(canvas, middle, size, thick * 1.8F, dark.faded(0.5F));
    draw_ring(canvas, middle, size, thick, colour.faded(0.95F));
    canvas.ellipse(middle + Point{-size * 0.36F, -size * 0.5F}, size * 0.22F, size * 0.12F,
                   white.faded(0.55F));
  }
  if (fighter.action == Action::attacking && fighter.move == Move::counter &&
      stretch_of(fighter) == Stretch::active) {
    const float beat = 0.6F + 0.4F * std::sin(figure.seconds * 40);
    draw_ring(canvas, middle, camera.pixels(0.95F), camera.pixels(0.05F),
              Colour{206, 150, 255, 255}.faded(beat));
    canvas.glow(middle, camera.pixels(1.1F), Colour{170, 110, 255, 255}.faded(0.45F * beat));
  }
}

Rect Tags::free_place(Rect wanted) {
  const auto covers = [&](const Rect& taken) {
    return wanted.x < taken.x + taken.width && taken.x < wanted.x + wanted.width &&
           wanted.y < taken.y + taken.height && taken.y < wanted.y + wanted.height;
  };
  for (auto taken = taken_.begin(); taken != taken_.end();) {
    if (!covers(*taken)) {
      ++taken;
      continue;
    }
    wanted.y = taken->y - wanted.height;
    taken = taken_.begin();
  }
  taken_.push_back(wanted);
  return wanted;
}

void Tags::draw(Canvas& canvas, Text& text, const Camera& camera, const Figure& figure,
                const Look& look, const std::string& name) {
  const float unit = canvas.height() / 720;
  const Point middle = camera.place(figure.position + Point{0, 0.8F});
  if (is_in_picture(camera, middle, 0)) {
    const Point tip = camera.place(on_stage(figure, figure.joints.head)) +
                      Point{0, -camera.pixels(0.34F) - 2 * unit};
    const Point marker[] = {tip, tip + Point{-7 * unit, -10 * unit},
                            tip + Point{7 * unit, -10 * unit}};
    const Point edge[] = {tip + Point{0, 3 * unit}, tip + Point{-11 * unit, -12.5F * unit},
                          tip + Point{11 * unit, -12.5F * unit}};
    canvas.polygon(edge, dark.faded(0.8F));
    canvas.polygon(marker, look.cloth);
    const TextStyle style{.size = 14 * unit, .align = Align::centre, .shadow = 1.2F * unit};
    const float wide = text.width(name, style) + 6 * unit, tall = 17 * unit;
    const Rect place = free_place({tip.x - wide / 2, tip.y - 21 * unit - tall / 2, wide, tall});
    text.draw(canvas, name, {place.x + wide / 2, place.y + tall / 2}, style);
    return;
  }
  // Outside: a lens at the edge, with an arrow towards where it is.
  const float size = 30 * unit, margin = size + 14 * unit;
  const Point edge{std::clamp(middle.x, margin, canvas.width() - margin),
                   std::clamp(middle.y, margin + 84 * unit, canvas.height() - margin)};
  const Rect place = free_place({edge.x - size, edge.y - size, 2 * size, 2 * size});
  const Point at{place.x + size, place.y + size};
  const Point away = middle - at;
  const Point out = away * (1 / std::max(length(away), 1.0F));
  const Point side = Point{-out.y, out.x} * (12 * unit);
  const Point arrow[] = {at + out * (size + 13 * unit), at + out * (size - 2 * unit) + side,
                         at + out * (size - 2 * unit) - side};
  canvas.polygon(arrow, look.cloth);
  canvas.circle(at, size + 3 * unit, look.cloth);
  canvas.circle(at, size, mix(dark, look.cloth_dark, 0.5F));
  Figure small = figure;
  small.position = {};
  const Point feet = at + Point{0, size * 0.72F};
  draw_figure(canvas, camera_at(feet, size * 0.85F), small, look);
}

}  // namespace counterpoint
