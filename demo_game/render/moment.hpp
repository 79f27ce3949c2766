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

/// Ticks since something began, at this moment between two ticks.
inline float ticks_into(std::uint32_t ticks, float fraction) {
  return std::max(0.0F, static_cast<float>(ticks) - 1 + fraction);
}

/// The same for what a fighter does; it stands still in the impact of a hit.
inline float ticks_of(const Moment& moment, const Fighter& fighter) {
  return ticks_into(fighter.action_ticks, fighter.freeze > 0 ? 1 : moment.fraction);
}

}  // namespace counterpoint
