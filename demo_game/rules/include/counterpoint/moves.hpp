#pragma once
// The attacks as data: how long each part takes, where it reaches and what it does. Lengths are in
// metres, times in ticks, speeds in metres per tick.

#include <cstdint>

#include "tutti/sim/fixed.hpp"

namespace counterpoint {

using tutti::Fixed;

enum class Move : std::uint8_t { none, jab, smash, hop_kick, dive_kick };
inline constexpr std::uint8_t move_count = 5;

/// "dive kick"; "unknown" for a number that is no move.
const char* name_of(Move move);

/// A box ahead of a fighter: `near` and `far` in the direction it faces, from its middle;
/// `low` and `high` above its feet.
struct Reach {
  Fixed near, far, low, high;
};

struct MoveData {
  std::uint8_t startup;       ///< ticks from the decision to the first tick that can hit
  std::uint8_t active;        ///< ticks that can hit
  std::uint8_t recovery;      ///< ticks after that; in the air, until landing
  std::uint8_t damage;        ///< of limits of health
  std::uint8_t hitstun;       ///< ticks that the one hit cannot act
  std::uint8_t blockstun;     ///< ticks that the one who blocked cannot act
  std::uint8_t guard_damage;  ///< taken from the guard of the one who blocked
  std::uint8_t freeze;        ///< ticks that both stand still on impact
  bool launches;              ///< throws whom it meets off balance into the air
  Fixed knockback;            ///< speed away from the attacker
  Fixed lunge;                ///< the attacker's own speed ahead as the attack becomes active
  Reach reach;

  constexpr std::uint8_t total() const {
    return static_cast<std::uint8_t>(startup + active + recovery);
  }
  constexpr bool is_active(std::uint16_t elapsed) const {
    return elapsed >= startup && elapsed < startup + active;
  }
};

/// The table's row; that of Move::none (which never hits) for a number that is no move.
const MoveData& data_of(Move move);

}  // namespace counterpoint
