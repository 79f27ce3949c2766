#pragma once
// A game whose state is not plain memory: a fold of it must do the same as one of Tally.

#include <cereal/types/map.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>

#include "tutti/sim/any_game.hpp"
#include "tutti/sim/game.hpp"

namespace tutti::test {

/// Every player has a page on which its last words stand, and a chronicle that is read every tick.
/// The order of words within a tick matters. Words are Tally's events, so that `hold()` makes them.
struct Diary {
  static constexpr const char* name = "diary";
  static constexpr const char* version = "1";
  static constexpr std::uint8_t players_max = 8;
  static constexpr std::size_t words_most = 5;

  struct Event {
    std::int8_t word = 0;
    TUTTI_FIELDS(word)
  };
  struct Effect {
    std::uint8_t player = 0;
    std::int8_t word = 0;
    TUTTI_FIELDS(player, word)
  };
  struct State {
    std::map<std::uint8_t, std::vector<std::int16_t>> pages;
    std::string title;
    std::uint64_t chronicle = 0;
    TUTTI_FIELDS(pages, title, chronicle)
  };

  static State start(const Setup& setup) { return {{}, "seed " + std::to_string(setup.seed), 0}; }

  static bool is_valid(const State& state, PlayerId player, const Event& event) {
    return state.pages.contains(player.value) && event.word >= -9 && event.word <= 9;
  }

  static void step(State& state, Events<Event> events, Effects<Effect>& effects) noexcept {
    for (const auto& event : events) {
      const std::uint8_t player = event.player.value;
      if (event.kind == EventKind::joined) state.pages[player] = {};
      if (event.kind == EventKind::left) state.pages.erase(player);
      if (const Event* input = event.input()) {
        std::vector<std::int16_t>& page = state.pages[player];
        if (page.size() == words_most) page.erase(page.begin());
        page.push_back(input->word);
        state.chronicle = state.chronicle * 31 + static_cast<std::uint8_t>(input->word);
        effects.emit({player, input->word});
      }
    }
    for (const auto& [player, page] : state.pages)
      state.chronicle = state.chronicle * 7 + player + page.size();
  }

  static Event sample(Random& random) { return {static_cast<std::int8_t>(random.between(-9, 9))}; }
};

}  // namespace tutti::test
