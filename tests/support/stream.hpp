#pragma once
// Large inputs: every player changes so many bytes in every tick.

#include <algorithm>
#include <array>

#include "tutti/engine/storm.hpp"

namespace tutti::test {

/// Each event is `size` bytes; each player has one in every tick.
template <std::size_t size>
struct Stream {
  static constexpr const char* name = "stream";
  static constexpr const char* version = "1";
  static constexpr std::uint8_t players_max = 64;
  struct Event {
    std::array<std::uint8_t, size> bytes{};
    TUTTI_FIELDS(bytes)
  };
  struct State {
    std::array<std::uint64_t, 64> seen{};
    std::uint64_t ticks = 0;
    TUTTI_FIELDS(seen, ticks)
  };
  static State start(const Setup&) { return {}; }
  static void step(State& state, Events<Event> events, Effects<>&) noexcept {
    ++state.ticks;
    for (const auto& event : events) {
      const Event* input = event.input();
      if (input == nullptr) continue;
      for (const std::uint8_t byte : input->bytes)
        state.seen[event.player.value] = state.seen[event.player.value] * 31 + byte;
    }
  }
  static std::optional<Event> play(const State&, PlayerId, Random& random) {
    Event event;
    for (std::uint8_t& byte : event.bytes)
      byte = static_cast<std::uint8_t>(random.next());
    return event;
  }
};

}  // namespace tutti::test
