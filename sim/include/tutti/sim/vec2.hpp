#pragma once
// A point or a direction in the plane, in fixed point.

#include "tutti/sim/fields.hpp"
#include "tutti/sim/fixed.hpp"

namespace tutti {

/// A vector of two fixed-point numbers.
struct Vec2 {
  Fixed x;  ///< to the right
  Fixed y;  ///< at a right angle to it

  constexpr bool operator==(const Vec2&) const = default;
  constexpr Vec2 operator-() const { return {-x, -y}; }  ///< The opposite vector.
  friend constexpr Vec2 operator+(Vec2 left, Vec2 right) {
    return {left.x + right.x, left.y + right.y};
  }
  friend constexpr Vec2 operator-(Vec2 left, Vec2 right) {
    return {left.x - right.x, left.y - right.y};
  }
  friend constexpr Vec2 operator*(Vec2 vector, Fixed scale) {
    return {vector.x * scale, vector.y * scale};
  }
  friend constexpr Vec2 operator*(Fixed scale, Vec2 vector) { return vector * scale; }
  friend constexpr Vec2 operator/(Vec2 vector, Fixed divisor) {
    return {vector.x / divisor, vector.y / divisor};
  }
  constexpr Vec2& operator+=(Vec2 other) { return *this = *this + other; }  ///< Adds.
  constexpr Vec2& operator-=(Vec2 other) { return *this = *this - other; }  ///< Subtracts.
  /// Multiplies both parts.
  constexpr Vec2& operator*=(Fixed scale) { return *this = *this * scale; }
  /// Divides both parts.
  constexpr Vec2& operator/=(Fixed divisor) { return *this = *this / divisor; }

  TUTTI_FIELDS(x, y)
};

/// Within one step; each product saturates on its own.
constexpr Fixed dot(Vec2 left, Vec2 right) { return left.x * right.x + left.y * right.y; }
/// The nearest number to the length; saturating.
inline Fixed length(Vec2 vector) { return length(vector.x, vector.y); }

}  // namespace tutti
