#pragma once
// The state of a match: plain values without padding, so that its memory is its
// snapshot.

#include <array>
#include <cstdint>
#include <type_traits>

#include "counterpoint/controls.hpp"
#include "counterpoint/moves.hpp"
#include "counterpoint/named.hpp"
#include "counterpoint/rule_sets.hpp"
#include "counterpoint/stages.hpp"
#include "tutti/sim/random.hpp"

namespace counterpoint {

// Numbers that are nobody's own. Ticks, unless said otherwise.
inline constexpr std::size_t fighters_max = 4;
inline constexpr std::size_t projectiles_max = 8;
inline constexpr std::uint16_t full_shield = 60;  ///< points
inline constexpr std::uint16_t damage_max = 999;  ///< points
inline constexpr std::uint8_t charge_ticks_max = 60;
inline constexpr std::uint32_t intro_ticks = 75;
inline constexpr std::uint32_t round_over_ticks = 130;
/// A player who does nothing for so long is taken to be content, in the selection and after a
/// match.
inline constexpr std::uint32_t select_ticks_max = 40 * 60;
inline constexpr std::uint32_t result_ticks_max = 15 * 60;
/// How long a press waits for its chance: nothing tapped during a recovery is
/// lost.
inline constexpr std::uint8_t buffer_ticks = 8;

/// A fighter's present action.
enum class Action : std::uint8_t {
  out,  ///< not in the fight: no player, no life left
  standing,
  walking,
  crouching,
  gathering,  ///< for a jump
  airborne,
  landing,
  charging,   ///< holds Fighter::move back, until the button is let go
  attacking,  ///< see Fighter::move
  shielding,
  shield_stunned,  ///< pressed by a blocked attack
  lowering,        ///< the shield
  dodging,         ///< on the spot
  rolling,
  air_dodging,
  holding,   ///< Fighter::partner, after a grab
  held,      ///< by Fighter::partner
  reeling,   ///< hit, on the feet
  launched,  ///< hit, in the air
  downed,    ///< on the back
  rising,
  dazed,      ///< the shield is broken
  hanging,    ///< at a ledge
  climbing,   ///< up from it
  helpless,   ///< falling after a rise
  returning,  ///< with the next life, above the stage
  defeated,   ///< on the floor, the health gone
  victorious,
};
inline constexpr std::uint8_t action_count = 28;
/// "shielding"; "unknown" for a number that is no action.
const char* name_of(Action action);

/// The match's present phase.
enum class Phase : std::uint8_t {
  waiting,    ///< nobody has joined
  selecting,  ///< fighters, stage, rules and teams; see Fighter::pick
  practice,   ///< one player and a dummy that only stands
  intro,      ///< all stand ready
  fighting,
  round_over,
  result,  ///< the match is decided; ready players fight again
};
const char* name_of(Phase phase);

/// The outcome of the last round or match.
enum class Outcome : std::uint8_t { open, won, drawn };
const char* name_of(Outcome outcome);

/// The rows of the selection, in the order in which a cursor goes through them.
enum class PickRow : std::uint8_t { character, stage, rules, team };
inline constexpr std::uint8_t pick_row_count = 4;
const char* name_of(PickRow row);

/// A player's choices. Left and right change the row that the cursor is
/// on; light is "ready", special takes it back.
struct Pick {
  Named<Character> character{};
  Named<Stage> stage{};    ///< one of the players' wishes comes true, by lot
  Named<RuleSet> rules{};  ///< the first present player's counts
  std::uint8_t team = 0;   ///< 0 to 3; if all choose the same, everyone is for himself
  Named<PickRow> row{};
  bool is_ready = false;

  constexpr bool operator==(const Pick&) const = default;
  TUTTI_FIELDS(character, stage, rules, team, row, is_ready)
};

/// Ticks that each press still waits for its chance.
struct Presses {
  std::uint8_t jump = 0, light = 0, heavy = 0, special = 0, shield = 0;
  std::uint8_t left = 0, right = 0, up = 0, down = 0;

  constexpr bool operator==(const Presses&) const = default;
  TUTTI_FIELDS(jump, light, heavy, special, shield, left, right, up, down)
};

struct Fighter {
  Vec2 position{};  ///< of the feet; the stage's middle is 0, up is positive
  Vec2 velocity{};
  std::uint16_t damage = 0;  ///< taken in this life: the more, the further it flies
  std::uint16_t damage_dealt = 0;
  std::uint16_t action_ticks = 0;   ///< since the action began
  std::uint16_t action_length = 0;  ///< ticks after which it ends by itself; 0: it does not
  Controls held{};
  Controls aim{};  ///< the controls held as an attack was last asked for
  Presses presses{};
  Pick pick{};
  Named<Action> action{};
  Named<Move> move{};  ///< while attacking or charging
  Named<Character> character{};
  std::int8_t facing = 1;       ///< 1 right, -1 left
  std::uint8_t footing = 0;     ///< 0 in the air, 1 on the floor, 2 and up on a platform
  std::uint8_t freeze = 0;      ///< ticks of standing still in the impact of a hit
  std::uint8_t intangible = 0;  ///< ticks for which nothing can hit
  std::uint8_t lives = 0;       ///< the present one among them
  std::uint8_t rounds_won = 0;
  std::uint8_t matches_won = 0;  ///< since the player joined
  std::uint8_t team = 0;
  std::uint8_t shield = full_shield;
  std::uint8_t shield_rest = 0;   ///< ticks until the shield changes again
  std::uint8_t combo = 0;         ///< hits taken since last free to act
  std::uint8_t combo_damage = 0;  ///< the damage of those hits
  std::uint8_t hit_mask = 0;      ///< slots that this attack has met: it can do so once
  std::uint8_t charge = 0;        ///< ticks for which the attack was held back
  std::uint8_t air_jumps = 0;     ///< left until the floor
  std::uint8_t coyote = 0;        ///< ticks for which a jump still counts as from the floor
  std::uint8_t no_hold = 0;       ///< ticks of falling through platforms and past ledges
  std::uint8_t partner = 0;       ///< 1 + slot of the one it holds, or that holds it; 0: nobody
  std::uint8_t last_hit_by = 0;   ///< 1 + slot; 0: nobody in this life
  std::uint8_t knockouts = 0;
  std::uint8_t falls = 0;
  bool has_air_dodged = false;  ///< once until the floor
  bool has_dashed = false;      ///< in the air, once until the floor
  bool is_fast_falling = false;
  bool is_present = false;   ///< a player fills the slot
  bool is_in_match = false;  ///< takes part in this match, alive or not

  constexpr bool operator==(const Fighter&) const = default;
  TUTTI_FIELDS(position, velocity, damage, damage_dealt, action_ticks, action_length, held, aim,
               presses, pick, action, move, character, facing, footing, freeze, intangible, lives,
               rounds_won, matches_won, team, shield, shield_rest, combo, combo_damage, hit_mask,
               charge, air_jumps, coyote, no_hold, partner, last_hit_by, knockouts, falls,
               has_air_dodged, has_dashed, is_fast_falling, is_present, is_in_match)
};

/// Something that flies by itself.
struct Projectile {
  Vec2 position{};  ///< of its middle
  Vec2 velocity{};
  std::uint16_t ticks_left = 0;  ///< 0: there is none in this place
  std::uint8_t owner = 0;        ///< slot
  std::uint8_t team = 0;
  Named<Character> character{};  ///< the character that shot it
  std::int8_t facing = 1;
  std::uint8_t serial = 0;  ///< counts a match's shots, so that effects can tell them apart
  bool is_turned = false;   ///< a counter has sent it back

  constexpr bool operator==(const Projectile&) const = default;
  TUTTI_FIELDS(position, velocity, ticks_left, owner, team, character, facing, serial, is_turned)
};

struct State {
  std::array<Fighter, fighters_max> fighters{};
  std::array<Projectile, projectiles_max> projectiles{};
  tutti::Random random{};
  std::uint32_t match = 0;  ///< matches begun
  std::uint32_t phase_ticks = 0;
  std::uint32_t stage_ticks = 0;  ///< since the round began: where the platforms are
  std::uint16_t round_ticks_left = 0;
  Named<Phase> phase{};
  Named<RuleSet> rules{};
  Named<Stage> stage{};
  Named<Outcome> outcome{};       ///< of the round or match that is over
  std::uint8_t winning_team = 0;  ///< where the outcome is `won`
  std::uint8_t round = 0;
  std::uint8_t players = 2;    ///< slots of the setup
  std::uint8_t shots = 0;      ///< of this match, modulo 256
  std::uint8_t backdrop = 0;   ///< which of the four times of day the match is fought at
  bool is_team_match = false;  ///< somebody has an ally

  constexpr bool operator==(const State&) const = default;
  TUTTI_FIELDS(fighters, projectiles, random, match, phase_ticks, stage_ticks, round_ticks_left,
               phase, rules, stage, outcome, winning_team, round, players, shots, backdrop,
               is_team_match)
};

static_assert(std::is_trivially_copyable_v<State>);

// Questions to a state, for drawing it or playing it.

/// Whether the fighter is to be seen in the arena.
constexpr bool is_seen(const Fighter& fighter) { return fighter.action != Action::out; }
/// Whether the phase lets the fighters act.
constexpr bool is_open_play(Phase phase) {
  return phase == Phase::fighting || phase == Phase::practice;
}
/// Which part of its frame data an attacking fighter is in.
enum class Stretch : std::uint8_t { none, startup, active, recovery };
Stretch stretch_of(const Fighter& fighter);
/// The box that can hit at this tick, on the stage; `index` 0 or 1. Empty (left
/// == right) if none.
struct Box {
  Fixed left{}, right{}, low{}, high{};

  constexpr bool is_empty() const { return left == right; }
  constexpr bool meets(const Box& other) const {
    return left <= other.right && other.left <= right && low <= other.high && other.low <= high;
  }
};
Box hit_box_of(const Fighter& fighter, std::size_t index);
/// Where a fighter can be hit.
Box body_of(const Fighter& fighter);
Box body_of(const Projectile& projectile);

}  // namespace counterpoint
