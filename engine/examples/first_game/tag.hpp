#pragma once
// Tag: two runners on a round track; whoever is "it" has to catch the other.

#include <algorithm>
#include <array>
#include <cstdlib>
#include <tutti/sim/game.hpp>

struct Tag {
  static constexpr const char *name = "tag", *version = "1";
  static constexpr std::uint16_t tick_rate = 20;
  static constexpr int width = 60;

  struct Event {          // what a player holds, until the next one
    std::int8_t way = 0;  // -1 runs left, 1 runs right, 0 stands
    TUTTI_FIELDS(way)
  };
  struct State {  // all that the rules need to go on, and nothing else
    std::array<int, 2> place{10, 40}, way{}, caught{};
    int it = 0, truce = 0;
    TUTTI_FIELDS(place, way, caught, it, truce)
  };
  static State start(const tutti::Setup&) { return {}; }

  static void step(State& s, tutti::Events<Event> events, tutti::Effects<>&) noexcept {
    for (const auto& event : events)
      if (const Event* input = event.input())
        s.way[event.player.value] = std::clamp<int>(input->way, -1, 1);
    for (std::size_t i = 0; i < 2; ++i) s.place[i] = (s.place[i] + s.way[i] + width) % width;
    if (s.truce > 0) return void(--s.truce);
    if (std::abs(s.place[0] - s.place[1]) > 1) return;
    ++s.caught[std::size_t(s.it)];
    s.it = 1 - s.it, s.truce = 40;
  }

  static Event sample(tutti::Random& random) { return {std::int8_t(random.between(-1, 1))}; }
};
