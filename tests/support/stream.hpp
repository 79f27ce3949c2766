#pragma once
// Large inputs: every player changes so many bytes in every tick.

#include <algorithm>
#include <array>
#include <vector>

#include "tutti/engine/storm.hpp"

namespace tutti::test {

/// Where it is set, each bot notes here, in each tick, how old the newest input is that it knows of
/// each other player, in ticks since that was offered; not in the first seconds, in which sessions
/// come together and learn their paths.
inline std::vector<std::int64_t>* newest_input_ages = nullptr;

/// Each event is `size` bytes, of which the first four are the tick in which it was offered; each
/// player has one in every tick.
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
    std::array<std::uint64_t, 64> newest{};  // when each player's newest event was offered
    std::uint64_t ticks = 0;
    TUTTI_FIELDS(seen, newest, ticks)
  };
  static State start(const Setup&) { return {}; }
  static void step(State& state, Events<Event> events, Effects<>&) noexcept {
    ++state.ticks;
    for (const auto& event : events) {
      const Event* input = event.input();
      if (input == nullptr) continue;
      for (const std::uint8_t byte : input->bytes)
        state.seen[event.player.value] = state.seen[event.player.value] * 31 + byte;
      std::uint64_t& newest = state.newest[event.player.value];
      newest = 0;
      for (int i = 0; i < 4; ++i)
        newest |= std::uint64_t{input->bytes[static_cast<std::size_t>(i)]} << (8 * i);
    }
  }
  static std::optional<Event> play(const State& state, PlayerId player, Random& random) {
    const bool is_counted = newest_input_ages != nullptr && state.ticks >= 300;
    for (std::size_t other = 0; is_counted && other < 64; ++other) {
      if (other == player.value || state.newest[other] == 0) continue;
      newest_input_ages->push_back(static_cast<std::int64_t>(state.ticks - state.newest[other]));
    }
    Event event;
    for (std::uint8_t& byte : event.bytes)
      byte = static_cast<std::uint8_t>(random.next());
    for (std::size_t i = 0; i < 4; ++i)
      event.bytes[i] = static_cast<std::uint8_t>(state.ticks >> (8 * i));
    return event;
  }
};

}  // namespace tutti::test
