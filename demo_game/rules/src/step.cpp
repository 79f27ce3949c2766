// One tick: events first, then both fighters, then what they do to each other, then the clock.

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

}  // namespace

State Counterpoint::start(const tutti::Setup& setup) {
  State state;
  state.random = tutti::Random(setup.seed);
  state.players = setup.players;
  state.fighters[0].position.x = -start_distance;
  state.fighters[1].position.x = start_distance;
  state.fighters[1].facing = -1;
  return state;
}

void Counterpoint::step(State& state, tutti::Events<Event> events,
                        tutti::Effects<Effect>& effects) noexcept {
  for (const auto& event : events)
    take(state, event, effects);
  if (state.freeze > 0) {
    --state.freeze;
    return;
  }
  const std::array<Fixed, 2> places{state.fighters[0].position.x, state.fighters[1].position.x};
  for (std::size_t slot = 0; slot < 2; ++slot)
    act(state, slot, places[other(slot)], effects);
  for (std::size_t slot = 0; slot < 2; ++slot)
    travel(state, slot, effects);
  push_apart(state);
  exchange_hits(state, effects);
  advance_match(state, effects);
}

bool Counterpoint::is_valid(const State& state, tutti::PlayerId player, const Event& event) {
  return player.value < state.players && player.value < state.fighters.size() &&
         (event.held & ~button::all) == 0;
}

Controls Counterpoint::sample(tutti::Random& random) {
  return {static_cast<std::uint8_t>(random.below(button::all + 1))};
}

}  // namespace counterpoint
