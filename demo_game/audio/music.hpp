#pragma once
// The game's music, computed: one theme in two voices, slow for the menus, driven for the fight. In
// its second half the voices change places, which is what counterpoint of that kind is for.

#include <vector>

#include "audio/sounds.hpp"

namespace counterpoint {

enum class Tune : std::uint8_t { menu, fight };
inline constexpr std::size_t tune_count = 2;

/// Quarter notes a second.
float beats_per_second(Tune tune);

/// A loop: tones that ring at its end go on at its beginning. One channel, as loud as it is meant.
std::vector<float> compose(Tune tune);

}  // namespace counterpoint
