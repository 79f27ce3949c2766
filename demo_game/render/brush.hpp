#pragma once
// A fighter's own brush: coordinates of its pose in, shapes on the canvas out.

#include "render/figure.hpp"

namespace counterpoint {

inline constexpr Colour ink{24, 18, 32, 255};

class Brush {
 public:
  Brush(Canvas& canvas, const Camera& camera, const Figure& figure)
      : canvas_(canvas),
        camera_(camera),
        figure_(figure),
        build_(build_of(figure.character)),
        girth_(build_.girth) {}

  /// The same, but all in ink and larger by so many metres.
  Brush outlined(float grow) const {
    Brush brush = *this;
    brush.grow_ = grow;
    return brush;
  }
  /// The same for what belongs to the head: it grows around the head's middle.
  Brush of_head() const {
    Brush brush = *this;
    brush.girth_ = build_.head;
    brush.is_head_ = true;
    return brush;
  }
  bool is_outline() const { return grow_ > 0; }

  void part(Point from, float from_radius, Point to, float to_radius, Colour colour) const {
    canvas_.capsule(place(from), pixels(from_radius), place(to), pixels(to_radius), tinted(colour));
  }
  void disc(Point at, float radius, Colour colour) const {
    canvas_.circle(place(at), pixels(radius), tinted(colour));
  }

 private:
  Point place(Point pose) const {
    const Point head = figure_.joints.head;
    const Point grown = is_head_ ? head + (pose - head) * build_.head : pose;
    return camera_.place(on_stage(figure_, grown));
  }
  float pixels(float radius) const {
    return camera_.pixels(radius * build_.scale * girth_ + grow_);
  }
  /// A flash leaves the ink alone: the silhouette stays.
  Colour tinted(Colour colour) const {
    if (is_outline() || (colour.red == ink.red && colour.green == ink.green)) return ink;
    colour = mix(colour, Colour{255, 255, 255, 255}, figure_.flash * 0.85F);
    return mix(colour, ink, figure_.shade * 0.5F);
  }

  Canvas& canvas_;
  const Camera& camera_;
  const Figure& figure_;
  const Build& build_;
  float girth_ = 1;
  float grow_ = 0;  // metres
  bool is_head_ = false;
};

}  // namespace counterpoint
