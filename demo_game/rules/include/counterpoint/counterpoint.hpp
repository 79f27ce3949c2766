#pragma once
// Counterpoint, the bundled fighting game: a platform fighter for two to four, with selection,
// fight, result and rematch as phases of the one simulation. These are its rules and nothing else;
// they link tutti::sim alone. How a state is read: demo_game/README.md.
//
// While only one player has joined, he may practise against a dummy that stands still; somebody's
// arrival leads back to the selection. A player who leaves during a match is out of it. A silenced
// player's controls are released, so that nobody runs on without a hand.

#include <optional>

#include "counterpoint/effect.hpp"
#include "counterpoint/state.hpp"
#include "tutti/sim/game.hpp"

namespace counterpoint {

struct Counterpoint {
  static constexpr const char* name = "counterpoint";
  static constexpr const char* version = "2.1";  // demo_game/CMakeLists.txt reads it from here
  static constexpr const char* viewer = "counterpoint";
  static constexpr std::uint8_t players_min = 1;
  static constexpr std::uint8_t players_max = fighters_max;
  static constexpr std::uint16_t tick_rate = 60;

  using Event = Controls;
  using Effect = counterpoint::Effect;
  using State = counterpoint::State;

  static State start(const tutti::Setup& setup);
  static void step(State& state, tutti::Events<Event> events,
                   tutti::Effects<Effect>& effects) noexcept;

  /// Legal controls only, from a slot that exists.
  static bool is_valid(const State& state, tutti::PlayerId player, const Event& event);
  /// Any legal event.
  static Event sample(tutti::Random& random);
  /// A bot's controls, if they change (see bot.hpp).
  static std::optional<Event> play(const State& state, tutti::PlayerId player,
                                   tutti::Random& random, tutti::BotStyle style = {});
};

static_assert(tutti::Game<Counterpoint>);

}  // namespace counterpoint
