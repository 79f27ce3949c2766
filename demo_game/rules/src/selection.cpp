// The menus of the match: choosing before it, and "again" after it. They are phases like any other,
// so a choice is an event and a replay shows it.

#include <algorithm>

#include "parts.hpp"

namespace counterpoint {

namespace {

constexpr std::uint8_t team_count = fighters_max;

std::uint8_t turned(std::uint8_t value, int by, std::uint8_t count) {
  return narrow<std::uint8_t>((value + by + count) % count);
}

template <class Enum>
void turn(Named<Enum>& value, int by, std::uint8_t count) {
  value = static_cast<Enum>(turned(static_cast<std::uint8_t>(value.value), by, count));
}

void change(Pick& pick, int by) {
  switch (pick.row.value) {
    case PickRow::character:
      return turn(pick.character, by, character_count);
    case PickRow::stage:
      return turn(pick.stage, by, stage_count);
    case PickRow::rules:
      return turn(pick.rules, by, rule_set_count);
    case PickRow::team:
      pick.team = turned(pick.team, by, team_count);
      return;
  }
}

void be_ready(State& state, std::size_t slot, Emit& effects) {
  state.fighters[slot].pick.is_ready = true;
  effects.emit(effect_of(state, slot, Effect::ready));
}

void take_presses(State& state, std::size_t slot, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  Presses presses = fighter.presses;
  fighter.presses = {};
  Pick& pick = fighter.pick;
  if (presses.special > 0) pick.is_ready = false;
  if (pick.is_ready) return;
  const Pick before = pick;
  if (presses.up > 0) turn(pick.row, -1, pick_row_count);
  if (presses.down > 0) turn(pick.row, 1, pick_row_count);
  if (presses.left > 0) change(pick, -1);
  if (presses.right > 0) change(pick, 1);
  if (pick != before) effects.emit(effect_of(state, slot, Effect::choice));
  if (presses.light > 0 || presses.jump > 0) be_ready(state, slot, effects);
}

std::ptrdiff_t count_present(const State& state) {
  return std::count_if(state.fighters.begin(), state.fighters.end(),
                       [](const Fighter& fighter) { return fighter.is_present; });
}

bool are_all_ready(const State& state) {
  return std::all_of(state.fighters.begin(), state.fighters.end(), [](const Fighter& fighter) {
    return !fighter.is_present || fighter.pick.is_ready;
  });
}

/// Wakes up whoever is to be seen choosing.
void show(State& state) {
  for (Fighter& fighter : state.fighters) {
    begin(fighter, Action::out);
    fighter.is_in_match = false;
    fighter.partner = 0;
  }
  state.projectiles = {};
}

void begin_practice(State& state) {
  show(state);
  enter(state, Phase::practice);
  const auto fighters = state.fighters.begin();
  const auto player = std::find_if(fighters, state.fighters.end(),
                                   [](const Fighter& fighter) { return fighter.is_present; });
  Fighter& dummy = state.fighters[player == fighters ? 1 : 0];
  state.rules = player->pick.rules;
  state.stage = player->pick.stage;
  state.stage_ticks = 1;
  constexpr Fixed apart = 1.3_fx;
  int side = -1;
  for (Fighter& fighter : state.fighters) {
    if (&fighter != &dummy && !fighter.is_present) continue;
    fighter.character = fighter.pick.character;
    fighter.team = fighter.is_present ? 0 : 1;
    place(fighter, {apart * Fixed(side), Fixed{}}, -side);
    fighter.lives = 1;
    fighter.is_in_match = true;
    side = 1;
  }
}

}  // namespace

void enter_selection(State& state) {
  show(state);
  for (Fighter& fighter : state.fighters) {
    fighter.pick.is_ready = false;
    fighter.presses = {};
  }
  enter(state, count_present(state) > 0 ? Phase::selecting : Phase::waiting);
}

void advance_selection(State& state, Emit& effects) {
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    if (state.fighters[slot].is_present) take_presses(state, slot, effects);
  }
  const std::ptrdiff_t present = count_present(state);
  if (present == 1) {
    if (are_all_ready(state)) begin_practice(state);
    return;
  }
  if (are_all_ready(state) || state.phase_ticks >= select_ticks_max) begin_match(state, effects);
}

void advance_result(State& state, Emit& effects) {
  bool is_back = state.phase_ticks >= result_ticks_max;
  constexpr std::uint32_t seen_ticks = 60;  // nobody skips the result by mashing on
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    Fighter& fighter = state.fighters[slot];
    const Presses presses = fighter.presses;
    fighter.presses = {};
    if (!fighter.is_present || state.phase_ticks < seen_ticks) continue;
    if (!fighter.is_in_match || presses.special > 0) is_back = true;
    if (fighter.pick.is_ready || (presses.light == 0 && presses.jump == 0)) continue;
    be_ready(state, slot, effects);
  }
  if (is_back) return enter_selection(state);
  if (state.phase_ticks < seen_ticks || !are_all_ready(state)) return;
  if (count_present(state) < 2) return enter_selection(state);
  begin_match(state, effects);
}

}  // namespace counterpoint
