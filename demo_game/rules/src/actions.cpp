// The actions that a fighter may begin, and begins: the one place where controls become actions.

#include "parts.hpp"

namespace counterpoint {

namespace {

constexpr int gather_ticks = 4;
constexpr int rising_ticks = 18;
constexpr int lowering_ticks = 6;
constexpr int dodge_ticks = 24;
constexpr int roll_ticks = 28;
constexpr int air_dodge_ticks = 32;
constexpr std::uint8_t dodge_first = 3;  // tick from which nothing hits
constexpr std::uint8_t dodge_protected = 14;
constexpr std::uint8_t air_dodge_protected = 18;
constexpr Fixed air_dodge_speed = 0.13_fx;
constexpr std::uint8_t drop_ticks = 10;
constexpr std::uint16_t action_ticks_max = 60'000;
constexpr std::uint32_t victory_pose_tick = 45;

void say(State& state, std::size_t slot, Effect::Kind kind, Emit& effects) {
  effects.emit(effect_of(state, slot, kind));
}

void take_off(State& state, std::size_t slot, Controls controls, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  const CharacterData& body = data_of(fighter.character);
  begin(fighter, Action::airborne);
  fighter.footing = no_footing;
  fighter.coyote = 0;
  fighter.velocity = {body.air_speed * Fixed::ratio(controls.x(), stick_full), body.jump_speed};
  say(state, slot, Effect::jump, effects);
}

void jump_in_air(State& state, std::size_t slot, Controls controls, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  const CharacterData& body = data_of(fighter.character);
  begin(fighter, Action::airborne);
  --fighter.air_jumps;
  fighter.is_fast_falling = false;
  fighter.velocity = {body.air_speed * Fixed::ratio(controls.x(), stick_full), body.air_jump_speed};
  say(state, slot, Effect::jump, effects);
}

/// Begins the action that follows one whose time is over.
void finish(State& state, std::size_t slot, Controls controls, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  switch (fighter.action.value) {
    case Action::gathering:
      return take_off(state, slot, controls, effects);
    case Action::downed:
      return begin(fighter, Action::rising, rising_ticks);
    case Action::climbing:
      return finish_climb(fighter);
    case Action::holding:
    case Action::held:
      return part(state, slot);
    case Action::hanging:
      fighter.no_hold = drop_ticks * 3;
      return begin(fighter, Action::airborne);
    case Action::returning:
      return begin(fighter, Action::airborne);
    case Action::attacking:
      if (fighter.move == Move::rise && is_in_air(fighter)) {
        return begin(fighter, Action::helpless);
      }
      break;
    default:
      break;
  }
  begin(fighter, is_in_air(fighter) ? Action::airborne : Action::standing);
}

void begin_dodge(State& state, std::size_t slot, Action action, int length, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  fighter.presses = {};
  begin(fighter, action, length);
  fighter.velocity.x = Fixed{};
  say(state, slot, Effect::dodge, effects);
}

/// From behind the shield: jump, grab, roll, dodge; or let go of it.
void choose_behind_shield(State& state, std::size_t slot, Controls controls, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  Presses& presses = fighter.presses;
  if (presses.jump > 0) {
    presses.jump = 0;
    return begin(fighter, Action::gathering, gather_ticks);
  }
  if (presses.light > 0) return begin_attack(state, slot, Move::grab, effects);
  if (presses.left > 0 || presses.right > 0) {
    const int direction = presses.right > presses.left ? 1 : -1;
    begin_dodge(state, slot, Action::rolling, roll_ticks, effects);
    fighter.facing = narrow<std::int8_t>(-direction);  // rolls backwards, looks at who follows
    return;
  }
  if (presses.down > 0) return begin_dodge(state, slot, Action::dodging, dodge_ticks, effects);
  if (!controls.has(button::shield)) begin(fighter, Action::lowering, lowering_ticks);
}

void raise_shield(Fighter& fighter) {
  // Presses before the shield meant something else.
  fighter.presses.left = fighter.presses.right = fighter.presses.down = 0;
  fighter.presses.shield = 0;
  begin(fighter, Action::shielding);
}

/// Through the platform it stands on; the floor does not let anybody through.
bool drop_through(Fighter& fighter) {
  if (fighter.presses.down == 0 || fighter.footing < on_first_platform) return false;
  fighter.presses.down = 0;
  fighter.footing = no_footing;
  fighter.no_hold = drop_ticks;
  begin(fighter, Action::airborne);
  return true;
}

/// The wish of a fighter that may do anything: attack before jump before shield before walk.
void choose_on_floor(State& state, std::size_t slot, Controls controls, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  const bool is_grab = controls.has(button::shield) && fighter.presses.light > 0;
  if (is_grab) return begin_attack(state, slot, Move::grab, effects);
  if (begin_asked_attack(state, slot, effects)) return;
  if (fighter.presses.jump > 0) {
    fighter.presses.jump = 0;
    return begin(fighter, Action::gathering, gather_ticks);
  }
  if (controls.has(button::shield)) return raise_shield(fighter);
  if (drop_through(fighter)) return;
  Action wish = Action::standing;
  if (controls.vertical() < 0) {
    wish = Action::crouching;
  } else if (controls.x() != 0) {
    wish = Action::walking;
    fighter.facing = controls.x() > 0 ? 1 : -1;
  }
  if (fighter.action != wish) begin(fighter, wish);
}

void choose_in_air(State& state, std::size_t slot, Controls controls, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  Presses& presses = fighter.presses;
  if (begin_asked_attack(state, slot, effects)) return;
  if (presses.jump > 0 && fighter.coyote > 0) {
    presses.jump = 0;
    return take_off(state, slot, controls, effects);
  }
  if (presses.jump > 0 && fighter.air_jumps > 0) {
    presses.jump = 0;
    return jump_in_air(state, slot, controls, effects);
  }
  if (presses.shield > 0 && !fighter.has_air_dodged) {
    begin_dodge(state, slot, Action::air_dodging, air_dodge_ticks, effects);
    fighter.has_air_dodged = true;
    const Vec2 wish{Fixed::ratio(controls.x(), stick_full), Fixed::ratio(controls.y(), stick_full)};
    fighter.velocity = wish * air_dodge_speed;
    return;
  }
  if (presses.down > 0 && fighter.velocity.y <= Fixed{}) {
    presses.down = 0;
    fighter.is_fast_falling = true;
  }
}

/// A jab that has met somebody leads into the next blow, without waiting for its end.
void chain(State& state, std::size_t slot, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  const bool may = fighter.move == Move::jab && fighter.hit_mask != 0 &&
                   stretch_of(fighter) == Stretch::recovery &&
                   (fighter.presses.light > 0 || fighter.presses.heavy > 0);
  if (may) begin_asked_attack(state, slot, effects);
}

void choose(State& state, std::size_t slot, Controls controls, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  switch (fighter.action.value) {
    case Action::standing:
    case Action::walking:
    case Action::crouching:
      return choose_on_floor(state, slot, controls, effects);
    case Action::airborne:
      return choose_in_air(state, slot, controls, effects);
    case Action::shielding:
      return choose_behind_shield(state, slot, controls, effects);
    case Action::charging:
      return carry_charge(state, slot, controls, effects);
    case Action::attacking:
      return chain(state, slot, effects);
    case Action::holding:
      return carry_hold(state, slot, controls, effects);
    case Action::held:
      return wriggle(state, slot);
    case Action::hanging:
      return carry_hang(state, slot, controls, effects);
    case Action::returning:
      return carry_return(state, slot, controls);
    default:
      return;
  }
}

void pose_between_rounds(State& state, Fighter& fighter) {
  if (!is_free(fighter) && fighter.action != Action::victorious) return;
  const bool is_time = state.phase == Phase::result ||
                       (state.phase == Phase::round_over && state.phase_ticks >= victory_pose_tick);
  const bool has_won =
      is_time && state.outcome == Outcome::won && state.winning_team == fighter.team;
  const Action pose = has_won ? Action::victorious : Action::standing;
  if (fighter.action != pose) begin(fighter, pose);
}

void wait_one_tick(Fighter& fighter) {
  Presses& presses = fighter.presses;
  for (std::uint8_t* press :
       {&presses.jump, &presses.light, &presses.heavy, &presses.special, &presses.shield,
        &presses.left, &presses.right, &presses.up, &presses.down}) {
    count_down(*press);
  }
  count_down(fighter.coyote);
  count_down(fighter.no_hold);
  count_down(fighter.intangible);
}

/// Dodges protect in their middle only.
void protect(Fighter& fighter) {
  if (fighter.action_ticks != dodge_first) return;
  if (fighter.action == Action::dodging || fighter.action == Action::rolling) {
    fighter.intangible = dodge_protected;
  } else if (fighter.action == Action::air_dodging) {
    fighter.intangible = air_dodge_protected;
  }
}

}  // namespace

void act(State& state, std::size_t slot, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  const bool is_open = is_open_play(state.phase);
  const Controls controls = is_open ? fighter.held : Controls{};
  if (fighter.action_ticks < action_ticks_max) ++fighter.action_ticks;
  if (fighter.action_length != 0 && fighter.action_ticks >= fighter.action_length) {
    finish(state, slot, controls, effects);
  }
  const bool is_at_ease = is_free(fighter) || fighter.action == Action::shielding;
  if (is_at_ease || fighter.action == Action::airborne) {
    fighter.combo = 0;
    fighter.combo_damage = 0;
  }
  if (is_open) {
    choose(state, slot, controls, effects);
  } else {
    pose_between_rounds(state, fighter);
  }
  carry_attack(state, slot, effects);
  tend_shield(state, slot, effects);
  wait_one_tick(fighter);
  protect(fighter);
}

}  // namespace counterpoint
