#pragma once
// How each move is struck: the pose it is drawn back to, the pose it goes out to, and the light
// that it leaves behind.

#include "counterpoint/moves.hpp"
#include "render/pose.hpp"

namespace counterpoint {

struct Stroke {
  Pose ready{};
  Pose out{};
  /// Of the arc of light around the shoulders, radians from ahead, up positive; from where it comes
  /// to where it ends. Equal for a thrust, which leaves a straight line.
  float from = 0, to = 0;
  float turns = 0;  ///< of the whole body while active, backward positive
};

/// That of Move::none for a number that is no move.
const Stroke& stroke_of(Move move);

}  // namespace counterpoint
