#pragma once
// Points, angles and easing for the drawing. Floats live here and never in the rules.

#include <algorithm>
#include <cmath>

#include "tutti/sim/vec2.hpp"

namespace counterpoint {

struct Point {
  float x = 0;
  float y = 0;

  constexpr Point operator-() const { return {-x, -y}; }
  friend constexpr Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }
  friend constexpr Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
  friend constexpr Point operator*(Point a, float scale) { return {a.x * scale, a.y * scale}; }
  constexpr bool operator==(const Point&) const = default;
};

inline float to_float(tutti::Fixed value) { return static_cast<float>(value.raw()) / 65536.0F; }
inline Point to_point(tutti::Vec2 vector) { return {to_float(vector.x), to_float(vector.y)}; }

inline float length(Point vector) { return std::hypot(vector.x, vector.y); }
inline Point normal_of(Point vector) {
  const float size = length(vector);
  return size > 0 ? Point{-vector.y / size, vector.x / size} : Point{};
}
/// Counter-clockwise around the origin, in radians.
inline Point rotated(Point point, float angle) {
  const float c = std::cos(angle), s = std::sin(angle);
  return {point.x * c - point.y * s, point.x * s + point.y * c};
}

constexpr float pi = 3.14159265F;

inline float mix(float from, float to, float part) { return from + (to - from) * part; }
inline Point mix(Point from, Point to, float part) { return from + (to - from) * part; }
/// 0 to 1 as `value` goes from `low` to `high`; not beyond.
inline float part_of(float value, float low, float high) {
  return high > low ? std::clamp((value - low) / (high - low), 0.0F, 1.0F)
                    : (value < low ? 0.0F : 1.0F);
}
/// Slow at both ends.
inline float smooth(float part) { return part * part * (3 - 2 * part); }
/// Fast at first.
inline float ease_out(float part) { return 1 - (1 - part) * (1 - part); }

/// Noise that is the same for the same numbers: 0 to 1.
inline float scatter(unsigned index, unsigned salt) {
  unsigned value = index * 0x9E3779B9U + salt * 0x85EBCA6BU;
  value = (value ^ (value >> 15)) * 0x2C1B3C6DU;
  value = (value ^ (value >> 12)) * 0x297A2D39U;
  return static_cast<float>((value ^ (value >> 15)) & 0xFFFFFFU) / 16777215.0F;
}

}  // namespace counterpoint
