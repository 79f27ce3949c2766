#pragma once
// A game for two that notices whatever happens to its players' input on the way.

#include <array>

#include "storm/table.hpp"
#include "tutti/sim/game.hpp"

namespace tutti::test {

/// Every input has the number that follows its player's last one; words that are lost, doubled,
/// out of order or in one tick with another are counted.
struct Scroll {
  static constexpr const char* name = "scroll";
  static constexpr const char* version = "1";
  struct Event {
    std::uint32_t number = 0;
    TUTTI_FIELDS(number)
  };
  struct State {
    std::array<std::uint32_t, 2> last{};
    std::uint32_t wrong = 0;
    std::uint32_t merged = 0;
    std::uint32_t ticks = 0;
    TUTTI_FIELDS(last, wrong, merged, ticks)
  };
  static State start(const Setup&) { return {}; }
  static void step(State& state, Events<Event> events, Effects<>&) noexcept {
    ++state.ticks;
    std::array<std::uint32_t, 2> inputs{};
    for (const auto& event : events) {
      const Event* input = event.input();
      if (input == nullptr) continue;
      const std::size_t slot = event.player.value % 2;
      state.wrong += input->number != state.last[slot] + 1;
      state.last[slot] = input->number;
      state.merged += inputs[slot]++ > 0;
    }
  }
};

inline Bytes numbered(std::uint64_t number) {
  Bytes bytes;
  write_canonical(Scroll::Event{static_cast<std::uint32_t>(number)}, bytes);
  return bytes;
}

inline const Scroll::State& scroll(const Seat& seat) {
  return *static_cast<const Scroll::State*>(seat.session.timeline()->confirmed_state());
}

}  // namespace tutti::test
