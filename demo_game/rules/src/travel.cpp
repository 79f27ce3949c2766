// Gravity, friction, floors, walls and the frame: how a fighter gets from one place to the next.

#include <optional>

#include "parts.hpp"

namespace counterpoint {

namespace {

constexpr Fixed friction = 0.84_fx;
constexpr Fixed stopped = 0.001_fx;   // below this speed a slide ends
constexpr Fixed start_part = 0.2_fx;  // of the running speed, gained in a tick
constexpr Fixed launch_drag = 0.975_fx;
constexpr Fixed dodge_drag = 0.93_fx;
constexpr int roll_moving_ticks = 20;
constexpr int air_dodge_weightless = 16;
constexpr std::uint8_t coyote_ticks = 5;
constexpr int landing_ticks = 3;
constexpr int landing_ticks_helpless = 14;
constexpr int landing_ticks_after_dodge = 9;
constexpr int downed_ticks = 22;
constexpr int caught_ticks = 12;  // after a press of the shield in the fall: up again at once
constexpr Fixed soft_fall = 0.05_fx;
constexpr Fixed bounce = 0.6_fx;
constexpr Fixed push_speed = 0.05_fx;  // each, a tick

Fixed approach(Fixed from, Fixed to, Fixed step) {
  return from < to ? min(from + step, to) : max(from - step, to);
}

/// Moved by something else, or by nothing.
bool is_carried(const Fighter& fighter) {
  switch (fighter.action.value) {
    case Action::out:
    case Action::held:
    case Action::hanging:
    case Action::climbing:
    case Action::returning:
      return true;
    default:
      return false;
  }
}

struct Ground {
  Platform now{};
  Fixed moved{};  // to the right since the tick before
};

Ground ground_of(const State& state, std::uint8_t footing) {
  if (footing == on_floor) return {{-stage_half_width, stage_half_width, Fixed{}}, Fixed{}};
  const std::size_t index = footing - std::size_t{on_first_platform};
  const Platform now = platform_at(state.stage, index, state.stage_ticks);
  const Platform before = platform_at(state.stage, index, state.stage_ticks - 1);
  return {now, now.left - before.left};
}

void choose_ground_speed(Fighter& fighter) {
  const CharacterData& body = data_of(fighter.character);
  Fixed& speed = fighter.velocity.x;
  if (fighter.action == Action::walking) {
    const Fixed wish = body.run_speed * Fixed::ratio(fighter.held.x(), stick_full);
    speed = approach(speed, wish, body.run_speed * start_part);
  } else if (fighter.action == Action::rolling && fighter.action_ticks < roll_moving_ticks) {
    speed = body.roll_speed * Fixed(-fighter.facing);
  } else if (fighter.action == Action::attacking && fighter.move == Move::dash &&
             stretch_of(fighter) == Stretch::active) {
    return;  // it slides at the speed it was given
  } else {
    speed *= friction;
    if (abs(speed) < stopped) speed = Fixed{};
  }
}

/// Only who walks, or is pushed, goes over an edge.
bool may_leave_edge(const Fighter& fighter) {
  return fighter.action == Action::walking || fighter.action == Action::reeling;
}

void step_off(Fighter& fighter) {
  fighter.footing = no_footing;
  if (fighter.action == Action::reeling) {
    fighter.action = Action::launched;  // for what is left of its stun
    return;
  }
  fighter.coyote = coyote_ticks;
  begin(fighter, Action::airborne);
}

void travel_on_ground(const State& state, Fighter& fighter) {
  const Ground ground = ground_of(state, fighter.footing);
  choose_ground_speed(fighter);
  fighter.position.x += ground.moved + fighter.velocity.x;
  fighter.position.y = ground.now.height;
  fighter.velocity.y = Fixed{};
  const Fixed inside = clamp(fighter.position.x, ground.now.left, ground.now.right);
  if (inside == fighter.position.x) return;
  if (may_leave_edge(fighter)) return step_off(fighter);
  fighter.position.x = inside;
  fighter.velocity.x = Fixed{};
}

void touch_down(State& state, std::size_t slot, std::uint8_t footing, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  const Fixed speed = -fighter.velocity.y;
  Effect effect = effect_of(state, slot, Effect::land);
  constexpr int strength_per_speed = 500, strength_max = 100;
  effect.strength = static_cast<std::uint8_t>(
      clamp(speed * Fixed(strength_per_speed), Fixed(1), Fixed(strength_max)).to_int());
  fighter.footing = footing;
  fighter.velocity.y = Fixed{};
  fighter.air_jumps = data_of(fighter.character).air_jumps;
  fighter.has_air_dodged = fighter.has_dashed = fighter.is_fast_falling = false;
  fighter.coyote = 0;
  switch (fighter.action.value) {
    case Action::launched:
      effect.kind = Effect::knockdown;
      if (fighter.lives == 0) {
        begin(fighter, Action::defeated);
      } else if (fighter.presses.shield > 0) {
        fighter.presses.shield = 0;
        begin(fighter, Action::rising, caught_ticks);
      } else if (speed < soft_fall) {
        begin(fighter, Action::landing, landing_ticks);
        effect.kind = Effect::land;
      } else {
        begin(fighter, Action::downed, downed_ticks);
      }
      break;
    case Action::attacking: {
      const int landing = data_of(fighter.character, fighter.move).frames.landing;
      if (landing > 0) begin(fighter, Action::landing, landing);
      break;
    }
    case Action::helpless:
      begin(fighter, Action::landing, landing_ticks_helpless);
      break;
    case Action::air_dodging:
      begin(fighter, Action::landing, landing_ticks_after_dodge);
      break;
    case Action::dazed:
      break;
    default:
      begin(fighter, Action::landing, landing_ticks);
      break;
  }
  effects.emit(effect);
}

bool is_weightless(const Fighter& fighter) {
  if (fighter.action == Action::air_dodging) return fighter.action_ticks < air_dodge_weightless;
  return fighter.action == Action::attacking && fighter.move == Move::dash &&
         stretch_of(fighter) == Stretch::active;
}

void choose_air_speed(Fighter& fighter) {
  const CharacterData& body = data_of(fighter.character);
  if (fighter.action == Action::launched) {
    fighter.velocity *= launch_drag;
    fighter.velocity.y -= body.gravity;
    return;
  }
  if (is_weightless(fighter)) {
    if (fighter.action == Action::air_dodging) fighter.velocity *= dodge_drag;
    return;
  }
  const bool is_guided = fighter.action == Action::airborne || fighter.action == Action::helpless ||
                         fighter.action == Action::attacking;
  const int stick = is_guided ? fighter.held.x() : 0;
  fighter.velocity.x = approach(fighter.velocity.x,
                                body.air_speed * Fixed::ratio(stick, stick_full), body.air_control);
  const Fixed fastest = fighter.is_fast_falling ? body.fast_fall_speed : body.fall_speed;
  if (fighter.is_fast_falling) fighter.velocity.y = -fastest;
  fighter.velocity.y = max(fighter.velocity.y - body.gravity, -fastest);
}

/// The platform on which the way from `before` ends.
std::optional<std::uint8_t> footing_below(const State& state, const Fighter& fighter, Vec2 before,
                                          Fixed& height) {
  const Vec2 here = fighter.position;
  if (fighter.velocity.y > Fixed{}) return std::nullopt;
  const bool is_passing =
      fighter.no_hold > 0 || (fighter.action != Action::launched && fighter.held.vertical() < 0);
  for (std::size_t i = 0; i < platforms_of(state.stage).size() && !is_passing; ++i) {
    const Platform now = platform_at(state.stage, i, state.stage_ticks);
    const Platform then = platform_at(state.stage, i, state.stage_ticks - 1);
    if (before.y < then.height || here.y > now.height) continue;
    if (here.x < now.left || here.x > now.right) continue;
    height = now.height;
    return narrow<std::uint8_t>(static_cast<int>(i) + on_first_platform);
  }
  if (before.y < Fixed{} || here.y > Fixed{} || abs(here.x) > stage_half_width) return std::nullopt;
  height = Fixed{};
  return on_floor;
}

/// Below its top the stage is a wall; its edge is round, so that nobody is moved by a jerk.
void keep_outside(Fighter& fighter) {
  if (fighter.position.y >= Fixed{}) return;
  const Fixed reach = min(-fighter.position.y, data_of(fighter.character).half_width);
  const Fixed limit = stage_half_width + reach;
  if (abs(fighter.position.x) >= limit) return;
  const Fixed side(fighter.position.x < Fixed{} ? -1 : 1);
  fighter.position.x = limit * side;
  if (fighter.velocity.x * side >= Fixed{}) return;
  const bool is_flying = fighter.action == Action::launched;
  fighter.velocity.x = is_flying ? -fighter.velocity.x * bounce : Fixed{};
}

void travel_in_air(State& state, std::size_t slot, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  choose_air_speed(fighter);
  const Vec2 before = fighter.position;
  fighter.position += fighter.velocity;
  Fixed height{};
  if (const auto footing = footing_below(state, fighter, before, height)) {
    fighter.position.y = height;
    return touch_down(state, slot, *footing, effects);
  }
  keep_outside(fighter);
}

void push_pair(State& state, Fighter& first, Fighter& second) {
  const auto is_solid = [](const Fighter& fighter) {
    return is_tangible(fighter) && fighter.footing != no_footing &&
           fighter.action != Action::held && fighter.action != Action::rolling;
  };
  if (!is_solid(first) || !is_solid(second) || first.footing != second.footing ||
      first.partner != 0 || second.partner != 0) {
    return;
  }
  const Fixed distance = second.position.x - first.position.x;
  const Fixed overlap =
      data_of(first.character).half_width + data_of(second.character).half_width - abs(distance);
  if (overlap <= Fixed{}) return;
  int side = distance > Fixed{} ? 1 : -1;  // where the second one goes
  if (distance == Fixed{}) {
    // In the very same place each steps back; a coin decides where both look the same way.
    side = first.facing != second.facing ? first.facing : (state.random.chance(2) ? 1 : -1);
  }
  const Fixed step = min(overlap * 0.5_fx, push_speed) * Fixed(side);
  const Platform ground = ground_of(state, first.footing).now;
  first.position.x = clamp(first.position.x - step, ground.left, ground.right);
  second.position.x = clamp(second.position.x + step, ground.left, ground.right);
}

}  // namespace

void travel(State& state, std::size_t slot, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  if (is_carried(fighter)) return;
  if (is_in_air(fighter)) {
    travel_in_air(state, slot, effects);
    reach_for_ledge(state, slot, effects);
  } else {
    travel_on_ground(state, fighter);
  }
  const Vec2 at = fighter.position;
  if (abs(at.x) > blast_side || at.y > blast_top || at.y < blast_bottom) {
    leave_frame(state, slot, effects);
  }
}

void push_apart(State& state) {
  for (std::size_t i = 0; i < fighters_max; ++i) {
    for (std::size_t j = i + 1; j < fighters_max; ++j)
      push_pair(state, state.fighters[i], state.fighters[j]);
  }
}

}  // namespace counterpoint
