// The bodies of the three fighters. Read it as a trade: a light one is quick and flies far, a
// heavy one stands and is late.

#include "counterpoint/characters.hpp"

#include <array>

#include "tables.hpp"

namespace counterpoint {

namespace {

using namespace tutti::literals;

constexpr std::array<CharacterData, character_count> characters = {{
    // viola
    {.weight = 100,
     .air_jumps = 1,
     .run_speed = 0.078_fx,
     .air_speed = 0.062_fx,
     .air_control = 0.005_fx,
     .jump_speed = 0.166_fx,
     .air_jump_speed = 0.158_fx,
     .gravity = 0.0082_fx,
     .fall_speed = 0.13_fx,
     .fast_fall_speed = 0.19_fx,
     .roll_speed = 0.115_fx,
     .half_width = 0.34_fx,
     .height = 1.75_fx,
     .shot = {.speed = 0.14_fx, .radius = 0.2_fx, .life = 70}},
    // piccolo
    {.weight = 86,
     .air_jumps = 2,
     .run_speed = 0.098_fx,
     .air_speed = 0.074_fx,
     .air_control = 0.0065_fx,
     .jump_speed = 0.17_fx,
     .air_jump_speed = 0.15_fx,
     .gravity = 0.0086_fx,
     .fall_speed = 0.14_fx,
     .fast_fall_speed = 0.21_fx,
     .roll_speed = 0.13_fx,
     .half_width = 0.3_fx,
     .height = 1.5_fx,
     .shot = {.speed = 0.2_fx, .radius = 0.14_fx, .life = 42}},
    // timpano
    {.weight = 120,
     .air_jumps = 1,
     .run_speed = 0.062_fx,
     .air_speed = 0.052_fx,
     .air_control = 0.0042_fx,
     .jump_speed = 0.16_fx,
     .air_jump_speed = 0.15_fx,
     .gravity = 0.0088_fx,
     .fall_speed = 0.15_fx,
     .fast_fall_speed = 0.22_fx,
     .roll_speed = 0.095_fx,
     .half_width = 0.4_fx,
     .height = 1.9_fx,
     .shot =
         {.speed = 0.09_fx, .rise = 0.11_fx, .gravity = 0.0055_fx, .radius = 0.26_fx, .life = 90}},
}};

const MoveTable& moves_of(Character character) {
  switch (character) {
    case Character::viola:
      return viola_moves;
    case Character::piccolo:
      return piccolo_moves;
    case Character::timpano:
      return timpano_moves;
  }
  return viola_moves;
}

}  // namespace

const CharacterData& data_of(Character character) {
  const auto row = static_cast<std::size_t>(character);
  return characters[row < characters.size() ? row : 0];
}

const MoveData& data_of(Character character, Move move) {
  const auto row = static_cast<std::size_t>(move);
  const MoveTable& moves = moves_of(character);
  return moves[row < moves.size() ? row : 0];
}

}  // namespace counterpoint
