// One tick: events first, then every fighter by itself, then what they do to each other, then the
// clock.

#include "counterpoint/bot.hpp"
#include "parts.hpp"

namespace counterpoint {

namespace {

void take(State& state, const tutti::GameEvent<Controls>& event, Emit& effects) {
  const std::size_t slot = event.player.value;
  const bool is_ours = slot < state.players && slot < state.fighters.size();
  if (!is_ours) return;
  switch (event.kind) {
    case tutti::EventKind::input:
      if (state.fighters[slot].is_present) take_controls(state.fighters[slot], event.value);
      return;
    case tutti::EventKind::joined:
      return join(state, slot, effects);
    case tutti::EventKind::left:
      return leave(state, slot, effects);
    case tutti::EventKind::silenced:
      return take_controls(state.fighters[slot], {});
    default:
      return;
  }
}

bool is_arena_shown(Phase phase) { return phase != Phase::waiting && phase != Phase::selecting; }

void step_arena(State& state, Emit& effects) {
  ++state.stage_ticks;
  std::array<bool, fighters_max> is_moving{};
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    Fighter& fighter = state.fighters[slot];
    is_moving[slot] = is_seen(fighter) && fighter.freeze == 0;
    if (fighter.freeze == 0) continue;
    --fighter.freeze;
    const bool is_struck = fighter.action == Action::launched && fighter.action_ticks == 0;
    if (fighter.freeze == 0 && is_struck) bend_flight(fighter);
  }
  // A held fighter comes after its holder, whichever slots they have: a throw and an escape at the
  // same tick are always decided alike.
  std::array<bool, fighters_max> is_held{};
  for (std::size_t slot = 0; slot < fighters_max; ++slot)
    is_held[slot] = state.fighters[slot].action == Action::held;
  for (const bool is_turn_of_held : {false, true}) {
    for (std::size_t slot = 0; slot < fighters_max; ++slot) {
      if (is_moving[slot] && is_held[slot] == is_turn_of_held) act(state, slot, effects);
    }
  }
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    if (is_moving[slot] && is_seen(state.fighters[slot])) travel(state, slot, effects);
  }
  fly_shots(state);
  push_apart(state);
  exchange_hits(state, effects);
}

}  // namespace

State Counterpoint::start(const tutti::Setup& setup) {
  State state;
  state.random = tutti::Random(setup.seed);
  state.players = setup.players;
  return state;
}

void Counterpoint::step(State& state, tutti::Events<Event> events,
                        tutti::Effects<Effect>& effects) noexcept {
  for (const auto& event : events)
    take(state, event, effects);
  if (is_arena_shown(state.phase)) step_arena(state, effects);
  advance_match(state, effects);
}

bool Counterpoint::is_valid(const State& state, tutti::PlayerId player, const Event& event) {
  return player.value < state.players && player.value < state.fighters.size() && event.is_legal();
}

Controls Counterpoint::sample(tutti::Random& random) {
  const auto buttons = static_cast<int>(random.below(button::all + 1));
  if (random.chance(2)) return Controls::pad(buttons);
  const std::int32_t x = random.between(-stick_full, stick_full);
  const std::int32_t y = random.between(-stick_full, stick_full);
  return Controls::stick(x, y, buttons);
}

std::optional<Controls> Counterpoint::play(const State& state, tutti::PlayerId player,
                                           tutti::Random& random, tutti::BotStyle style) {
  return play_bot(state, player, random, style);
}

}  // namespace counterpoint
