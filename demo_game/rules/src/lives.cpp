// Knockouts: the worth of a lost life, and how the next one begins.

#include <algorithm>

#include "parts.hpp"

namespace counterpoint {

namespace {

constexpr int return_ticks = 120;
constexpr std::uint16_t return_ticks_least = 30;
constexpr std::uint8_t return_protected = 90;
constexpr Fixed return_height = 3.4_fx;
constexpr Fixed return_aside = 1.5_fx;    // from the middle, on the side where it fell
constexpr Fixed return_spacing = 1.3_fx;  // of four on one side, the outermost is above the stage

/// The life is gone; somebody may have earned it.
void count_knockout(State& state, std::size_t slot, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  const std::uint8_t by = fighter.last_hit_by;
  if (fighter.falls < 255) ++fighter.falls;
  if (by != 0 && state.fighters[by - 1U].knockouts < 255) ++state.fighters[by - 1U].knockouts;
  Effect effect = effect_of(state, slot, Effect::knockout);
  effect.player = by != 0 ? narrow<std::uint8_t>(by - 1) : static_cast<std::uint8_t>(slot);
  effect.target = static_cast<std::uint8_t>(slot);
  effect.position.x = clamp(effect.position.x, -blast_side, blast_side);
  effect.position.y = clamp(effect.position.y, blast_bottom, blast_top);
  effects.emit(effect);
  if (state.phase == Phase::fighting && fighter.lives > 0) --fighter.lives;
}

/// The innermost place on this side that no other returning fighter holds.
Vec2 place_of_return(const State& state, std::size_t slot, int side) {
  const auto is_free = [&](Fixed x) {
    for (std::size_t other = 0; other < fighters_max; ++other) {
      const Fighter& fighter = state.fighters[other];
      if (other == slot || fighter.action != Action::returning) continue;
      if (abs(fighter.position.x - x) < return_spacing) return false;
    }
    return true;
  };
  Fixed aside = return_aside;
  while (!is_free(aside * Fixed(side)))
    aside += return_spacing;
  return {aside * Fixed(side), return_height};
}

}  // namespace

void fall_down(State& state, std::size_t slot, Emit& effects) {
  count_knockout(state, slot, effects);
}

void leave_frame(State& state, std::size_t slot, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  part(state, slot);
  const bool is_gone_already = fighter.lives == 0;
  if (!is_gone_already) count_knockout(state, slot, effects);
  const std::uint8_t lives = fighter.lives;
  const int side = fighter.position.x < Fixed{} ? -1 : 1;
  place(fighter, place_of_return(state, slot, side), -side);
  begin(fighter, lives > 0 ? Action::returning : Action::out, lives > 0 ? return_ticks : 0);
  if (lives > 0) effects.emit(effect_of(state, slot, Effect::back));
}

void carry_return(State& state, std::size_t slot, Controls controls) {
  Fighter& fighter = state.fighters[slot];
  fighter.intangible = return_protected;
  const bool is_moving = controls.direction() != 0 || controls.vertical() != 0;
  const bool is_pressing = (controls.bits & button::actions) != 0;
  if (fighter.action_ticks < return_ticks_least || !(is_moving || is_pressing)) return;
  begin(fighter, Action::airborne);
}

}  // namespace counterpoint
