// Rounds and matches: who is here, whose turn to shine, what the clock says.

#include <algorithm>

#include "parts.hpp"

namespace counterpoint {

namespace {

constexpr std::uint8_t backdrops = 4;
constexpr std::uint8_t rounds_max = 3;
constexpr std::int32_t dummy_recovery = 2;  // health a tick
constexpr std::uint32_t phase_ticks_max = 1'000'000'000;

void enter(State& state, Phase phase) {
  state.phase = phase;
  state.phase_ticks = 0;
  state.freeze = 0;
}

/// Fresh, in their places, with whatever their players hold.
void place_fighters(State& state) {
  for (std::size_t slot = 0; slot < 2; ++slot) {
    Fighter& fighter = state.fighters[slot];
    const int side = slot == 0 ? -1 : 1;
    begin(fighter, Action::standing);
    fighter.position = {start_distance * Fixed(side), Fixed{}};
    fighter.velocity = {};
    fighter.facing = static_cast<std::int8_t>(-side);
    fighter.health = full_health;
    fighter.guard = full_guard;
    fighter.guard_rest = 0;
    fighter.presses = {};
    fighter.combo = 0;
    fighter.combo_damage = 0;
  }
  state.round_ticks_left = round_ticks;
  state.outcome = Outcome::open;
}

void begin_round(State& state, Emit& effects) {
  place_fighters(state);
  ++state.round;
  enter(state, Phase::intro);
  effects.emit({.kind = Effect::round_announced, .strength = state.round});
}

void begin_match(State& state, Emit& effects) {
  ++state.match;
  state.round = 0;
  state.backdrop = static_cast<std::uint8_t>(state.random.below(backdrops));
  for (Fighter& fighter : state.fighters)
    fighter.rounds_won = 0;
  begin_round(state, effects);
}

bool are_both_present(const State& state) {
  return state.fighters[0].is_present && state.fighters[1].is_present;
}

/// What happens between matches: the next one, or practice, or nothing.
void settle(State& state, Emit& effects) {
  if (are_both_present(state)) return begin_match(state, effects);
  place_fighters(state);
  for (Fighter& fighter : state.fighters)
    fighter.rounds_won = 0;
  state.round = 0;
  const bool is_empty = !state.fighters[0].is_present && !state.fighters[1].is_present;
  enter(state, is_empty ? Phase::waiting : Phase::practice);
}

/// The slot that an outcome names; only for the two that name one.
std::size_t winner_of(Outcome outcome) { return outcome == Outcome::first_won ? 0 : 1; }

void emit_outcome(const State& state, Effect::Kind won, Effect::Kind drawn, Emit& effects) {
  if (state.outcome == Outcome::drawn) return effects.emit({.kind = drawn});
  const std::size_t winner = winner_of(state.outcome);
  effects.emit({.kind = won,
                .player = static_cast<std::uint8_t>(winner),
                .strength = state.fighters[winner].rounds_won,
                .position = state.fighters[winner].position});
}

void end_match(State& state, Outcome outcome, Emit& effects) {
  enter(state, Phase::match_over);
  state.outcome = outcome;
  if (outcome != Outcome::drawn) ++state.fighters[winner_of(outcome)].matches_won;
  emit_outcome(state, Effect::match_won, Effect::match_drawn, effects);
}

Outcome compare(std::int32_t first, std::int32_t second) {
  if (first == second) return Outcome::drawn;
  return first > second ? Outcome::first_won : Outcome::second_won;
}

/// A drawn round counts for both, so that a match never takes more than three.
void end_round(State& state, Emit& effects) {
  auto& [first, second] = state.fighters;
  const std::uint8_t freeze = state.freeze;
  enter(state, Phase::round_over);
  state.freeze = freeze;  // the last blow is felt like any other
  state.outcome = compare(first.health, second.health);
  if (state.outcome != Outcome::second_won) ++first.rounds_won;
  if (state.outcome != Outcome::first_won) ++second.rounds_won;
  emit_outcome(state, Effect::round_won, Effect::round_drawn, effects);
}

bool is_match_decided(const State& state) {
  return std::max(state.fighters[0].rounds_won, state.fighters[1].rounds_won) >= rounds_to_win ||
         state.round >= rounds_max;
}

void advance_round(State& state, Emit& effects) {
  if (state.fighters[0].health == 0 || state.fighters[1].health == 0) {
    return end_round(state, effects);
  }
  if (--state.round_ticks_left > 0) return;
  effects.emit({.kind = Effect::time_up});
  end_round(state, effects);
}

void tend_dummy(State& state) {
  for (Fighter& fighter : state.fighters) {
    if (is_free(fighter)) fighter.health = std::min(fighter.health + dummy_recovery, full_health);
  }
}

}  // namespace

void join(State& state, std::size_t slot, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  if (fighter.is_present) return;
  fighter.is_present = true;
  fighter.matches_won = 0;
  fighter.held = {};
  fighter.presses = {};
  if (state.phase == Phase::waiting || state.phase == Phase::practice) settle(state, effects);
}

void leave(State& state, std::size_t slot, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  if (!fighter.is_present) return;
  fighter.is_present = false;
  fighter.held = {};
  fighter.presses = {};
  switch (state.phase.value) {
    case Phase::intro:
    case Phase::fighting:
    case Phase::round_over:
      return end_match(state, slot == 0 ? Outcome::second_won : Outcome::first_won, effects);
    case Phase::practice:
      return settle(state, effects);
    default:
      return;
  }
}

void advance_match(State& state, Emit& effects) {
  if (state.phase_ticks < phase_ticks_max) ++state.phase_ticks;
  switch (state.phase.value) {
    case Phase::waiting:
      return;
    case Phase::practice:
      return tend_dummy(state);
    case Phase::intro:
      if (state.phase_ticks < intro_ticks) return;
      effects.emit({.kind = Effect::fight});
      return enter(state, Phase::fighting);
    case Phase::fighting:
      return advance_round(state, effects);
    case Phase::round_over:
      if (state.phase_ticks < round_over_ticks) return;
      if (!is_match_decided(state)) return begin_round(state, effects);
      return end_match(state, compare(state.fighters[0].rounds_won, state.fighters[1].rounds_won),
                       effects);
    case Phase::match_over:
      if (state.phase_ticks >= match_over_ticks) settle(state, effects);
  }
}

}  // namespace counterpoint
