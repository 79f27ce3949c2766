// Must not compile: addresses, and floats that the game does not own up to, in each place where one
// could hide. With NAMED it compiles, so that nothing else is wrong with it.

#include <cereal/types/optional.hpp>
#include <cereal/types/vector.hpp>

#include "tutti/sim/game.hpp"

#if defined(NAMED)
using Address = int;
#else
using Address = const char*;
#endif

struct Body {
  double mass = 0;
  TUTTI_FIELDS(mass)
};

struct Game {
  static constexpr const char* name = "game";
  static constexpr const char* version = "1";
#if defined(NAMED)
  static constexpr bool has_floats = true;
#endif
  struct State {
    Address address{};
    std::vector<std::optional<Body>> bodies;
    TUTTI_FIELDS(address, bodies)
  };
  struct Event {
    float aim = 0;
    TUTTI_FIELDS(aim)
  };
  struct Effect {
    float loudness = 0;  // of effects nobody computes anything
    TUTTI_FIELDS(loudness)
  };
  static State start(const tutti::Setup&) { return {}; }
  static void step(State&, tutti::Events<Event>, tutti::Effects<Effect>&) noexcept {}
};

const tutti_game& table = tutti::game_table<Game>();
