#pragma once
// A world of tiles, of which a hundredth changes at every tick: a large state in pages.

#include <optional>

#include "tutti/sim/game.hpp"
#include "tutti/sim/paged.hpp"

namespace tutti::test {

/// Each player's front moves over the world and burns what it passes; what burnt before cools down.
/// `count` tiles of four bytes.
template <std::size_t count>
struct Tiles {
  static constexpr const char* name = "tiles";
  static constexpr const char* version = "1";
  static constexpr std::uint8_t players_max = 4;

  struct Event {
    std::int16_t stride = 0;  // of the front, in hundredths of the world
    TUTTI_FIELDS(stride)
  };
  struct Tile {
    std::uint8_t kind = 0;
    std::uint8_t burnt = 0;
    std::uint16_t heat = 0;
    bool operator==(const Tile&) const = default;
    TUTTI_FIELDS(kind, burnt, heat)
  };
  struct State {
    std::array<std::uint32_t, players_max> front{};
    std::array<std::int16_t, players_max> stride{};
    Random random;
    Paged<Tile, count> tiles;
    TUTTI_FIELDS(front, stride, random, tiles)
  };

  static State start(const Setup& setup) {
    State state;
    state.random = Random(setup.seed);
    for (std::size_t player = 0; player < players_max; ++player)
      state.front[player] = static_cast<std::uint32_t>(player * count / players_max);
    return state;
  }

  static bool is_valid(const State&, PlayerId player, const Event& event) {
    return player.value < players_max && event.stride >= -50 && event.stride <= 50;
  }

  static void step(State& state, Events<Event> events, Effects<>&) noexcept {
    for (const auto& event : events) {
      if (const Event* input = event.input()) {
        state.stride[event.player.value % players_max] = input->stride;
      }
    }
    constexpr std::size_t width = count / 100 / players_max;
    for (std::size_t player = 0; player < players_max; ++player) {
      const auto heat = static_cast<std::uint16_t>(state.random.below(1000));
      const auto moved = static_cast<std::size_t>(100 + state.stride[player]) * (count / 100);
      state.front[player] = static_cast<std::uint32_t>((state.front[player] + moved) % count);
      for (std::size_t i = 0; i < width; ++i) {
        Tile& tile = state.tiles.edit((state.front[player] + i) % count);
        ++tile.burnt;
        tile.heat = static_cast<std::uint16_t>(tile.heat / 2 + heat);
        tile.kind = static_cast<std::uint8_t>(tile.heat >> 7);
      }
    }
  }

  static Event sample(Random& random) {
    return {static_cast<std::int16_t>(random.between(-50, 50))};
  }
  static std::optional<Event> play(const State&, PlayerId, Random& random) {
    if (!random.chance(12)) return std::nullopt;
    return sample(random);
  }
};

}  // namespace tutti::test
