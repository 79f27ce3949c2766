#pragma once
// Counterpoint, the bundled fighting game: two fighters, best of three rounds, again and again.
// These are its rules and nothing else; they link tutti::sim alone.
//
// A match needs two players. While only one has joined, it practises against a dummy that stands
// still and recovers; the second one's arrival begins a fresh match. Whoever leaves during a match
// loses it. A silenced player's controls are released, so that nobody runs on without a hand.

#include <optional>

#include "counterpoint/effect.hpp"
#include "counterpoint/state.hpp"
#include "tutti/sim/game.hpp"

namespace counterpoint {

struct Counterpoint {
  static constexpr const char* name = "counterpoint";
  static constexpr const char* version = "1.0";  // demo_game/CMakeLists.txt reads it from here
  static constexpr const char* viewer = "counterpoint";
  static constexpr std::uint8_t players_min = 1;
  static constexpr std::uint8_t players_max = 2;
  static constexpr std::uint16_t tick_rate = 60;

  using Event = Controls;
  using Effect = counterpoint::Effect;
  using State = counterpoint::State;

  static State start(const tutti::Setup& setup);
  static void step(State& state, tutti::Events<Event> events,
                   tutti::Effects<Effect>& effects) noexcept;

  /// Known buttons only, from a slot that exists.
  static bool is_valid(const State& state, tutti::PlayerId player, const Event& event);
  /// Any legal event.
  static Event sample(tutti::Random& random);
  /// A bot's controls, if they change. It sees what a player sees and reacts no faster; it keeps
  /// nothing between calls.
  static std::optional<Event> play(const State& state, tutti::PlayerId player,
                                   tutti::Random& random);
};

static_assert(tutti::Game<Counterpoint>);

}  // namespace counterpoint
