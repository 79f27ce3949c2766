#pragma once
// Effects as they are seen: sparks, dust, smears, and how much the picture shakes.

#include <vector>

#include "counterpoint/effect.hpp"
#include "render/camera.hpp"

namespace counterpoint {

/// The effects that are still to be seen, and since when.
class Sparks {
 public:
  /// `ticks`: how long ago it happened, for one that is learnt of late.
  void add(const Effect& effect, float ticks = 0);
  /// It did not happen after all.
  void cancel(const Effect& effect);
  void advance(float ticks);
  void clear() { sparks_.clear(); }

  /// Dust: behind the fighters.
  void draw_behind(Canvas& canvas, const Camera& camera) const;
  /// Light: before them.
  void draw_before(Canvas& canvas, const Camera& camera) const;
  /// Pixels by which the picture is off; small, and gone within a fifth of a second.
  Point shake(float pixels_per_metre) const;

 private:
  struct Spark {
    Effect effect;
    float age = 0;  // ticks
    unsigned salt = 0;
  };
  std::vector<Spark> sparks_;
  unsigned count_ = 0;
};

}  // namespace counterpoint
