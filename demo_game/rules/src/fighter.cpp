// One fighter by itself: what it may do when, how it moves, how its presses wait for their chance.

#include <algorithm>

#include "parts.hpp"

namespace counterpoint {

namespace {

using namespace button;

constexpr Fixed walk_ahead = 0.046_fx;
constexpr Fixed walk_back = 0.034_fx;
constexpr Fixed air_speed = 0.052_fx;
constexpr Fixed jump_speed = 0.155_fx;
constexpr Fixed gravity = 0.0078_fx;
constexpr Fixed friction = 0.84_fx;
constexpr Fixed stopped = 0.001_fx;  // below this speed a slide ends

constexpr std::uint16_t crouch_ticks = 4;
constexpr std::uint16_t landing_ticks = 3;
constexpr std::uint16_t landing_ticks_after_kick = 8;
constexpr std::uint16_t downed_ticks = 20;
constexpr std::uint16_t rising_ticks = 15;
constexpr std::uint8_t guard_recovery_ticks = 6;  // for one point
constexpr std::uint32_t victory_pose_tick = 45;
constexpr std::uint16_t action_ticks_max = 60'000;

void begin_attack(Fighter& fighter, std::size_t slot, Move chosen, Emit& effects) {
  const bool ends_by_landing = is_in_air(fighter);
  begin(fighter, Action::attacking,
        ends_by_landing ? std::uint16_t{0} : std::uint16_t{data_of(chosen).total()});
  fighter.move = chosen;
  fighter.presses.light = 0;
  fighter.presses.heavy = 0;
  effects.emit({.kind = Effect::swing,
                .player = static_cast<std::uint8_t>(slot),
                .move = static_cast<std::uint8_t>(chosen),
                .strength = data_of(chosen).damage,
                .position = fighter.position});
}

void take_off(Fighter& fighter, std::size_t slot, int direction, Emit& effects) {
  begin(fighter, Action::airborne);
  fighter.velocity = {air_speed * Fixed(direction), jump_speed};
  effects.emit({.kind = Effect::jump,
                .player = static_cast<std::uint8_t>(slot),
                .position = fighter.position});
}

/// What follows an action whose time is over.
void finish(Fighter& fighter, std::size_t slot, Controls controls, Emit& effects) {
  switch (fighter.action.value) {
    case Action::crouching:
      return take_off(fighter, slot, controls.direction(), effects);
    case Action::downed:
      return begin(fighter, Action::rising, rising_ticks);
    default:
      return begin(fighter, Action::standing);
  }
}

/// The wish of a fighter that may do anything: attack before jump before block before walk.
void choose_on_floor(Fighter& fighter, std::size_t slot, Controls controls, Emit& effects) {
  if (fighter.presses.heavy > 0) return begin_attack(fighter, slot, Move::smash, effects);
  if (fighter.presses.light > 0) return begin_attack(fighter, slot, Move::jab, effects);
  if (fighter.presses.jump > 0) {
    fighter.presses.jump = 0;
    return begin(fighter, Action::crouching, crouch_ticks);
  }
  Action wish = Action::standing;
  if (controls.has(block)) {
    wish = Action::blocking;
  } else if (controls.direction() != 0) {
    wish = Action::walking;
  }
  if (fighter.action != wish) begin(fighter, wish);
}

void choose(Fighter& fighter, std::size_t slot, Controls controls, Emit& effects) {
  if (is_free(fighter)) return choose_on_floor(fighter, slot, controls, effects);
  if (fighter.action == Action::airborne) {
    if (fighter.presses.heavy > 0) return begin_attack(fighter, slot, Move::dive_kick, effects);
    if (fighter.presses.light > 0) return begin_attack(fighter, slot, Move::hop_kick, effects);
  }
  const bool is_chain = fighter.action == Action::attacking && fighter.move == Move::jab &&
                        fighter.has_connected && fighter.presses.heavy > 0;
  if (is_chain) begin_attack(fighter, slot, Move::smash, effects);
}

void recover_guard(Fighter& fighter) {
  if (fighter.guard_rest > 0) {
    --fighter.guard_rest;
  } else if (fighter.guard < full_guard && fighter.action != Action::blocking) {
    ++fighter.guard;
    fighter.guard_rest = guard_recovery_ticks;
  }
}

void wait_one_tick(Presses& presses) {
  for (std::uint8_t* press : {&presses.jump, &presses.light, &presses.heavy}) {
    if (*press > 0) --*press;
  }
}

void touch_down(Fighter& fighter, std::size_t slot, Emit& effects) {
  const auto impact = static_cast<std::uint8_t>(
      std::clamp((fighter.velocity.y * Fixed(-500)).to_int(), std::int64_t{1}, std::int64_t{100}));
  Effect effect{.kind = Effect::land,
                .player = static_cast<std::uint8_t>(slot),
                .strength = impact,
                .position = {fighter.position.x, Fixed{}}};
  fighter.position.y = Fixed{};
  fighter.velocity.y = Fixed{};
  if (fighter.action == Action::launched) {
    effect.kind = Effect::knockdown;
    if (fighter.health > 0) {
      begin(fighter, Action::downed, downed_ticks);
    } else {
      begin(fighter, Action::defeated);
    }
  } else {
    begin(fighter, Action::landing,
          fighter.action == Action::attacking ? landing_ticks_after_kick : landing_ticks);
    fighter.velocity.x = Fixed{};
  }
  effects.emit(effect);
}

}  // namespace

void begin(Fighter& fighter, Action action, std::uint16_t length) {
  if (fighter.action == Action::dazed) fighter.guard = full_guard;
  fighter.action = action;
  fighter.action_ticks = 0;
  fighter.action_length = length;
  fighter.move = Move::none;
  fighter.has_connected = false;
}

bool is_free(const Fighter& fighter) {
  return fighter.action == Action::standing || fighter.action == Action::walking ||
         fighter.action == Action::blocking;
}

bool is_in_air(const Fighter& fighter) {
  return fighter.position.y > Fixed{} || fighter.velocity.y > Fixed{};
}

void take_controls(Fighter& fighter, Controls controls) {
  const auto pressed = Controls{static_cast<std::uint8_t>(controls.held & ~fighter.held.held)};
  if (pressed.has(jump)) fighter.presses.jump = buffer_ticks;
  if (pressed.has(light)) fighter.presses.light = buffer_ticks;
  if (pressed.has(heavy)) fighter.presses.heavy = buffer_ticks;
  fighter.held = controls;
}

void act(State& state, std::size_t slot, Fixed opponent_x, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  const bool is_open = is_open_play(state.phase);
  const Controls controls = is_open ? fighter.held : Controls{};
  if (fighter.action_ticks < action_ticks_max) ++fighter.action_ticks;
  if (fighter.action_length != 0 && fighter.action_ticks >= fighter.action_length) {
    finish(fighter, slot, controls, effects);
  }
  if (is_free(fighter)) {
    fighter.combo = 0;
    fighter.combo_damage = 0;
    if (opponent_x != fighter.position.x) fighter.facing = opponent_x > fighter.position.x ? 1 : -1;
  }
  if (is_open) {
    choose(fighter, slot, controls, effects);
  } else if (is_free(fighter)) {
    const Outcome mine = slot == 0 ? Outcome::first_won : Outcome::second_won;
    const bool has_won = state.outcome == mine && state.phase_ticks >= victory_pose_tick;
    const Action pose = has_won ? Action::victorious : Action::standing;
    if (fighter.action != pose) begin(fighter, pose);
  }
  recover_guard(fighter);
  wait_one_tick(fighter.presses);
}

void travel(State& state, std::size_t slot, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  if (is_in_air(fighter)) {
    fighter.velocity.y -= gravity;
    fighter.position += fighter.velocity;
    if (fighter.position.y <= Fixed{}) touch_down(fighter, slot, effects);
  } else {
    if (fighter.action == Action::walking) {
      const int direction = fighter.held.direction();
      const Fixed speed = direction == fighter.facing ? walk_ahead : walk_back;
      fighter.velocity.x = speed * Fixed(direction);
    } else if (fighter.action == Action::attacking &&
               fighter.action_ticks == data_of(fighter.move).startup) {
      fighter.velocity.x = data_of(fighter.move).lunge * Fixed(fighter.facing);
    } else {
      fighter.velocity.x *= friction;
      if (abs(fighter.velocity.x) < stopped) fighter.velocity.x = Fixed{};
    }
    fighter.position.x += fighter.velocity.x;
  }
  const Fixed limit = stage_half_width - body_half_width;
  fighter.position.x = clamp(fighter.position.x, -limit, limit);
}

bool is_open_play(Phase phase) { return phase == Phase::fighting || phase == Phase::practice; }

}  // namespace counterpoint
