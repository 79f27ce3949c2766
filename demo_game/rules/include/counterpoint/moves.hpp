#pragma once
// The attacks as data: how long each part takes, where it reaches and what it does. One row for
// each fighter and move. Lengths are in metres, times in ticks, speeds in metres per tick.

#include <array>
#include <cstdint>

#include "counterpoint/characters.hpp"
#include "tutti/sim/vec2.hpp"

namespace counterpoint {

enum class Move : std::uint8_t {
  none,
  jab,
  side_light,
  up_light,
  down_light,
  air_neutral,
  air_forward,
  air_back,
  air_up,
  air_down,
  heavy_side,
  heavy_up,
  heavy_down,
  shot,     ///< special: a projectile
  dash,     ///< special to the side: moves
  rise,     ///< special upwards: recovers, and falls helplessly afterwards
  counter,  ///< special downwards: waits for a blow
  riposte,  ///< the answer of a counter
  grab,
  throw_forward,
  throw_back,
  throw_up,
  throw_down,
};
inline constexpr std::uint8_t move_count = 23;
/// "air neutral"; "unknown" for a number that is no move.
const char* name_of(Move move);

/// The parts of an attack, in ticks.
struct Frames {
  std::uint8_t startup = 0;   ///< from the decision to the first tick that can hit
  std::uint8_t active = 0;    ///< ticks that can hit
  std::uint8_t recovery = 0;  ///< ticks after that
  std::uint8_t landing = 0;   ///< where the floor interrupts it: ticks of landing
};

/// Where a hit sends its victim, and how far.
struct Launch {
  std::int16_t angle = 0;   ///< degrees: 0 ahead, 90 up, 180 back, -90 down
  std::uint8_t base = 0;    ///< knockback of a fresh fighter
  std::uint8_t growth = 0;  ///< and what each 100 damage adds
};

/// A box ahead of a fighter: `near` and `far` in the direction it faces, from its middle; `low` and
/// `high` above its feet. It can hit from the active tick `first` through `last`, counted from 0.
struct HitBox {
  std::uint8_t first = 0;
  std::uint8_t last = 0;
  Fixed near{}, far{}, low{}, high{};

  constexpr bool is_used() const { return near != far; }
};

struct MoveData {
  Frames frames{};
  std::uint8_t damage = 0;
  Launch launch{};
  std::array<HitBox, 2> boxes{};
  tutti::Vec2 impulse{};   ///< the attacker's own speed, ahead and up, as it becomes active
  bool is_steady = false;  ///< nothing that hits it while it starts or is active interrupts it

  constexpr std::uint16_t total() const {
    return static_cast<std::uint16_t>(frames.startup + frames.active + frames.recovery);
  }
};

/// The table's row; that of Move::none (which never hits) for a number that is no move.
const MoveData& data_of(Character character, Move move);

constexpr bool is_aerial(Move move) { return move >= Move::air_neutral && move <= Move::air_down; }
constexpr bool is_heavy(Move move) { return move >= Move::heavy_side && move <= Move::heavy_down; }
constexpr bool is_special(Move move) { return move >= Move::shot && move <= Move::riposte; }
constexpr bool is_throw(Move move) { return move >= Move::throw_forward; }

}  // namespace counterpoint
