#pragma once
// The arena beside its fighters: platforms, projectiles, shields, the light of blows, and
// signs over the fighters.

#include <string>
#include <vector>

#include "render/figure.hpp"
#include "render/moment.hpp"
#include "render/text.hpp"

namespace counterpoint {

void draw_platforms(Canvas& canvas, const Camera& camera, const Moment& moment);
void draw_shots(Canvas& canvas, const Camera& camera, const Moment& moment);
/// The light that a blow leaves behind while it can hit; as long as its box reaches.
void draw_swing(Canvas& canvas, const Camera& camera, const Fighter& fighter, const Figure& figure,
                float ticks);
/// Behind the fighter: the disc under a returning fighter, the glow of a charge.
void draw_aura(Canvas& canvas, const Camera& camera, const Fighter& fighter, const Figure& figure,
               const Look& look);
/// Before it: a shield, a counter's gleam.
void draw_guard(Canvas& canvas, const Camera& camera, const Fighter& fighter, const Figure& figure,
                const Look& look);
/// The names over the fighters of one picture: none covers another.
class Tags {
 public:
  /// A name over the head; for a fighter outside the picture, a sign at its edge.
  void draw(Canvas& canvas, Text& text, const Camera& camera, const Figure& figure,
            const Look& look, const std::string& name);

 private:
  Rect free_place(Rect wanted);

  std::vector<Rect> taken_;
};

}  // namespace counterpoint
