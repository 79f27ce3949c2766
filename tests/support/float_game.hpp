#pragma once
// A game of floats that shows every change of the floating-point environment: its results are never
// exact, and some of its numbers are too small to be normal.

#include <array>

#include "tutti/sim/game.hpp"

namespace tutti::test {

struct Drift {
  static constexpr const char* name = "drift";
  static constexpr const char* version = "1";
  static constexpr bool has_floats = true;

  struct Event {
    std::int8_t push = 0;
    TUTTI_FIELDS(push)
  };
  struct State {
    std::array<double, 2> place{};
    std::array<float, 2> trace{1e-38F, 1e-38F};
    std::uint64_t ticks = 0;
    TUTTI_FIELDS(place, trace, ticks)
  };
  static State start(const Setup& setup) {
    State state;
    state.place[0] = 1.0 / static_cast<double>(3 + setup.players);
    state.trace[0] /= 7.0F;
    return state;
  }
  static bool is_valid(const State& state, PlayerId player, const Event& event) {
    // Refuses another share of the events where results are rounded another way.
    return player.value < 2 && static_cast<double>(event.push) * 0.1 != state.place[player.value];
  }
  static void step(State& state, Events<Event> events, Effects<>&) noexcept {
    ++state.ticks;
    for (const auto& event : events) {
      if (const Event* input = event.input()) {
        state.place[event.player.value] += static_cast<double>(input->push) / 7.0;
        state.trace[event.player.value] = 1e-38F * static_cast<float>(input->push);
      }
    }
    for (std::size_t i = 0; i < 2; ++i) {
      state.place[i] = state.place[i] * 0.99 + 0.1;
      state.trace[i] *= 0.97F;
    }
  }
  static Event sample(Random& random) { return {static_cast<std::int8_t>(random.between(-9, 9))}; }
};

}  // namespace tutti::test
