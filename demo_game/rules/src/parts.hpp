#pragma once
// The parts of one tick, in the order in which `step` runs them. Private to the rules.

#include <cstddef>

#include "counterpoint/counterpoint.hpp"

namespace counterpoint {

using Emit = tutti::Effects<Effect>;

constexpr std::uint8_t no_footing = 0;
constexpr std::uint8_t on_floor = 1;
constexpr std::uint8_t on_first_platform = 2;

template <class Number>
constexpr Number narrow(int value) {
  return static_cast<Number>(value);
}
/// One less, but not less than nothing.
template <class Number>
constexpr void count_down(Number& number) {
  if (number > 0) --number;
}
constexpr std::uint8_t bit_of(std::size_t slot) { return narrow<std::uint8_t>(1 << slot); }
/// A fighter's own effect, at its feet.
Effect effect_of(const State& state, std::size_t slot, Effect::Kind kind);

// fighter.cpp: rules of every action.

/// Begins an action; `length` 0 lasts until something else ends it.
void begin(Fighter& fighter, Action action, int length = 0);
/// Parts it from the one that it holds and from the one that holds it.
void part(State& state, std::size_t slot);
/// On its feet, with nothing going on.
bool is_free(const Fighter& fighter);
constexpr bool is_in_air(const Fighter& fighter) { return fighter.footing == no_footing; }
/// Can be hit, held, pushed: somebody is there and not protected.
bool is_tangible(const Fighter& fighter);
/// Remembers a change of controls and what it pressed.
void take_controls(Fighter& fighter, Controls controls);
/// Fresh: in the air or on the floor at this place, with nothing of an earlier life.
void place(Fighter& fighter, Vec2 position, int facing);

// actions.cpp: the actions that a fighter may begin, and begins.

/// Ends what is over and begins what the controls ask for.
void act(State& state, std::size_t slot, Emit& effects);

// attacks.cpp: strikes, charges, specials.

/// Begins the attack that light, heavy or special ask for; false if none of them is pressed.
bool begin_asked_attack(State& state, std::size_t slot, Emit& effects);
void begin_attack(State& state, std::size_t slot, Move move, Emit& effects);
/// Does an attack's own work as its ticks pass: impulses, shots.
void carry_attack(State& state, std::size_t slot, Emit& effects);
/// Holds the blow back, or lets it go.
void carry_charge(State& state, std::size_t slot, Controls controls, Emit& effects);

// grabs.cpp: holding and throwing.

void take_hold(State& state, std::size_t slot, std::size_t target, Emit& effects);
/// The holder chooses a throw, or its time ends; the held one wriggles.
void carry_hold(State& state, std::size_t slot, Controls controls, Emit& effects);
void wriggle(State& state, std::size_t slot);

// ledges.cpp

/// Takes hold of the stage's edge if a hand reaches it.
void reach_for_ledge(State& state, std::size_t slot, Emit& effects);
void carry_hang(State& state, std::size_t slot, Controls controls, Emit& effects);
/// Where a fighter stands after climbing.
void finish_climb(Fighter& fighter);

// travel.cpp: gravity, friction, floors and the frame of the picture.

void travel(State& state, std::size_t slot, Emit& effects);
/// Bodies do not share a place.
void push_apart(State& state);

// hits.cpp: everything that hits at this tick is decided before anything is applied.

struct Blow {
  std::size_t attacker = 0;
  std::size_t target = 0;
  Move move = Move::none;
  Character character = Character::viola;
  int direction = 1;  ///< from the attacker to the other
  int charge = 0;     ///< ticks
  Vec2 position{};
  std::size_t shot = projectiles_max;  ///< which one met it; none for a fighter's own limbs
};
/// Damage, knockback and stun.
void strike(State& state, const Blow& blow, Emit& effects);
/// A victim's own direction bends its flight a little, as its freeze ends.
void bend_flight(Fighter& fighter);
void exchange_hits(State& state, Emit& effects);

// shield.cpp

/// A blow meets a shield.
void press_shield(State& state, const Blow& blow, Emit& effects);
/// Held up it wears off, left alone it recovers.
void tend_shield(State& state, std::size_t slot, Emit& effects);

// shots.cpp

void shoot(State& state, std::size_t slot, Emit& effects);
void fly_shots(State& state);
// lives.cpp: knockouts, and what follows them.

/// Beyond the frame: a life is gone.
void leave_frame(State& state, std::size_t slot, Emit& effects);
/// The health is gone, where the rules know one.
void fall_down(State& state, std::size_t slot, Emit& effects);
/// Carries the next life down and lets it go.
void carry_return(State& state, std::size_t slot, Controls controls);

// selection.cpp: menus are phases too.

void enter_selection(State& state);
void advance_selection(State& state, Emit& effects);
void advance_result(State& state, Emit& effects);

// phases.cpp: rounds, matches, players that come and go.

void join(State& state, std::size_t slot, Emit& effects);
void leave(State& state, std::size_t slot, Emit& effects);
void enter(State& state, Phase phase);
void begin_match(State& state, Emit& effects);
/// The phase's clock and what it brings.
void advance_match(State& state, Emit& effects);

}  // namespace counterpoint
