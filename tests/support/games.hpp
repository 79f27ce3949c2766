#pragma once
// Small games for the tests of every module: whole rules in a few lines, so that what a test
// expects can be worked out by hand.

#include <array>
#include <optional>

#include "tutti/sim/any_game.hpp"
#include "tutti/sim/game.hpp"

namespace tutti::test {

/// Every player holds a number, and each tick adds what it holds to its score. Holding more than 9
/// in either direction is refused. A dice is rolled whenever somebody holds 7, which makes states
/// depend on the seed.
struct Tally {
  static constexpr const char* name = "tally";
  static constexpr const char* version = "1";
  static constexpr std::uint8_t players_min = 1;
  static constexpr std::uint8_t players_max = 8;

  struct Event {
    std::int8_t hold = 0;
    TUTTI_FIELDS(hold)
  };
  struct Effect {
    std::uint8_t player = 0;
    std::int8_t hold = 0;
    TUTTI_FIELDS(player, hold)
  };
  struct State {
    std::array<std::int64_t, players_max> score{};
    std::array<std::int8_t, players_max> hold{};
    std::array<std::uint8_t, players_max> is_present{};
    std::uint32_t rolls = 0;
    std::uint32_t dice = 0;
    Random random;
    TUTTI_FIELDS(score, hold, is_present, rolls, dice, random)
  };

  static State start(const Setup& setup) {
    State state;
    state.random = Random(setup.seed);
    return state;
  }

  static bool is_valid(const State&, PlayerId player, const Event& event) {
    return player.value < players_max && event.hold >= -9 && event.hold <= 9;
  }

  static void step(State& state, Events<Event> events, Effects<Effect>& effects) noexcept {
    for (const auto& event : events) {
      const std::size_t slot = event.player.value % players_max;
      if (event.kind == EventKind::joined) state.is_present[slot] = 1;
      if (event.kind == EventKind::left) {
        state.is_present[slot] = 0;
        state.hold[slot] = 0;
      }
      if (const Event* input = event.input()) {
        state.hold[slot] = input->hold;
        effects.emit({event.player.value, input->hold});
      }
    }
    for (std::size_t slot = 0; slot < players_max; ++slot) {
      state.score[slot] += state.hold[slot];
      if (state.hold[slot] == 7) {
        ++state.rolls;
        state.dice = state.random.below(6) + 1;
      }
    }
  }

  static Event sample(Random& random) { return {static_cast<std::int8_t>(random.between(-9, 9))}; }
  static std::optional<Event> play(const State&, PlayerId, Random& random) {
    if (!random.chance(12)) return std::nullopt;
    return sample(random);
  }
};

/// The event by which a player of Tally holds this number; beyond 9 it is refused by the game.
inline Bytes hold(int number) {
  Bytes bytes;
  write_canonical(Tally::Event{static_cast<std::int8_t>(number)}, bytes);
  return bytes;
}

}  // namespace tutti::test
