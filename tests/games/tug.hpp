#pragma once
// Tug of war, the same game in three languages: here, in tug.c and in tests/python/tug.py. Their
// rules ids are equal, and so are their states.

#include <tutti/sim/game.hpp>

namespace test_games {

struct Tug {
  static constexpr const char* name = "tug";
  static constexpr const char* version = "1";

  struct Event {
    std::int8_t pull = 0;
    TUTTI_FIELDS(pull)
  };
  struct Effect {
    static constexpr const char* names[] = {"slip"};
    std::uint8_t kind = 0;
    std::uint8_t player = 0;
    TUTTI_FIELDS(kind, player)
  };
  struct State {
    std::int8_t pulls[2] = {};
    std::int32_t rope = 0;
    std::int32_t slips = 0;
    TUTTI_FIELDS(pulls, rope, slips)
  };

  static State start(const tutti::Setup& setup) {
    if (setup.options.empty()) return {.rope = static_cast<std::int32_t>(setup.seed % 10)};
    return {.rope = std::to_integer<std::int32_t>(setup.options[0])};
  }
  static void step(State& state, tutti::Events<Event> events,
                   tutti::Effects<Effect>& effects) noexcept {
    for (const auto& event : events) {
      if (event.input() != nullptr) state.pulls[event.player.value] = event.input()->pull;
    }
    state.rope += state.pulls[1] - state.pulls[0];
    if (state.rope > -100 && state.rope < 100) return;
    effects.emit({0, static_cast<std::uint8_t>(state.rope < 0 ? 0 : 1)});
    state.rope = 0;
    ++state.slips;
  }
  static bool is_valid(const State&, tutti::PlayerId player, const Event&) {
    return player.value < 2;
  }
  static Event sample(tutti::Random& random) {
    return {static_cast<std::int8_t>(random.between(-9, 9))};
  }
};

}  // namespace test_games
