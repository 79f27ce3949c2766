// Holding and throwing, against which a shield does not help.

#include "parts.hpp"

namespace counterpoint {

namespace {

constexpr int hold_ticks = 34;
constexpr int hold_ticks_per_damage_divisor = 3;  // the more damage, the longer it lasts
constexpr int hold_ticks_max = 90;
constexpr std::uint16_t wriggle_ticks = 5;  // that each press of the held one is worth
constexpr std::uint8_t freed_protected = 10;
constexpr Fixed arm_length = 0.75_fx;

bool take_press(Presses& presses) {
  for (std::uint8_t* press : {&presses.jump, &presses.light, &presses.heavy, &presses.special,
                              &presses.left, &presses.right, &presses.up, &presses.down}) {
    if (*press == buffer_ticks) return true;
  }
  return false;
}

}  // namespace

void take_hold(State& state, std::size_t slot, std::size_t target, Emit& effects) {
  Fighter& holder = state.fighters[slot];
  Fighter& victim = state.fighters[target];
  part(state, target);  // a fighter that the victim was holding is free
  const int length = hold_ticks + victim.damage / hold_ticks_per_damage_divisor;
  begin(holder, Action::holding, length < hold_ticks_max ? length : hold_ticks_max);
  begin(victim, Action::held);
  holder.partner = narrow<std::uint8_t>(static_cast<int>(target) + 1);
  victim.partner = narrow<std::uint8_t>(static_cast<int>(slot) + 1);
  holder.velocity = {};
  victim.velocity = {};
  holder.presses = {};
  victim.facing = narrow<std::int8_t>(-holder.facing);
  Effect effect = effect_of(state, slot, Effect::grab);
  effect.move = static_cast<std::uint8_t>(Move::grab);
  effect.target = static_cast<std::uint8_t>(target);
  effects.emit(effect);
}

void carry_hold(State& state, std::size_t slot, Controls controls, Emit& effects) {
  Fighter& holder = state.fighters[slot];
  Move move = Move::none;
  if (controls.vertical() != 0) {
    move = controls.vertical() > 0 ? Move::throw_up : Move::throw_down;
  } else if (controls.direction() != 0) {
    move = controls.direction() == holder.facing ? Move::throw_forward : Move::throw_back;
  }
  constexpr std::uint16_t grip_ticks = 6;  // the hands close before they throw
  if (move == Move::none || holder.action_ticks < grip_ticks) return;
  begin_attack(state, slot, move, effects);
}

void wriggle(State& state, std::size_t slot) {
  Fighter& victim = state.fighters[slot];
  if (victim.partner == 0) return begin(victim, Action::airborne);
  Fighter& holder = state.fighters[victim.partner - 1U];
  victim.position = {holder.position.x + arm_length * Fixed(holder.facing), holder.position.y};
  victim.footing = holder.footing;
  if (holder.action != Action::holding || !take_press(victim.presses)) return;
  const int left = holder.action_length - holder.action_ticks;
  if (left > wriggle_ticks) {
    holder.action_length = narrow<std::uint16_t>(holder.action_length - wriggle_ticks);
    return;
  }
  part(state, slot);
  victim.intangible = freed_protected;
}

}  // namespace counterpoint
