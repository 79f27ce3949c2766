#pragma once
// The state of a match: plain values without padding, so that its memory is its snapshot.

#include <array>
#include <cstdint>
#include <type_traits>

#include "counterpoint/controls.hpp"
#include "counterpoint/moves.hpp"
#include "counterpoint/named.hpp"
#include "tutti/sim/fixed.hpp"
#include "tutti/sim/random.hpp"
#include "tutti/sim/vec2.hpp"

namespace counterpoint {

using tutti::Vec2;
using namespace tutti::literals;

// The numbers of the fight that are no move's own. Metres, ticks, metres per tick.
inline constexpr Fixed stage_half_width = 6.0_fx;
inline constexpr Fixed body_half_width = 0.34_fx;
inline constexpr Fixed body_height = 1.75_fx;
inline constexpr Fixed start_distance = 1.2_fx;  ///< of each fighter from the middle
inline constexpr std::int32_t full_health = 100;
inline constexpr std::uint8_t full_guard = 60;
inline constexpr std::uint8_t rounds_to_win = 2;
inline constexpr std::uint16_t round_ticks = 60 * 60;
inline constexpr std::uint32_t intro_ticks = 75;
inline constexpr std::uint32_t round_over_ticks = 130;
inline constexpr std::uint32_t match_over_ticks = 240;
/// How long a press waits for its chance: nothing tapped during a recovery is lost.
inline constexpr std::uint8_t buffer_ticks = 8;

/// What a fighter is doing.
enum class Action : std::uint8_t {
  standing,
  walking,
  crouching,  ///< gathering for a jump
  airborne,
  landing,
  attacking,  ///< see Fighter::move
  blocking,
  guarding,  ///< pressed by a blocked attack
  reeling,   ///< hit, on the feet
  launched,  ///< hit, in the air
  downed,    ///< on the back
  rising,
  dazed,  ///< the guard is broken
  defeated,
  victorious,
};
inline constexpr std::uint8_t action_count = 15;
/// "blocking"; "unknown" for a number that is no action.
const char* name_of(Action action);

/// What the match is doing.
enum class Phase : std::uint8_t {
  waiting,   ///< nobody has joined
  practice,  ///< one player and a dummy that only stands
  intro,     ///< both stand ready
  fighting,
  round_over,
  match_over,
};
inline constexpr std::uint8_t phase_count = 6;
const char* name_of(Phase phase);

/// Who won the last round or match.
enum class Outcome : std::uint8_t { open, first_won, second_won, drawn };
const char* name_of(Outcome outcome);

/// Ticks that each press still waits for its chance.
struct Presses {
  std::uint8_t jump = 0;
  std::uint8_t light = 0;
  std::uint8_t heavy = 0;

  constexpr bool operator==(const Presses&) const = default;
  TUTTI_FIELDS(jump, light, heavy)
};

struct Fighter {
  Vec2 position{};  ///< of the feet; the stage's middle is 0, up is positive
  Vec2 velocity{};
  std::int32_t health = full_health;
  std::uint16_t matches_won = 0;
  std::uint16_t action_ticks = 0;   ///< since the action began
  std::uint16_t action_length = 0;  ///< ticks after which it ends by itself; 0: it does not
  Named<Action> action{};
  Named<Move> move{};      ///< while attacking
  std::int8_t facing = 1;  ///< 1 right, -1 left
  Controls held{};
  Presses presses{};
  std::uint8_t guard = full_guard;
  std::uint8_t guard_rest = 0;    ///< ticks until the guard begins to recover
  std::uint8_t combo = 0;         ///< hits taken since last free to act
  std::uint8_t combo_damage = 0;  ///< what they took
  std::uint8_t rounds_won = 0;
  bool has_connected = false;  ///< this attack has hit or been blocked: it can do so once
  bool is_present = false;     ///< a player fills the slot

  constexpr bool operator==(const Fighter&) const = default;
  TUTTI_FIELDS(position, velocity, health, matches_won, action_ticks, action_length, action, move,
               facing, held, presses, guard, guard_rest, combo, combo_damage, rounds_won,
               has_connected, is_present)
};

struct State {
  std::array<Fighter, 2> fighters{};
  tutti::Random random{};
  std::uint32_t match = 0;  ///< matches begun
  std::uint32_t phase_ticks = 0;
  std::uint16_t round_ticks_left = round_ticks;
  Named<Phase> phase{};
  Named<Outcome> outcome{};  ///< of the round or match that is over
  std::uint8_t round = 0;
  std::uint8_t players = 2;   ///< slots of the setup
  std::uint8_t freeze = 0;    ///< ticks for which both still stand in the impact of a hit
  std::uint8_t backdrop = 0;  ///< which of the four times of day the match is fought at

  constexpr bool operator==(const State&) const = default;
  TUTTI_FIELDS(fighters, random, match, phase_ticks, round_ticks_left, phase, outcome, round,
               players, freeze, backdrop)
};

static_assert(std::is_trivially_copyable_v<State>);

}  // namespace counterpoint
