#pragma once
// A moment between two neighbouring states, and where things are in it.

#include "counterpoint/state.hpp"
#include "render/geometry.hpp"

namespace counterpoint {

struct Moment {
  const State& previous;
  const State& current;
  float fraction = 1;  ///< 0 at the previous state, 1 at the current one
};

inline constexpr float ticks_per_second = 60;

/// Between two places, unless it was put there and did not move.
inline Point moved(Point from, Point to, float fraction) {
  constexpr float jump = 0.8F;  // metres in a tick
  return length(to - from) > jump ? to : mix(from, to, fraction);
}

/// Where a fighter's feet are at this moment.
inline Point drawn_position(const Moment& moment, std::size_t slot) {
  return moved(to_point(moment.previous.fighters[slot].position),
               to_point(moment.current.fighters[slot].position), moment.fraction);
}

/// Where the middle of a projectile is. Precondition: there is one in this place.
inline Point drawn_shot(const Moment& moment, std::size_t place) {
  const Projectile& was = moment.previous.projectiles[place];
  const Projectile& is = moment.current.projectiles[place];
  const bool is_same = was.ticks_left > 0 && was.serial == is.serial;
  const Point to = to_point(is.position);
  return is_same ? moved(to_point(was.position), to, moment.fraction) : to;
}

/// Ticks since something began, at this moment between two ticks.
inline float ticks_into(std::uint32_t ticks, float fraction) {
  return std::max(0.0F, static_cast<float>(ticks) - 1 + fraction);
}

/// The same for what a fighter does; it stands still in the impact of a hit.
inline float ticks_of(const Moment& moment, const Fighter& fighter) {
  return ticks_into(fighter.action_ticks, fighter.freeze > 0 ? 1 : moment.fraction);
}

}  // namespace counterpoint
