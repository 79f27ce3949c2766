// Projectiles: they leave a hand, fly, and end at a body, the floor or the frame.

#include <algorithm>

#include "parts.hpp"

namespace counterpoint {

namespace {
constexpr std::ptrdiff_t shots_each = 2;
constexpr Fixed hand_height = 1.1_fx;
constexpr Fixed hand_ahead = 0.6_fx;
}  // namespace

void shoot(State& state, std::size_t slot, Emit& effects) {
  const Fighter& fighter = state.fighters[slot];
  const auto is_own = [&](const Projectile& shot) {
    return shot.ticks_left > 0 && shot.owner == slot;
  };
  auto& shots = state.projectiles;
  if (std::count_if(shots.begin(), shots.end(), is_own) >= shots_each) return;
  const auto place = std::find_if(shots.begin(), shots.end(),
                                  [](const Projectile& shot) { return shot.ticks_left == 0; });
  if (place == shots.end()) return;
  const ShotData& kind = data_of(fighter.character).shot;
  const Fixed side(fighter.facing);
  Projectile& shot = *place;
  shot = {};
  shot.position = fighter.position + Vec2{hand_ahead * side, hand_height};
  shot.velocity = {kind.speed * side, kind.rise};
  shot.ticks_left = kind.life;
  shot.owner = static_cast<std::uint8_t>(slot);
  shot.team = fighter.team;
  shot.character = fighter.character;
  shot.facing = fighter.facing;
  shot.serial = ++state.shots;
  Effect effect = effect_of(state, slot, Effect::shot);
  effect.move = static_cast<std::uint8_t>(Move::shot);
  effect.strength = data_of(fighter.character, Move::shot).damage;
  effect.position = shot.position;
  effects.emit(effect);
}

void fly_shots(State& state) {
  for (Projectile& shot : state.projectiles) {
    if (shot.ticks_left == 0) continue;
    --shot.ticks_left;
    shot.velocity.y -= data_of(shot.character).shot.gravity;
    shot.position += shot.velocity;
    const bool is_in_floor = shot.position.y < Fixed{} && abs(shot.position.x) < stage_half_width;
    if (is_in_floor || abs(shot.position.x) > blast_side || shot.position.y < blast_bottom) {
      shot.ticks_left = 0;
    }
    if (shot.ticks_left == 0) shot = {};
  }
}

}  // namespace counterpoint
