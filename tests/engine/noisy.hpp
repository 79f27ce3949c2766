#pragma once
// A game whose state is large and does not pack; each tick changes four words of it.

#include "support/games.hpp"

namespace tutti::test {

/// `Words` is an array of 64-bit words, plain or in pages.
template <class Words>
struct Noisy {
  static constexpr const char* version = "1";
  static constexpr std::uint8_t players_max = 4;
  using Event = Tally::Event;
  struct State {
    Words noise{};
    std::array<std::int64_t, players_max> hold{};
    std::uint64_t tick = 0;
    TUTTI_FIELDS(noise, hold, tick)

    std::uint64_t& word(std::size_t i) {
      if constexpr (requires { noise.edit(i); })
        return noise.edit(i);
      else
        return noise[i];
    }
  };
  static State start(const Setup& setup) {
    State state;
    Random random(setup.seed);
    for (std::size_t i = 0; i < state.noise.size(); ++i)
      state.word(i) = (std::uint64_t{random.next()} << 32) | random.next();
    return state;
  }
  static void step(State& state, Events<Event> events, Effects<>&) noexcept {
    for (const auto& event : events) {
      if (const Event* input = event.input()) state.hold[event.player.value % 4] = input->hold;
    }
    ++state.tick;
    const std::size_t size = state.noise.size();
    for (std::size_t slot = 0; slot < players_max; ++slot) {
      state.word((state.tick * 4099 + slot * (size / players_max)) % size) +=
          static_cast<std::uint64_t>(state.hold[slot] + 10);
    }
  }
  static std::optional<Event> play(const State&, PlayerId, Random& random) {
    return Tally::play({}, {}, random);
  }
};

}  // namespace tutti::test
