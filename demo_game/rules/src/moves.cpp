// The frame data. Read it as a fight: the jab is quick and safe and leads into the smash, the smash
// is slow, throws its victim down and is punished when blocked or missed, kicks come from the air.

#include "counterpoint/moves.hpp"

#include <array>

namespace counterpoint {

namespace {

using namespace tutti::literals;

constexpr std::array<MoveData, move_count> moves = {{
    {},
    {.startup = 5,
     .active = 3,
     .recovery = 9,
     .damage = 6,
     .hitstun = 16,
     .blockstun = 11,
     .guard_damage = 7,
     .freeze = 5,
     .launches = false,
     .knockback = 0.075_fx,
     .lunge = 0.035_fx,
     .reach = {0.15_fx, 0.98_fx, 1.05_fx, 1.45_fx}},
    {.startup = 14,
     .active = 4,
     .recovery = 20,
     .damage = 14,
     .hitstun = 27,
     .blockstun = 17,
     .guard_damage = 21,
     .freeze = 9,
     .launches = true,
     .knockback = 0.12_fx,
     .lunge = 0.09_fx,
     .reach = {0.15_fx, 1.3_fx, 0.65_fx, 1.4_fx}},
    {.startup = 5,
     .active = 8,
     .recovery = 0,
     .damage = 7,
     .hitstun = 18,
     .blockstun = 12,
     .guard_damage = 8,
     .freeze = 6,
     .launches = false,
     .knockback = 0.07_fx,
     .lunge = 0_fx,
     .reach = {0_fx, 0.85_fx, 0.1_fx, 0.8_fx}},
    {.startup = 9,
     .active = 7,
     .recovery = 0,
     .damage = 11,
     .hitstun = 26,
     .blockstun = 15,
     .guard_damage = 14,
     .freeze = 8,
     .launches = true,
     .knockback = 0.06_fx,
     .lunge = 0_fx,
     .reach = {0.1_fx, 1.0_fx, -0.1_fx, 0.65_fx}},
}};

}  // namespace

const char* name_of(Move move) {
  switch (move) {
    case Move::none:
      return "none";
    case Move::jab:
      return "jab";
    case Move::smash:
      return "smash";
    case Move::hop_kick:
      return "hop kick";
    case Move::dive_kick:
      return "dive kick";
  }
  return "unknown";
}

const MoveData& data_of(Move move) {
  const auto row = static_cast<std::size_t>(move);
  return moves[row < moves.size() ? row : 0];
}

}  // namespace counterpoint
