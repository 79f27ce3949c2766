// Everything that hits: found first, for everybody, and only then applied in
// the order of the slots. So two that hit each other both do, whatever their
// slots.

#include <algorithm>
#include <array>

#include "parts.hpp"

namespace counterpoint {

namespace {

constexpr Fixed speed_per_knockback = 0.0034_fx;
constexpr int stun_base = 5;                              // ticks
constexpr int stun_numerator = 9, stun_denominator = 20;  // ticks per knockback
constexpr int stun_least = 5;
constexpr int stun_most = 75;
constexpr int launching_knockback = 30;  // from here on nobody keeps the feet
constexpr int charge_bonus = 45;         // percent, fully charged
constexpr int combo_loss = 6;            // percent of damage that each hit of a combo costs
constexpr int combo_damage_least = 55;
constexpr int combo_stun_steps = 14;  // hits after which a combo has no stun left
constexpr int knockout_least = 36,
              knockout_most = 55;   // of the health: seen, not lost
constexpr int steady_percent = 60;  // of damage, for a fighter that nothing interrupts
constexpr Fixed bend = 0.33_fx;     // some 18 degrees
constexpr std::size_t blows_max = fighters_max * fighters_max + projectiles_max;

struct Blows {
  std::array<Blow, blows_max> list{};
  std::size_t count = 0;

  void add(const Blow& blow) {
    if (count < list.size()) list[count++] = blow;
  }
};

Vec2 middle_of(const Box& one, const Box& other) {
  return {(max(one.left, other.left) + min(one.right, other.right)) * 0.5_fx,
          (max(one.low, other.low) + min(one.high, other.high)) * 0.5_fx};
}

bool is_foe(const State& state, std::size_t slot, std::size_t target) {
  return slot != target && state.fighters[slot].team != state.fighters[target].team;
}

void find_strikes(const State& state, std::size_t slot, Blows& blows) {
  const Fighter& attacker = state.fighters[slot];
  if (stretch_of(attacker) != Stretch::active || attacker.freeze > 0) return;
  const std::array boxes{hit_box_of(attacker, 0), hit_box_of(attacker, 1)};
  for (std::size_t target = 0; target < fighters_max; ++target) {
    const Fighter& victim = state.fighters[target];
    if (!is_foe(state, slot, target) || !is_tangible(victim)) continue;
    if ((attacker.hit_mask & bit_of(target)) != 0) continue;
    const Box body = body_of(victim);
    for (const Box& box : boxes) {
      if (box.is_empty() || !box.meets(body)) continue;
      blows.add({.attacker = slot,
                 .target = target,
                 .move = attacker.move,
                 .character = attacker.character,
                 .direction = attacker.facing,
                 .charge = attacker.charge,
                 .position = middle_of(box, body)});
      break;
    }
  }
}

void find_throw(const State& state, std::size_t slot, Blows& blows) {
  const Fighter& holder = state.fighters[slot];
  if (holder.action != Action::attacking || !is_throw(holder.move) || holder.partner == 0) return;
  const MoveData& data = data_of(holder.character, holder.move);
  if (holder.action_ticks != data.frames.startup || holder.freeze > 0) return;
  const std::size_t target = holder.partner - 1U;
  blows.add({.attacker = slot,
             .target = target,
             .move = holder.move,
             .character = holder.character,
             .direction = holder.facing,
             .position = state.fighters[target].position});
}

void find_shots(const State& state, Blows& blows) {
  for (std::size_t i = 0; i < projectiles_max; ++i) {
    const Projectile& shot = state.projectiles[i];
    if (shot.ticks_left == 0) continue;
    const Box box = body_of(shot);
    for (std::size_t target = 0; target < fighters_max; ++target) {
      const Fighter& victim = state.fighters[target];
      if (victim.team == shot.team || !is_tangible(victim)) continue;
      const Box body = body_of(victim);
      if (!box.meets(body)) continue;
      blows.add({.attacker = shot.owner,
                 .target = target,
                 .move = Move::shot,
                 .character = shot.character,
                 .direction = shot.facing,
                 .position = middle_of(box, body),
                 .shot = i});
      break;
    }
  }
}

Effect effect_of(const Blow& blow, Effect::Kind kind) {
  Effect effect;
  effect.kind = kind;
  effect.player = static_cast<std::uint8_t>(blow.attacker);
  effect.target = static_cast<std::uint8_t>(blow.target);
  effect.move = static_cast<std::uint8_t>(blow.move);
  effect.strength = data_of(blow.character, blow.move).damage;
  effect.position = blow.position;
  return effect;
}

/// In percent: the blow's strength by the ticks for which it was held back.
int charged(const Blow& blow) { return 100 + charge_bonus * blow.charge / charge_ticks_max; }

int damage_of(const Blow& blow, const Fighter& victim) {
  const int fresh = data_of(blow.character, blow.move).damage * charged(blow) / 100;
  const int percent = std::max(100 - combo_loss * victim.combo, combo_damage_least);
  return std::max(fresh * percent / 100, 1);
}

int knockback_of(const Blow& blow, const Fighter& victim) {
  const Launch& launch = data_of(blow.character, blow.move).launch;
  int knockback = launch.base + launch.growth * victim.damage / 100;
  knockback = knockback * charged(blow) / data_of(victim.character).weight;
  return victim.action == Action::crouching ? knockback * 2 / 3 : knockback;
}

void freeze_both(State& state, const Blow& blow, int ticks) {
  Fighter& victim = state.fighters[blow.target];
  victim.freeze = std::max(victim.freeze, narrow<std::uint8_t>(ticks));
  if (blow.shot < projectiles_max) return;  // the shooter is elsewhere
  Fighter& attacker = state.fighters[blow.attacker];
  attacker.freeze = std::max(attacker.freeze, narrow<std::uint8_t>(ticks));
}

int freeze_of(const Blow& blow) {
  constexpr int least = 3, most = 12;
  return std::clamp(least + data_of(blow.character, blow.move).damage / 2, least, most);
}

/// Away it flies, or slides on its feet.
void launch(Fighter& victim, const Blow& blow, int knockback, int stun) {
  int angle = data_of(blow.character, blow.move).launch.angle;
  // The floor sends back up what is struck into it.
  if (angle < 0 && !is_in_air(victim)) angle = -angle;
  constexpr int degrees_per_turn = 360;
  const Fixed turns = Fixed::ratio(angle, degrees_per_turn);
  const Fixed speed = speed_per_knockback * Fixed(knockback);
  const Vec2 way{tutti::cos_turns(turns) * Fixed(blow.direction), tutti::sin_turns(turns)};
  const bool is_lifted = knockback >= launching_knockback || is_in_air(victim) || victim.lives == 0;
  victim.velocity = way * speed;
  victim.facing = narrow<std::int8_t>(way.x < Fixed{} ? 1 : -1);
  victim.is_fast_falling = false;
  if (!is_lifted) {
    victim.velocity.y = Fixed{};
    return begin(victim, Action::reeling, stun);
  }
  victim.footing = no_footing;
  begin(victim, Action::launched, victim.lives == 0 ? 0 : stun);
}

bool is_behind_shield(const Fighter& fighter) {
  return fighter.action == Action::shielding || fighter.action == Action::shield_stunned;
}

bool is_countering(const Fighter& fighter) {
  return fighter.move == Move::counter && stretch_of(fighter) == Stretch::active;
}

void answer(State& state, const Blow& blow, Emit& effects) {
  Fighter& victim = state.fighters[blow.target];
  Effect effect = effect_of(blow, Effect::countered);
  std::swap(effect.player, effect.target);
  effect.move = static_cast<std::uint8_t>(Move::counter);
  effects.emit(effect);
  if (blow.shot < projectiles_max) {
    Projectile& shot = state.projectiles[blow.shot];
    shot.owner = static_cast<std::uint8_t>(blow.target);
    shot.team = victim.team;
    shot.velocity.x = -shot.velocity.x;
    shot.facing = narrow<std::int8_t>(-shot.facing);
    shot.is_turned = true;
    return;
  }
  freeze_both(state, blow, freeze_of(blow));
  victim.facing = narrow<std::int8_t>(-blow.direction);
  begin_attack(state, blow.target, Move::riposte, effects);
}

void apply(State& state, const Blow& blow, Emit& effects) {
  Fighter& victim = state.fighters[blow.target];
  if (blow.shot == projectiles_max) {
    state.fighters[blow.attacker].hit_mask |= bit_of(blow.target);
  }
  if (is_countering(victim) && !is_throw(blow.move)) return answer(state, blow, effects);
  if (blow.shot < projectiles_max) state.projectiles[blow.shot].ticks_left = 0;
  if (is_behind_shield(victim)) {
    press_shield(state, blow, effects);
  } else {
    strike(state, blow, effects);
  }
  freeze_both(state, blow, freeze_of(blow));
}

bool is_mutual(const Blows& blows, const Blow& blow) {
  return std::any_of(blows.list.begin(), blows.list.begin() + static_cast<long>(blows.count),
                     [&](const Blow& other) {
                       return other.attacker == blow.target && other.target == blow.attacker;
                     });
}

/// A fighter that is hit while reaching out holds nobody, and two that reach for each other slip.
void apply_grab(State& state, const Blows& blows, const Blow& blow, Emit& effects) {
  const Fighter& holder = state.fighters[blow.attacker];
  const Fighter& victim = state.fighters[blow.target];
  const bool is_still_reaching = holder.action == Action::attacking && holder.move == Move::grab;
  if (!is_still_reaching || is_mutual(blows, blow) || !is_tangible(victim) || victim.partner != 0 ||
      victim.action == Action::launched || victim.action == Action::hanging) {
    return;
  }
  take_hold(state, blow.attacker, blow.target, effects);
}

}  // namespace

void strike(State& state, const Blow& blow, Emit& effects) {
  Fighter& victim = state.fighters[blow.target];
  Fighter& attacker = state.fighters[blow.attacker];
  const RuleSetData& rules = data_of(state.rules.value);
  int damage = damage_of(blow, victim);
  const bool is_steady = victim.action == Action::attacking &&
                         data_of(victim.character, victim.move).is_steady &&
                         stretch_of(victim) != Stretch::recovery;
  if (is_steady) damage = std::max(damage * steady_percent / 100, 1);
  victim.damage = narrow<std::uint16_t>(std::min<int>(victim.damage + damage, damage_max));
  attacker.damage_dealt =
      narrow<std::uint16_t>(std::min<int>(attacker.damage_dealt + damage, 60'000));
  victim.last_hit_by = narrow<std::uint8_t>(static_cast<int>(blow.attacker) + 1);
  Effect effect = effect_of(blow, Effect::hit);
  effect.strength = narrow<std::uint8_t>(std::min(damage, 255));
  effects.emit(effect);
  const bool is_fatal = rules.health != 0 && victim.damage >= rules.health &&
                        state.phase == Phase::fighting && victim.lives > 0;
  if (is_steady && !is_fatal) return;

  int knockback = knockback_of(blow, victim);
  const int left = std::max(combo_stun_steps - victim.combo, 1);
  const int stun = std::min(stun_base + knockback * stun_numerator / stun_denominator, stun_most);
  victim.combo = narrow<std::uint8_t>(std::min(victim.combo + 1, 255));
  victim.combo_damage = narrow<std::uint8_t>(std::min<int>(victim.combo_damage + damage, 255));
  part(state, blow.target);
  if (is_fatal) {
    fall_down(state, blow.target, effects);
    knockback = std::clamp(knockback, knockout_least, knockout_most);
  }
  launch(victim, blow, knockback, std::max(stun * left / combo_stun_steps, stun_least));
}

void bend_flight(Fighter& fighter) {
  const Vec2 way = fighter.velocity;
  const Fixed speed = tutti::length(way.x, way.y);
  if (speed == Fixed{}) return;
  const Fixed x = Fixed::ratio(fighter.held.x(), stick_full);
  const Fixed y = Fixed::ratio(fighter.held.y(), stick_full);
  // The part of the stick across the flight turns it; the length stays, nearly.
  const Fixed across = (y * way.x - x * way.y) / speed * bend;
  const Vec2 turned = way + Vec2{-way.y, way.x} * across;
  fighter.velocity = turned * (1_fx - across * across * 0.5_fx);
}

void exchange_hits(State& state, Emit& effects) {
  if (!is_open_play(state.phase)) return;
  Blows blows;
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    find_strikes(state, slot, blows);
    find_throw(state, slot, blows);
  }
  find_shots(state, blows);
  for (std::size_t i = 0; i < blows.count; ++i) {
    if (blows.list[i].move != Move::grab) apply(state, blows.list[i], effects);
  }
  for (std::size_t i = 0; i < blows.count; ++i) {
    if (blows.list[i].move == Move::grab) apply_grab(state, blows, blows.list[i], effects);
  }
}

}  // namespace counterpoint
