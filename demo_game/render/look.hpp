#pragma once
// The marks of a fighter: the player's colours, and the body and instrument of the character.

#include <cstdint>

#include "counterpoint/characters.hpp"
#include "render/canvas.hpp"

namespace counterpoint {

/// A player's colours.
struct Look {
  Colour cloth{}, cloth_dark{}, sleeve{}, skin{}, skin_dark{}, belt{}, hair{}, band{};
};
const Look& look_of(std::size_t slot);

enum class Palette : std::uint8_t {
  usual,
  distinct,  ///< told apart whatever colours an eye sees, by lightness too
};
/// Sets the palette that `look_of` answers with: one choice of the whole program.
void use_palette(Palette palette);

/// A character's proportions; 1 is viola's.
struct Build {
  float scale = 1;  ///< of lengths
  float girth = 1;  ///< of limbs and trunk, beside the scale
  float head = 1;   ///< of the head, beside the scale
};
const Build& build_of(Character character);

/// The words under a character's name.
const char* description_of(Character character);

}  // namespace counterpoint
