#pragma once
// The three fighters, and the numbers in which their bodies differ. Their attacks are in moves.hpp.
// Metres, ticks, metres per tick.

#include <cstdint>

#include "tutti/sim/fixed.hpp"

namespace counterpoint {

using tutti::Fixed;

enum class Character : std::uint8_t {
  viola,    ///< balanced: a bit of everything, and reach
  piccolo,  ///< fast and light: combos, and a short life
  timpano,  ///< heavy: slow blows that end it
};
inline constexpr std::uint8_t character_count = 3;
/// "viola"; "unknown" for a number that is no character.
const char* name_of(Character character);

/// A projectile of this fighter.
struct ShotData {
  Fixed speed{};           ///< ahead
  Fixed rise{};            ///< upwards at first
  Fixed gravity{};         ///< pulls it down
  Fixed radius{};          ///< of its square
  std::uint16_t life = 0;  ///< ticks
};

struct CharacterData {
  std::uint8_t weight = 100;  ///< percent: heavier fighters fly less far
  std::uint8_t air_jumps = 1;
  Fixed run_speed{};  ///< with the stick all the way
  Fixed air_speed{};
  Fixed air_control{};  ///< change of speed a tick
  Fixed jump_speed{};
  Fixed air_jump_speed{};
  Fixed gravity{};
  Fixed fall_speed{};
  Fixed fast_fall_speed{};
  Fixed roll_speed{};
  Fixed half_width{};
  Fixed height{};
  ShotData shot{};
};

/// The table's row; the first one for a number that is no character.
const CharacterData& data_of(Character character);

}  // namespace counterpoint
