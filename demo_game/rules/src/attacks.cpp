// Strikes, charges and specials: which one the controls mean, and what it does
// as its ticks pass.

#include "parts.hpp"

namespace counterpoint {

namespace {

/// A strike by direction; a fighter who attacks behind on the floor turns around first.
Move light_on_floor(Controls controls) {
  if (controls.vertical() > 0) return Move::up_light;
  if (controls.vertical() < 0) return Move::down_light;
  return controls.direction() != 0 ? Move::side_light : Move::jab;
}

Move heavy_on_floor(Controls controls) {
  if (controls.vertical() > 0) return Move::heavy_up;
  return controls.vertical() < 0 ? Move::heavy_down : Move::heavy_side;
}

Move in_air(const Fighter& fighter, Controls controls, bool is_heavy) {
  if (controls.vertical() > 0) return Move::air_up;
  if (controls.vertical() < 0) return Move::air_down;
  if (controls.direction() == 0) return is_heavy ? Move::air_forward : Move::air_neutral;
  return controls.direction() == fighter.facing ? Move::air_forward : Move::air_back;
}

Move special_move(Controls controls) {
  if (controls.vertical() > 0) return Move::rise;
  if (controls.vertical() < 0) return Move::counter;
  return controls.direction() != 0 ? Move::dash : Move::shot;
}

/// Whether the air leaves it to the fighter.
bool is_left(const Fighter& fighter, Move move) {
  return move != Move::dash || !is_in_air(fighter) || !fighter.has_dashed;
}

}  // namespace

void begin_attack(State& state, std::size_t slot, Move move, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  begin(fighter, Action::attacking, data_of(fighter.character, move).total());
  fighter.move = move;
  fighter.presses.light = 0;
  fighter.presses.heavy = 0;
  fighter.presses.special = 0;
  if (move == Move::dash && is_in_air(fighter)) fighter.has_dashed = true;
  Effect swing = effect_of(state, slot, Effect::swing);
  swing.move = static_cast<std::uint8_t>(move);
  swing.strength = data_of(fighter.character, move).damage;
  effects.emit(swing);
}

bool begin_asked_attack(State& state, std::size_t slot, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  // A tap that has waited for its chance means the direction that it was given
  // with, unless there is a newer one.
  const bool is_pointing = fighter.held.direction() != 0 || fighter.held.vertical() != 0;
  const Controls controls = is_pointing ? fighter.held : fighter.aim;
  const Presses& presses = fighter.presses;
  Move move = Move::none;
  if (presses.special > 0) {
    move = special_move(controls);
  } else if (is_in_air(fighter) && (presses.light > 0 || presses.heavy > 0)) {
    move = in_air(fighter, controls, presses.heavy > 0);
  } else if (presses.heavy > 0) {
    move = heavy_on_floor(controls);
  } else if (presses.light > 0) {
    move = light_on_floor(controls);
  }
  if (move == Move::none || !is_left(fighter, move)) return false;
  const bool may_turn = !is_aerial(move) && controls.direction() != 0;
  if (may_turn) fighter.facing = narrow<std::int8_t>(controls.direction());
  if (!is_heavy(move)) {
    begin_attack(state, slot, move, effects);
    return true;
  }
  fighter.presses.heavy = 0;
  begin(fighter, Action::charging, charge_ticks_max);
  fighter.move = move;
  return true;
}

void carry_charge(State& state, std::size_t slot, Controls controls, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  const std::uint16_t waited = fighter.action_ticks;
  if (controls.has(button::heavy) && waited + 1 < charge_ticks_max) return;
  begin_attack(state, slot, fighter.move, effects);
  fighter.charge = static_cast<std::uint8_t>(waited);
}

void carry_attack(State& state, std::size_t slot, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  if (fighter.action != Action::attacking) return;
  const MoveData& data = data_of(fighter.character, fighter.move);
  if (fighter.action_ticks != data.frames.startup) return;
  if (fighter.move == Move::shot) return shoot(state, slot, effects);
  if (data.impulse == Vec2{}) return;
  fighter.velocity = {data.impulse.x * Fixed(fighter.facing), data.impulse.y};
  if (fighter.move == Move::rise) {
    // The stick bends the way up a little.
    fighter.velocity.x += data.impulse.x * Fixed::ratio(fighter.held.x(), stick_full);
  }
  if (data.impulse.y > Fixed{}) {
    fighter.footing = no_footing;
    fighter.is_fast_falling = false;
  }
}

}  // namespace counterpoint
