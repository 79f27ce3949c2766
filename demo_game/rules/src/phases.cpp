// Rounds and matches: arrivals and departures, winners, the clock.

#include <algorithm>
#include <array>

#include "parts.hpp"

namespace counterpoint {

namespace {

constexpr std::uint8_t backdrops = 4;
constexpr std::uint32_t phase_ticks_max = 1'000'000'000;
constexpr Fixed start_distance = 1.3_fx;  // of two fighters from the middle
constexpr std::uint16_t dummy_recovery_ticks = 4;

/// Side by side, the first in the match leftmost, all looking to the middle.
void place_fighters(State& state) {
  int count = 0;
  for (const Fighter& fighter : state.fighters)
    count += fighter.is_in_match ? 1 : 0;
  int index = 0;
  for (Fighter& fighter : state.fighters) {
    if (!fighter.is_in_match) continue;
    const int offset = 2 * index++ - (count - 1);  // in half distances from the middle
    place(fighter, {start_distance * Fixed(offset), Fixed{}}, offset < 0 ? 1 : -1);
    fighter.lives = data_of(state.rules.value).lives;
  }
  state.projectiles = {};
  state.stage_ticks = 1;
  state.round_ticks_left = data_of(state.rules.value).round_ticks;
  state.outcome = Outcome::open;
}

void begin_round(State& state, Emit& effects) {
  place_fighters(state);
  ++state.round;
  enter(state, Phase::intro);
  Effect effect;
  effect.kind = Effect::round_announced;
  effect.strength = state.round;
  effects.emit(effect);
}

/// As chosen; for himself where all have chosen the same.
void set_teams(State& state) {
  std::array<int, fighters_max> members{};
  int present = 0;
  for (const Fighter& fighter : state.fighters) {
    if (!fighter.is_in_match) continue;
    ++present;
    ++members[fighter.pick.team % fighters_max];
  }
  const int largest = *std::max_element(members.begin(), members.end());
  const bool is_one_team = largest == present;
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    Fighter& fighter = state.fighters[slot];
    fighter.team = is_one_team ? static_cast<std::uint8_t>(slot) : fighter.pick.team;
  }
  state.is_team_match = !is_one_team && largest > 1;
}

struct Standing {
  int lives = 0;
  int damage = 0;
  int rounds = 0;
  bool is_there = false;
};
using Standings = std::array<Standing, fighters_max>;

Standings standings_of(const State& state) {
  Standings teams{};
  for (const Fighter& fighter : state.fighters) {
    if (!fighter.is_in_match) continue;
    Standing& team = teams[fighter.team % fighters_max];
    team.is_there = true;
    team.lives += fighter.lives;
    team.damage += fighter.lives > 0 ? fighter.damage : 0;
    team.rounds = std::max<int>(team.rounds, fighter.rounds_won);
  }
  return teams;
}

/// Declares the team that is ahead of all others by this measure the winner; a draw if none is.
template <class Better>
void decide(State& state, const Standings& teams, Better is_better) {
  state.outcome = Outcome::drawn;
  for (std::size_t team = 0; team < teams.size(); ++team) {
    const auto is_beaten = [&](const Standing& other) {
      return &other != &teams[team] && other.is_there && !is_better(teams[team], other);
    };
    if (!teams[team].is_there || std::any_of(teams.begin(), teams.end(), is_beaten)) continue;
    state.outcome = Outcome::won;
    state.winning_team = static_cast<std::uint8_t>(team);
  }
}

void emit_outcome(const State& state, Effect::Kind won, Effect::Kind drawn, Emit& effects) {
  if (state.outcome == Outcome::drawn) {
    Effect effect;
    effect.kind = drawn;
    return effects.emit(effect);
  }
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    const Fighter& fighter = state.fighters[slot];
    if (!fighter.is_in_match || fighter.team != state.winning_team) continue;
    Effect effect = effect_of(state, slot, won);
    effect.strength = fighter.rounds_won;
    return effects.emit(effect);
  }
}

void end_match(State& state, Emit& effects) {
  decide(state, standings_of(state),
         [](const Standing& one, const Standing& other) { return one.rounds > other.rounds; });
  enter(state, Phase::result);
  for (Fighter& fighter : state.fighters) {
    fighter.pick.is_ready = false;
    const bool has_won =
        state.outcome == Outcome::won && fighter.is_in_match && fighter.team == state.winning_team;
    if (has_won && fighter.matches_won < 255) ++fighter.matches_won;
  }
  emit_outcome(state, Effect::match_won, Effect::match_drawn, effects);
}

void end_round(State& state, Emit& effects) {
  decide(state, standings_of(state), [](const Standing& one, const Standing& other) {
    return one.lives != other.lives ? one.lives > other.lives : one.damage < other.damage;
  });
  for (Fighter& fighter : state.fighters) {
    const bool has_won =
        state.outcome == Outcome::won && fighter.is_in_match && fighter.team == state.winning_team;
    if (has_won) ++fighter.rounds_won;
  }
  enter(state, Phase::round_over);
  emit_outcome(state, Effect::round_won, Effect::round_drawn, effects);
}

int teams_alive(const Standings& teams) {
  return static_cast<int>(std::count_if(teams.begin(), teams.end(),
                                        [](const Standing& team) { return team.lives > 0; }));
}

bool is_match_decided(const State& state) {
  const RuleSetData& rules = data_of(state.rules.value);
  const Standings teams = standings_of(state);
  const bool is_alone = std::count_if(teams.begin(), teams.end(),
                                      [](const Standing& team) { return team.is_there; }) < 2;
  return is_alone || state.round >= rules.rounds_max ||
         std::any_of(teams.begin(), teams.end(),
                     [&](const Standing& team) { return team.rounds >= rules.rounds_to_win; });
}

void advance_round(State& state, Emit& effects) {
  if (teams_alive(standings_of(state)) < 2) return end_round(state, effects);
  if (--state.round_ticks_left > 0) return;
  Effect effect;
  effect.kind = Effect::time_up;
  effects.emit(effect);
  end_round(state, effects);
}

/// The dummy gets over everything.
void tend_dummy(State& state) {
  if (state.phase_ticks % dummy_recovery_ticks != 0) return;
  for (Fighter& fighter : state.fighters) {
    if (fighter.is_in_match && !fighter.is_present && is_free(fighter)) count_down(fighter.damage);
  }
}

}  // namespace

void enter(State& state, Phase phase) {
  state.phase = phase;
  state.phase_ticks = 0;
}

void begin_match(State& state, Emit& effects) {
  ++state.match;
  state.round = 0;
  state.shots = 0;
  state.backdrop = static_cast<std::uint8_t>(state.random.below(backdrops));
  std::array<Stage, fighters_max> wishes{};
  std::uint32_t count = 0;
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    Fighter& fighter = state.fighters[slot];
    fighter.is_in_match = fighter.is_present;
    begin(fighter, Action::out);
    fighter.lives = 0;
    fighter.rounds_won = 0;
    fighter.knockouts = 0;
    fighter.falls = 0;
    fighter.damage_dealt = 0;
    fighter.character = fighter.pick.character;
    if (!fighter.is_in_match) continue;
    if (count == 0) state.rules = fighter.pick.rules;
    wishes[count++] = fighter.pick.stage;
  }
  state.stage = wishes[state.random.below(count)];
  set_teams(state);
  Effect effect;
  effect.kind = Effect::match_begun;
  effect.strength = static_cast<std::uint8_t>(state.stage.value);
  effects.emit(effect);
  begin_round(state, effects);
}

void join(State& state, std::size_t slot, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  if (fighter.is_present) return;
  fighter.is_present = true;
  fighter.matches_won = 0;
  fighter.held = {};
  fighter.presses = {};
  fighter.pick = {};
  fighter.pick.character = static_cast<Character>(slot % character_count);
  fighter.pick.team = static_cast<std::uint8_t>(slot);
  effects.emit(effect_of(state, slot, Effect::choice));
  if (state.phase == Phase::waiting || state.phase == Phase::practice) enter_selection(state);
  if (state.phase == Phase::selecting) state.phase_ticks = 0;
}

void leave(State& state, std::size_t slot, Emit& effects) {
  Fighter& fighter = state.fighters[slot];
  if (!fighter.is_present) return;
  part(state, slot);
  fighter.is_present = false;
  fighter.is_in_match = false;
  fighter.held = {};
  fighter.presses = {};
  fighter.pick.is_ready = false;
  fighter.lives = 0;
  begin(fighter, Action::out);
  const bool is_empty = std::none_of(state.fighters.begin(), state.fighters.end(),
                                     [](const Fighter& other) { return other.is_present; });
  if (is_empty || state.phase == Phase::practice) return enter_selection(state);
  const bool is_match = state.phase == Phase::intro || state.phase == Phase::fighting;
  if (!is_match || teams_alive(standings_of(state)) >= 2) return;
  end_round(state, effects);
  end_match(state, effects);
}

void advance_match(State& state, Emit& effects) {
  if (state.phase_ticks < phase_ticks_max) ++state.phase_ticks;
  switch (state.phase.value) {
    case Phase::waiting:
      return;
    case Phase::selecting:
      return advance_selection(state, effects);
    case Phase::practice:
      return tend_dummy(state);
    case Phase::intro: {
      if (state.phase_ticks < intro_ticks) return;
      Effect effect;
      effect.kind = Effect::fight;
      effects.emit(effect);
      return enter(state, Phase::fighting);
    }
    case Phase::fighting:
      return advance_round(state, effects);
    case Phase::round_over:
      if (state.phase_ticks < round_over_ticks) return;
      if (is_match_decided(state)) return end_match(state, effects);
      return begin_round(state, effects);
    case Phase::result:
      return advance_result(state, effects);
  }
}

}  // namespace counterpoint
