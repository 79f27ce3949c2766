// The two fighters together: bodies that push, attacks that meet them.

#include <algorithm>
#include <array>
#include <optional>

#include "parts.hpp"

namespace counterpoint {

namespace {

constexpr Fixed push_speed = 0.06_fx;  // each, a tick: who lands on somebody slides off
constexpr Fixed overlap_height = 1.1_fx;
constexpr Fixed launch_lift = 0.095_fx;
constexpr Fixed knockout_lift = 0.125_fx;
constexpr Fixed blocked_knockback = 0.8_fx;
constexpr std::uint16_t dazed_ticks = 52;
constexpr std::uint8_t guard_rest_ticks = 120;
constexpr std::uint8_t combo_hits_max = 4;

/// One attack that meets one body.
struct Contact {
  std::size_t attacker;
  Move move;
  int direction;  ///< from the attacker to the other
  bool is_blocked;
  Vec2 position;
};

bool can_be_hit(const Fighter& fighter) {
  switch (fighter.action.value) {
    case Action::downed:
    case Action::rising:
    case Action::defeated:
    case Action::victorious:
      return false;
    case Action::launched:
      return fighter.combo < combo_hits_max;
    default:
      return true;
  }
}

std::optional<Contact> find_contact(const State& state, std::size_t slot) {
  const Fighter& attacker = state.fighters[slot];
  const Fighter& target = state.fighters[other(slot)];
  const MoveData& data = data_of(attacker.move);
  if (attacker.action != Action::attacking || attacker.has_connected ||
      !data.is_active(attacker.action_ticks) || !can_be_hit(target)) {
    return std::nullopt;
  }
  const Fixed side(attacker.facing);
  const Fixed ahead = (target.position.x - attacker.position.x) * side;  // of the target's middle
  if (ahead + body_half_width < data.reach.near || ahead - body_half_width > data.reach.far) {
    return std::nullopt;
  }
  const Fixed low = attacker.position.y + data.reach.low;
  const Fixed high = attacker.position.y + data.reach.high;
  const Fixed feet = target.position.y;
  if (high < feet || low > feet + body_height) return std::nullopt;

  Contact contact{};
  contact.attacker = slot;
  contact.move = attacker.move;
  contact.direction = ahead < Fixed{} ? -attacker.facing : attacker.facing;
  contact.is_blocked = (target.action == Action::blocking || target.action == Action::guarding) &&
                       target.facing == -contact.direction;
  const Fixed depth = min(data.reach.far, ahead);
  const Fixed height = clamp((low + high) * 0.5_fx, feet, feet + body_height);
  contact.position = {attacker.position.x + depth * side, height};
  return contact;
}

/// The harder and the earlier in a combo, the more; never nothing.
std::int32_t scaled_damage(const MoveData& data, std::uint8_t combo) {
  const std::int32_t percent = std::max(100 - 20 * combo, 40);
  return std::max(data.damage * percent / 100, 1);
}

void apply_block(const Contact& contact, Fighter& target, Effect& effect, Emit& effects) {
  const MoveData& data = data_of(contact.move);
  effect.kind = Effect::block;
  effects.emit(effect);
  target.guard_rest = guard_rest_ticks;
  if (target.guard > data.guard_damage) {
    target.guard = static_cast<std::uint8_t>(target.guard - data.guard_damage);
    begin(target, Action::guarding, data.blockstun);
  } else {
    target.guard = 0;
    begin(target, Action::dazed, dazed_ticks);
    effect.kind = Effect::guard_break;
    effects.emit(effect);
  }
  target.velocity.x = data.knockback * blocked_knockback * Fixed(contact.direction);
}

void apply_hit(const Contact& contact, State& state, Effect& effect, Emit& effects) {
  Fighter& target = state.fighters[other(contact.attacker)];
  const MoveData& data = data_of(contact.move);
  const std::int32_t damage = scaled_damage(data, target.combo);
  // A dummy only lends itself: it is never knocked out.
  const std::int32_t least = state.phase == Phase::practice ? 1 : 0;
  // Caught in an attack of its own, or already reeling: no feet to stand on.
  const bool is_off_balance = target.combo > 0 || target.action == Action::attacking;
  target.health = std::max(target.health - damage, least);
  if (target.combo < combo_hits_max) ++target.combo;
  target.combo_damage = static_cast<std::uint8_t>(std::min(target.combo_damage + damage, 255));
  effect.kind = Effect::hit;
  effect.strength = static_cast<std::uint8_t>(damage);
  effects.emit(effect);

  const bool is_knockout = target.health == 0;
  if (is_knockout || is_in_air(target) || (data.launches && is_off_balance)) {
    begin(target, Action::launched);
    target.velocity.y = is_knockout ? knockout_lift : launch_lift;
  } else {
    begin(target, Action::reeling, data.hitstun);
  }
  target.velocity.x = data.knockback * Fixed(contact.direction);
  if (is_knockout) {
    effect.kind = Effect::knockout;
    effects.emit(effect);
  }
}

void apply(const Contact& contact, State& state, Emit& effects) {
  Fighter& attacker = state.fighters[contact.attacker];
  Fighter& target = state.fighters[other(contact.attacker)];
  const MoveData& data = data_of(contact.move);
  // Where the target has its back to the wall, the attacker is the one that is pushed away.
  const Fixed room =
      stage_half_width - body_half_width - target.position.x * Fixed(contact.direction);
  const bool is_cornered = room <= Fixed{};

  Effect effect{.player = static_cast<std::uint8_t>(contact.attacker),
                .move = static_cast<std::uint8_t>(contact.move),
                .strength = data.damage,
                .position = contact.position};
  if (contact.is_blocked) {
    apply_block(contact, target, effect, effects);
  } else {
    apply_hit(contact, state, effect, effects);
  }
  if (attacker.action == Action::attacking) {
    attacker.has_connected = true;
    if (is_cornered && !is_in_air(attacker)) {
      attacker.velocity.x = data.knockback * Fixed(-contact.direction);
    }
  }
  state.freeze = std::max(state.freeze, data.freeze);
}

}  // namespace

void push_apart(State& state) {
  Fighter& first = state.fighters[0];
  Fighter& second = state.fighters[1];
  if (first.action == Action::defeated || second.action == Action::defeated) return;
  if (abs(first.position.y - second.position.y) > overlap_height) return;
  const Fixed distance = second.position.x - first.position.x;
  const Fixed overlap = body_half_width * Fixed(2) - abs(distance);
  if (overlap <= Fixed{}) return;

  int side = distance > Fixed{} ? 1 : -1;  // where the second one goes
  if (distance == Fixed{}) {
    // In the very same place each steps back; a coin decides where both look the same way.
    side = first.facing != second.facing ? first.facing : (state.random.chance(2) ? 1 : -1);
  }
  const Fixed step = min(overlap * 0.5_fx, push_speed) * Fixed(side);
  const Fixed limit = stage_half_width - body_half_width;
  first.position.x = clamp(first.position.x - step, -limit, limit);
  second.position.x = clamp(second.position.x + step, -limit, limit);
}

void exchange_hits(State& state, Emit& effects) {
  if (!is_open_play(state.phase)) return;
  const std::array contacts{find_contact(state, 0), find_contact(state, 1)};
  for (const auto& contact : contacts) {
    if (contact) apply(*contact, state, effects);
  }
}

}  // namespace counterpoint
