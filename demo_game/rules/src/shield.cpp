// The shield: how it takes blows, wears off and breaks.

#include <algorithm>

#include "parts.hpp"

namespace counterpoint {

namespace {

constexpr int block_stun_base = 3, block_stun_percent = 65;  // of the damage
constexpr int damage_percent = 130;
constexpr int dazed_ticks = 100;
constexpr Fixed slide = 0.05_fx;
constexpr std::uint8_t wear_ticks = 7;      // for one point, held up
constexpr std::uint8_t recovery_ticks = 7;  // for one point, left alone
constexpr std::uint8_t rest_ticks = 40;     // after a blow

void break_shield(State& state, std::size_t slot, std::size_t attacker, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  fighter.shield = 0;
  begin(fighter, Action::dazed, dazed_ticks);
  Effect effect = effect_of(state, attacker, Effect::shield_break);
  effect.target = static_cast<std::uint8_t>(slot);
  effect.position = fighter.position + Vec2{Fixed{}, data_of(fighter.character).height * 0.5_fx};
  effects.emit(effect);
}

}  // namespace

void press_shield(State& state, const Blow& blow, Emit& effects) {
  Fighter& fighter = state.fighters[blow.target];
  const int damage = data_of(blow.character, blow.move).damage;
  const int cost = damage * damage_percent / 100;
  Effect effect = effect_of(state, blow.attacker, Effect::block);
  effect.target = static_cast<std::uint8_t>(blow.target);
  effect.move = static_cast<std::uint8_t>(blow.move);
  effect.strength = narrow<std::uint8_t>(damage);
  effect.position = blow.position;
  effects.emit(effect);
  if (fighter.shield <= cost) return break_shield(state, blow.target, blow.attacker, effects);
  fighter.shield = narrow<std::uint8_t>(fighter.shield - cost);
  fighter.shield_rest = rest_ticks;
  fighter.velocity.x = slide * Fixed(blow.direction);
  begin(fighter, Action::shield_stunned, block_stun_base + damage * block_stun_percent / 100);
}

void tend_shield(State& state, std::size_t slot, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  if (fighter.shield_rest > 0) {
    --fighter.shield_rest;
    return;
  }
  if (fighter.action == Action::shielding) {
    if (fighter.shield <= 1) return break_shield(state, slot, slot, effects);
    --fighter.shield;
    fighter.shield_rest = wear_ticks;
  } else if (fighter.shield < full_shield && fighter.action != Action::shield_stunned &&
             fighter.action != Action::dazed) {
    ++fighter.shield;
    fighter.shield_rest = recovery_ticks;
  }
}

}  // namespace counterpoint
