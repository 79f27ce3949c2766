#pragma once
// The parts of one tick, in the order in which `step` runs them. Private to the rules.

#include "counterpoint/counterpoint.hpp"

namespace counterpoint {

using Emit = tutti::Effects<Effect>;

/// Who stands opposite.
constexpr std::size_t other(std::size_t slot) { return 1 - slot; }

// fighter.cpp: one fighter's own state machine.

/// Begins an action; `length` 0 lasts until something else ends it.
void begin(Fighter& fighter, Action action, std::uint16_t length = 0);
/// On the floor, with nothing going on: may walk, jump, attack, block.
bool is_free(const Fighter& fighter);
/// Feet off the floor.
bool is_in_air(const Fighter& fighter);
/// Remembers a change of controls and what it pressed.
void take_controls(Fighter& fighter, Controls controls);
/// Ends what is over and begins what the controls ask for. `opponent_x` is where the opponent was
/// when the tick began, so that both fighters decide on the same moment.
void act(State& state, std::size_t slot, Fixed opponent_x, Emit& effects);
/// Gravity, friction, the floor and the walls.
void travel(State& state, std::size_t slot, Emit& effects);
/// Whether the phase lets the fighters act.
bool is_open_play(Phase phase);

// combat.cpp: the two of them together.

/// Bodies do not share a place.
void push_apart(State& state);
/// Everything that hits at this tick is decided before anything is applied: two that hit each
/// other both do, whatever their slots.
void exchange_hits(State& state, Emit& effects);

// match.cpp: rounds, matches, players that come and go.

void join(State& state, std::size_t slot, Emit& effects);
void leave(State& state, std::size_t slot, Emit& effects);
/// The phase's clock and what it brings.
void advance_match(State& state, Emit& effects);

}  // namespace counterpoint
