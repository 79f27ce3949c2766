// Rules of every action: how it begins, which fighters can be touched, how presses are remembered.

#include "parts.hpp"

namespace counterpoint {

Effect effect_of(const State& state, std::size_t slot, Effect::Kind kind) {
  Effect effect;
  effect.kind = kind;
  effect.player = static_cast<std::uint8_t>(slot);
  effect.position = state.fighters[slot].position;
  return effect;
}

void begin(Fighter& fighter, Action action, int length) {
  if (fighter.action == Action::dazed) fighter.shield = full_shield;
  fighter.action = action;
  fighter.action_ticks = 0;
  fighter.action_length = narrow<std::uint16_t>(length);
  fighter.move = Move::none;
  fighter.hit_mask = 0;
  fighter.charge = 0;
}

void part(State& state, std::size_t slot) {
  Fighter& fighter = state.fighters[slot];
  if (fighter.partner == 0) return;
  Fighter& other = state.fighters[fighter.partner - 1U];
  fighter.partner = 0;
  other.partner = 0;
  for (Fighter* one : {&fighter, &other}) {
    if (one->action != Action::holding && one->action != Action::held) continue;
    if (one->action == Action::held) one->footing = no_footing;
    begin(*one, is_in_air(*one) ? Action::airborne : Action::standing);
  }
}

bool is_free(const Fighter& fighter) {
  return fighter.action == Action::standing || fighter.action == Action::walking ||
         fighter.action == Action::crouching;
}

bool is_tangible(const Fighter& fighter) {
  switch (fighter.action.value) {
    case Action::out:
    case Action::rising:
    case Action::climbing:
    case Action::returning:
    case Action::defeated:
    case Action::victorious:
      return false;
    default:
      return fighter.intangible == 0 && fighter.lives > 0;
  }
}

void take_controls(Fighter& fighter, Controls controls) {
  const Controls before = fighter.held;
  Presses& presses = fighter.presses;
  const struct {
    Button button;
    std::uint8_t& press;
  } buttons[] = {{button::jump, presses.jump},
                 {button::light, presses.light},
                 {button::heavy, presses.heavy},
                 {button::special, presses.special},
                 {button::shield, presses.shield}};
  for (const auto& entry : buttons) {
    if (controls.has(entry.button) && !before.has(entry.button)) entry.press = buffer_ticks;
  }
  const auto turn = [](int now, int was, int wanted, std::uint8_t& press) {
    if (now == wanted && was != wanted) press = buffer_ticks;
  };
  turn(controls.direction(), before.direction(), -1, presses.left);
  turn(controls.direction(), before.direction(), 1, presses.right);
  turn(controls.vertical(), before.vertical(), -1, presses.down);
  turn(controls.vertical(), before.vertical(), 1, presses.up);
  constexpr int attacks = button::light | button::heavy | button::special;
  if ((controls.bits & ~before.bits & attacks) != 0) fighter.aim = controls;
  fighter.held = controls;
}

void place(Fighter& fighter, Vec2 position, int facing) {
  const CharacterData& body = data_of(fighter.character);
  begin(fighter, Action::standing);
  fighter.position = position;
  fighter.velocity = {};
  fighter.facing = narrow<std::int8_t>(facing);
  fighter.footing = position.y == Fixed{} ? on_floor : no_footing;
  fighter.damage = 0;
  fighter.combo = 0;
  fighter.combo_damage = 0;
  fighter.shield = full_shield;
  fighter.shield_rest = 0;
  fighter.presses = {};
  fighter.freeze = 0;
  fighter.intangible = 0;
  fighter.air_jumps = body.air_jumps;
  fighter.coyote = 0;
  fighter.no_hold = 0;
  fighter.partner = 0;
  fighter.last_hit_by = 0;
  fighter.has_air_dodged = false;
  fighter.has_dashed = false;
  fighter.is_fast_falling = false;
}

Stretch stretch_of(const Fighter& fighter) {
  if (fighter.action != Action::attacking) return Stretch::none;
  const Frames& frames = data_of(fighter.character, fighter.move).frames;
  if (fighter.action_ticks < frames.startup) return Stretch::startup;
  return fighter.action_ticks < frames.startup + frames.active ? Stretch::active
                                                               : Stretch::recovery;
}

Box hit_box_of(const Fighter& fighter, std::size_t index) {
  if (stretch_of(fighter) != Stretch::active) return {};
  const MoveData& data = data_of(fighter.character, fighter.move);
  if (index >= data.boxes.size() || !data.boxes[index].is_used()) return {};
  const HitBox& box = data.boxes[index];
  const int active = fighter.action_ticks - data.frames.startup;
  if (active < box.first || active > box.last) return {};
  const Fixed one = fighter.position.x + box.near * Fixed(fighter.facing);
  const Fixed other = fighter.position.x + box.far * Fixed(fighter.facing);
  return {min(one, other), max(one, other), fighter.position.y + box.low,
          fighter.position.y + box.high};
}

Box body_of(const Fighter& fighter) {
  const CharacterData& body = data_of(fighter.character);
  Fixed height = body.height;
  if (fighter.action == Action::crouching) height *= 0.7_fx;
  if (fighter.action == Action::downed) height *= 0.35_fx;
  return {fighter.position.x - body.half_width, fighter.position.x + body.half_width,
          fighter.position.y, fighter.position.y + height};
}

Box body_of(const Projectile& projectile) {
  const Fixed radius = data_of(projectile.character).shot.radius;
  return {projectile.position.x - radius, projectile.position.x + radius,
          projectile.position.y - radius, projectile.position.y + radius};
}

}  // namespace counterpoint
