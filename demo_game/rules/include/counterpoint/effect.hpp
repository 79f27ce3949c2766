#pragma once
// Effects: things that a tick makes the outside do, such as sounds, sparks, banners. Nothing here
// ever reaches a state.

#include <cstdint>

#include "counterpoint/moves.hpp"
#include "tutti/sim/game.hpp"
#include "tutti/sim/vec2.hpp"

namespace counterpoint {

struct Effect {
  enum Kind : std::uint8_t {
    swing,         ///< an attack begins
    hit,           ///< it lands
    block,         ///< it meets a shield
    shield_break,  ///< and breaks it
    countered,     ///< it meets a counter
    grab,          ///< it holds somebody
    shot,          ///< a projectile leaves
    jump,
    land,
    dodge,
    ledge,      ///< a hand finds the ledge
    knockdown,  ///< a launched fighter meets the floor
    knockout,   ///< a life is gone
    back,       ///< and the next one begins
    choice,     ///< a cursor moves or changes something
    ready,
    match_begun,
    round_announced,  ///< "round 2": strength is the number
    fight,            ///< the round begins
    time_up,
    round_won,
    round_drawn,
    match_won,
    match_drawn,
  };
  static constexpr const char* names[] = {
      "swing",    "hit",     "block",     "shield_break", "countered",   "grab",
      "shot",     "jump",    "land",      "dodge",        "ledge",       "knockdown",
      "knockout", "back",    "choice",    "ready",        "match_begun", "round_announced",
      "fight",    "time_up", "round_won", "round_drawn",  "match_won",   "match_drawn"};

  Kind kind = swing;
  std::uint8_t player = 0;    ///< the doer's slot, or the winner's
  std::uint8_t move = 0;      ///< Move of swing, hit, block and what follows from them
  std::uint8_t strength = 0;  ///< damage; the number of a round; 1 to 100 for a landing
  std::uint8_t target = 0;    ///< slot of the one it met
  tutti::Vec2 position{};     ///< where on the stage

  bool operator==(const Effect&) const = default;
  TUTTI_FIELDS(kind, player, move, strength, target, position)

  /// One player does one kind of thing to somebody once within a few ticks, so the doer, the other
  /// one and which move tell two effects apart. Place and strength do not take part: a corrected
  /// guess moves the spark, it does not repeat it.
  std::uint64_t key() const {
    return player | std::uint64_t{move} << 8 | std::uint64_t{target} << 16;
  }
};

}  // namespace counterpoint
