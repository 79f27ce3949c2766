// The edge of the stage: a fighter who falls past it takes hold of it, one at a time.

#include "parts.hpp"

namespace counterpoint {

namespace {

constexpr Fixed hand_reach = 0.45_fx;  // to the side of where it would hang
constexpr Fixed hang_depth = 1.35_fx;  // of the feet below the floor
constexpr Fixed hang_lowest = 2.0_fx;
constexpr Fixed hang_highest = 0.7_fx;
constexpr int hang_ticks = 150;
constexpr int climb_ticks = 26;
constexpr std::uint16_t hang_ticks_before_choice = 8;
constexpr std::uint8_t hang_protected = 24;
constexpr std::uint8_t ledge_rest = 40;  // ticks until a hand reaches again
constexpr Fixed climb_inwards = 0.5_fx;

int side_of(const Fighter& fighter) { return fighter.position.x < Fixed{} ? -1 : 1; }

bool is_taken(const State& state, int side) {
  for (const Fighter& other : state.fighters) {
    const bool is_there = other.action == Action::hanging || other.action == Action::climbing;
    if (is_there && side_of(other) == side) return true;
  }
  return false;
}

bool may_reach(const Fighter& fighter) {
  if (!is_in_air(fighter) || fighter.no_hold > 0 || fighter.velocity.y > Fixed{} ||
      fighter.held.vertical() < 0) {
    return false;
  }
  return fighter.action == Action::airborne || fighter.action == Action::helpless ||
         (fighter.action == Action::attacking && fighter.move == Move::rise &&
          stretch_of(fighter) == Stretch::recovery);
}

}  // namespace

void reach_for_ledge(State& state, std::size_t slot, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  if (!may_reach(fighter)) return;
  const int side = side_of(fighter);
  const Fixed hang_x = stage_half_width + data_of(fighter.character).half_width;
  const Fixed aside = abs(fighter.position.x) - hang_x;
  const Fixed depth = -fighter.position.y;
  if (abs(aside) > hand_reach || depth > hang_lowest || depth < hang_highest ||
      is_taken(state, side)) {
    return;
  }
  begin(fighter, Action::hanging, hang_ticks);
  fighter.position = {hang_x * Fixed(side), -hang_depth};
  fighter.velocity = {};
  fighter.facing = narrow<std::int8_t>(-side);
  fighter.air_jumps = data_of(fighter.character).air_jumps;
  fighter.has_air_dodged = false;
  fighter.has_dashed = false;
  fighter.is_fast_falling = false;
  fighter.intangible = hang_protected;
  fighter.presses = {};
  effects.emit(effect_of(state, slot, Effect::ledge));
}

void carry_hang(State& state, std::size_t slot, Controls controls, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  if (fighter.action_ticks < hang_ticks_before_choice) return;
  if (fighter.presses.jump > 0) {
    fighter.presses.jump = 0;
    fighter.no_hold = ledge_rest;
    begin(fighter, Action::airborne);
    fighter.velocity = {Fixed{}, data_of(fighter.character).jump_speed};
    return effects.emit(effect_of(state, slot, Effect::jump));
  }
  const bool is_inwards = controls.direction() == fighter.facing;
  if (controls.vertical() > 0 || is_inwards) return begin(fighter, Action::climbing, climb_ticks);
  if (controls.vertical() < 0 || controls.direction() == -fighter.facing) {
    fighter.no_hold = ledge_rest;
    begin(fighter, Action::airborne);
  }
}

void finish_climb(Fighter& fighter) {
  const int side = side_of(fighter);
  fighter.position = {(stage_half_width - climb_inwards) * Fixed(side), Fixed{}};
  fighter.velocity = {};
  fighter.footing = on_floor;
  begin(fighter, Action::standing);
}

}  // namespace counterpoint
