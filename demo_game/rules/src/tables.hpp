#pragma once
// How the tables of the fighters are written: one row a move, whole numbers only. Private to the
// rules.

#include <array>

#include "counterpoint/moves.hpp"

namespace counterpoint {

using MoveTable = std::array<MoveData, move_count>;

/// In active ticks `first` to `last`; from `near` to `far` ahead, from `low` to `high` above the
/// feet, in centimetres.
constexpr HitBox box(std::uint8_t first, std::uint8_t last, int near, int far, int low, int high) {
  constexpr int unit = 100;
  return {first,
          last,
          Fixed::ratio(near, unit),
          Fixed::ratio(far, unit),
          Fixed::ratio(low, unit),
          Fixed::ratio(high, unit)};
}

/// A speed ahead and up, in millimetres a tick.
constexpr tutti::Vec2 speed(int ahead, int up) {
  constexpr int unit = 1000;
  return {Fixed::ratio(ahead, unit), Fixed::ratio(up, unit)};
}

extern const MoveTable viola_moves;
extern const MoveTable piccolo_moves;
extern const MoveTable timpano_moves;

}  // namespace counterpoint
