#pragma once
// The game's sounds, computed: no file is read. One channel of samples between -1 and 1.

#include <vector>

#include "counterpoint/effect.hpp"

namespace counterpoint {

inline constexpr int sample_rate = 44'100;

enum class Sound : std::uint8_t {
  light_swing,
  heavy_swing,
  light_hit,
  heavy_hit,
  knockout,
  block,
  guard_break,
  jump,
  land,
  knockdown,
  round_announced,
  fight,
  time_up,
  round_won,
  match_won,
  drawn,
  special_swing,
  shot,
  counter,
  grab,
  throw_out,
  dodge,
  ledge,
  choice,
  ready,
};
inline constexpr std::size_t sound_count = 25;
const char* name_of(Sound sound);

/// Starts and ends in silence; its peak is the loudness it is meant to have beside the others.
std::vector<float> synthesise(Sound sound);

/// A sum of sounds as it is heard: itself where one sound alone may be as loud, and bent beyond,
/// so that it never reaches 1, where a device would cut it off with a crackle.
float bent(float sum);

/// Which sound an effect makes; knocking someone out makes more than one.
Sound sound_of(const Effect& effect);

}  // namespace counterpoint
