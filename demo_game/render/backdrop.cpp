#include "render/backdrop.hpp"

#include <array>

namespace counterpoint {

namespace {

constexpr float platform_half = 6.0F;  // as long as the rules' floor

float ridge_height(float x, int layer) {
  const float salt = static_cast<float>(layer) * 7.31F;
  return 0.50F + 0.22F * std::sin(x * 0.31F + salt) + 0.15F * std::sin(x * 0.73F + salt * 2.1F) +
         0.07F * std::sin(x * 1.9F + salt * 0.7F) + 0.03F * std::sin(x * 4.3F + salt);
}

void draw_sky(Canvas& canvas, const Camera& camera, const Daylight& light) {
  const float horizon = camera.floor() - camera.pixels(0.35F);
  canvas.gradient({0, 0, canvas.width(), horizon}, light.sky_top, light.sky_low);
  for (unsigned i = 0; i < 70 && light.stars > 0; ++i) {
    const Point at{scatter(i, 1) * canvas.width(), scatter(i, 2) * horizon * 0.75F};
    canvas.circle(at, 0.7F + scatter(i, 3) * 1.2F,
                  Colour{255, 255, 255, 255}.faded(light.stars * (0.3F + 0.7F * scatter(i, 4))));
  }
  const Point sun{(light.sun_at.x) * canvas.width() - camera.pixels(camera.focus.x * 0.03F),
                  light.sun_at.y * canvas.height()};
  const float radius = light.sun_radius * canvas.height();
  canvas.glow(sun, radius * 4.2F, light.sun.faded(0.35F));
  canvas.glow(sun, radius * 2.0F, light.sun.faded(0.45F));
  canvas.circle(sun, radius, light.sun);
}

void draw_ridges(Canvas& canvas, const Camera& camera, const Daylight& light) {
  constexpr int layers = 3;
  constexpr int columns = 48;
  for (int layer = 0; layer < layers; ++layer) {
    const float nearness = static_cast<float>(layer) / (layers - 1);
    const float depth = mix(0.10F, 0.34F, nearness);
    const float base = camera.floor() + 4;
    std::array<Point, columns + 1> upper, lower;
    for (int i = 0; i <= columns; ++i) {
      const float x = canvas.width() * static_cast<float>(i) / columns;
      const float metres = (x - canvas.width() / 2) / camera.scale(depth) + camera.focus.x * depth;
      const float tall = mix(2.1F, 1.0F, nearness) * (0.45F + ridge_height(metres, layer));
      const auto index = static_cast<std::size_t>(i);
      upper[index] = {x, camera.floor() - camera.pixels(tall, depth)};
      lower[index] = {x, base};
    }
    const Colour colour = mix(light.far_hill, light.near_hill, nearness);
    canvas.band(upper, lower, colour);
  }
}

constexpr float wire_depth = 0.5F;
constexpr float pole_distance = 5.2F;

/// Height in metres of a wire between two poles.
float wire_height(float x, int wire) {
  const float along = x / pole_distance - 0.5F;
  const float span = along - std::floor(along);
  const float sag = 4 * span * (1 - span);
  return 3.62F - 0.17F * static_cast<float>(wire) - 0.28F * sag;
}

/// A melody that anyone may play: steps on the staff, one bird each.
void draw_birds(Canvas& canvas, const Camera& camera, const Daylight& light, float seconds) {
  constexpr std::array<int, 18> melody = {4, 3, 2, 1, 2, 3, 4, 4, 1, 0, 1, 2, 3, 3, 2, 1, 0, 2};
  for (std::size_t i = 0; i < melody.size(); ++i) {
    const auto index = static_cast<unsigned>(i);
    const float x = -9.2F + static_cast<float>(i) * 1.03F + 0.3F * scatter(index, 5);
    const float hop =
        std::max(0.0F, std::sin(seconds * 0.7F + 2.4F * static_cast<float>(i)) - 0.97F);
    const Point feet{x, wire_height(x, melody[i]) + hop * 1.6F};
    const float size = camera.pixels(0.066F, wire_depth);
    const float side = scatter(index, 6) > 0.5F ? 1.0F : -1.0F;
    const Point body = camera.place(feet, wire_depth) + Point{0, -size * 0.8F};
    canvas.ellipse(body, size * 1.15F, size * 0.85F, light.wire);
    canvas.circle(body + Point{side * size, -size * 0.75F}, size * 0.55F, light.wire);
    canvas.line(body + Point{-side * size * 0.6F, 0},
                body + Point{-side * size * 2.1F, size * 0.8F}, size * 0.55F, light.wire);
  }
}

void draw_wires(Canvas& canvas, const Camera& camera, const Daylight& light, float seconds) {
  const float thick = std::max(1.2F, camera.pixels(0.013F, wire_depth));
  for (int wire = 0; wire < 5; ++wire) {
    Point before{};
    for (float x = -13; x <= 13; x += 0.4F) {
      const Point here = camera.place({x, wire_height(x, wire)}, wire_depth);
      if (x > -13 && here.x > -20 && before.x < canvas.width() + 20) {
        canvas.line(before, here, thick, light.wire.faded(0.8F));
      }
      before = here;
    }
  }
  for (int pole = -3; pole <= 2; ++pole) {
    const float x = (static_cast<float>(pole) + 0.5F) * pole_distance;
    canvas.line(camera.place({x, 0}, wire_depth), camera.place({x, 3.8F}, wire_depth),
                camera.pixels(0.075F, wire_depth), light.wire);
    for (int wire = 0; wire < 5; wire += 2) {
      const float y = wire_height(x, wire);
      canvas.line(camera.place({x - 0.16F, y}, wire_depth),
                  camera.place({x + 0.16F, y}, wire_depth), camera.pixels(0.04F, wire_depth),
                  light.wire);
    }
  }
  draw_birds(canvas, camera, light, seconds);
}

void draw_bushes(Canvas& canvas, const Camera& camera, const Daylight& light) {
  constexpr float depth = 0.72F;
  for (unsigned i = 0; i < 44; ++i) {
    const float x = -11.0F + static_cast<float>(i) * 0.5F + 0.3F * scatter(i, 7);
    const float size = 0.24F + 0.26F * scatter(i, 8);
    const Point at = camera.place({x, 0.22F}, depth);
    const Colour colour = mix(light.bush, light.near_hill, 0.5F * scatter(i, 9));
    canvas.ellipse(at, camera.pixels(size * 1.35F, depth), camera.pixels(size, depth), colour);
  }
}

/// The stage's support: a hull of beams that narrows downwards, over the valley.
void draw_hull(Canvas& canvas, const Camera& camera, const Daylight& light, Point left,
               Point right) {
  const float deep = camera.pixels(2.3F), inset = camera.pixels(2.0F);
  const Point hull[] = {left, right, right + Point{-inset, deep}, left + Point{inset, deep}};
  canvas.polygon(hull, light.edge);
  constexpr int ribs = 13;
  for (int i = 1; i < ribs; ++i) {
    const float part = static_cast<float>(i) / ribs;
    const Point top = mix(left, right, part);
    const Point foot = mix(hull[3], hull[2], part);
    canvas.line(top, foot, camera.pixels(0.07F), mix(light.edge, light.boards_dark, 0.45F));
  }
  for (const float down : {0.34F, 0.68F}) {
    const Point from = mix(left, hull[3], down), to = mix(right, hull[2], down);
    canvas.line(from, to, camera.pixels(0.06F), mix(light.edge, Colour{0, 0, 0, 255}, 0.25F));
  }
}

/// Boards that run towards the viewer, and the front edge of the platform.
void draw_platform(Canvas& canvas, const Camera& camera, const Daylight& light) {
  constexpr float behind = 0.26F, before = 0.34F;  // metres on the screen around the line of fight
  constexpr float splay = 0.16F;                   // how far boards lean per metre from the middle
  const float top = camera.floor() - camera.pixels(behind);
  const float bottom = camera.floor() + camera.pixels(before);
  const auto corner = [&](float x, bool is_front) {
    const float spread = 1 + (is_front ? before : -behind) * splay;
    const float from_view = x - camera.focus.x;
    return Point{canvas.width() / 2 + camera.shake.x + camera.pixels(from_view * spread),
                 (is_front ? bottom : top) + camera.shake.y};
  };
  const Point left = corner(-platform_half, true), right = corner(platform_half, true);
  draw_hull(canvas, camera, light, left + Point{camera.pixels(0.1F), 0},
            right - Point{camera.pixels(0.1F), 0});
  const int count = 26;
  for (int i = 0; i < count; ++i) {
    const float from = mix(-platform_half, platform_half, static_cast<float>(i) / count);
    const float to = mix(-platform_half, platform_half, static_cast<float>(i + 1) / count);
    const float shade = scatter(static_cast<unsigned>(i), 10);
    const Point board[] = {corner(from, false), corner(to, false), corner(to, true),
                           corner(from, true)};
    canvas.polygon(board, mix(light.boards, light.boards_dark, 0.30F * shade));
    canvas.line(corner(from, false), corner(from, true), std::max(1.0F, camera.pixels(0.014F)),
                light.boards_dark);
  }
  canvas.rectangle({left.x, left.y, right.x - left.x, camera.pixels(0.16F)},
                   mix(light.edge, light.boards_dark, 0.4F));
  canvas.rectangle({left.x, left.y, right.x - left.x, std::max(2.0F, camera.pixels(0.03F))},
                   mix(light.boards, Colour{255, 255, 255, 255}, 0.25F));
}

/// The valley below and beside the stage: trees in mist, layer by layer.
void draw_valley(Canvas& canvas, const Camera& camera, const Daylight& light) {
  const float top = camera.floor() - camera.pixels(0.30F, 0.72F);
  canvas.gradient({0, top, canvas.width(), canvas.height() - top}, light.near_hill,
                  mix(light.bush, Colour{8, 8, 20, 255}, 0.45F));
  constexpr int rows = 3;
  for (int row = 0; row < rows; ++row) {
    const float nearness = static_cast<float>(row + 1) / rows;
    const float depth = mix(0.74F, 0.95F, nearness);
    const float y = -0.9F - 1.15F * static_cast<float>(row);
    for (unsigned i = 0; i < 30; ++i) {
      const unsigned salt = 20 + static_cast<unsigned>(row);
      const float x = -15.0F + static_cast<float>(i) + 0.6F * scatter(i, salt);
      const float size = 0.5F + 0.5F * scatter(i, salt + 4);
      const Point at = camera.place({x, y + 0.3F * scatter(i, salt + 8)}, depth);
      canvas.ellipse(at, camera.pixels(size * 1.3F, depth), camera.pixels(size, depth),
                     mix(light.bush, Colour{8, 8, 20, 255}, 0.13F + 0.14F * nearness));
    }
  }
}

/// Posts with a lantern where the stage ends.
void draw_posts(Canvas& canvas, const Camera& camera, const Daylight& light) {
  for (const float side : {-1.0F, 1.0F}) {
    const float x = side * (platform_half - 0.12F);
    const Point foot = camera.place({x, 0.12F}), head = camera.place({x, 1.5F});
    canvas.line(foot, head, camera.pixels(0.09F), light.edge);
    const Point lamp = camera.place({x, 1.62F});
    canvas.glow(lamp, camera.pixels(0.9F),
                Colour{255, 214, 140, 255}.faded(0.20F + 0.3F * light.stars));
    canvas.ellipse(lamp, camera.pixels(0.13F), camera.pixels(0.17F), light.edge);
    canvas.ellipse(lamp, camera.pixels(0.095F), camera.pixels(0.13F), {255, 224, 160, 255});
  }
}

}  // namespace

const Daylight& daylight_of(std::uint8_t backdrop) {
  static const std::array<Daylight, 4> daylights = {{
      // Morning.
      {.sky_top = {118, 178, 214, 255},
       .sky_low = {255, 226, 190, 255},
       .sun = {255, 244, 214, 255},
       .far_hill = {176, 190, 206, 255},
       .near_hill = {104, 144, 138, 255},
       .bush = {66, 110, 94, 255},
       .boards = {196, 154, 112, 255},
       .boards_dark = {148, 108, 76, 255},
       .edge = {104, 70, 54, 255},
       .wire = {58, 66, 86, 255},
       .sun_at = {0.26F, 0.44F},
       .sun_radius = 0.055F,
       .stars = 0},
      // Noon.
      {.sky_top = {64, 148, 214, 255},
       .sky_low = {206, 236, 244, 255},
       .sun = {255, 255, 240, 255},
       .far_hill = {150, 188, 204, 255},
       .near_hill = {104, 160, 106, 255},
       .bush = {62, 124, 78, 255},
       .boards = {208, 172, 122, 255},
       .boards_dark = {160, 122, 82, 255},
       .edge = {112, 78, 56, 255},
       .wire = {52, 62, 78, 255},
       .sun_at = {0.72F, 0.22F},
       .sun_radius = 0.05F,
       .stars = 0},
      // Evening.
      {.sky_top = {72, 52, 110, 255},
       .sky_low = {255, 164, 104, 255},
       .sun = {255, 216, 138, 255},
       .far_hill = {170, 98, 116, 255},
       .near_hill = {88, 58, 92, 255},
       .bush = {56, 40, 70, 255},
       .boards = {168, 114, 92, 255},
       .boards_dark = {118, 74, 70, 255},
       .edge = {74, 44, 52, 255},
       .wire = {44, 28, 52, 255},
       .sun_at = {0.60F, 0.52F},
       .sun_radius = 0.085F,
       .stars = 0.15F},
      // Night.
      {.sky_top = {12, 16, 44, 255},
       .sky_low = {62, 76, 124, 255},
       .sun = {240, 242, 255, 255},
       .far_hill = {50, 62, 106, 255},
       .near_hill = {32, 42, 74, 255},
       .bush = {20, 30, 54, 255},
       .boards = {104, 92, 106, 255},
       .boards_dark = {66, 58, 76, 255},
       .edge = {40, 34, 52, 255},
       .wire = {14, 16, 34, 255},
       .sun_at = {0.38F, 0.24F},
       .sun_radius = 0.05F,
       .stars = 1},
  }};
  return daylights[backdrop % daylights.size()];
}

void draw_backdrop(Canvas& canvas, const Camera& camera, std::uint8_t backdrop, float seconds) {
  const Daylight& light = daylight_of(backdrop);
  draw_sky(canvas, camera, light);
  draw_ridges(canvas, camera, light);
  draw_wires(canvas, camera, light, seconds);
  draw_valley(canvas, camera, light);
  draw_bushes(canvas, camera, light);
  draw_platform(canvas, camera, light);
  draw_posts(canvas, camera, light);
}

}  // namespace counterpoint
