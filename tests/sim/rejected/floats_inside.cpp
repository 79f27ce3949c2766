// Must not compile: floats that a template holds, where the game does not own up to any. With NAMED
// it compiles, so that nothing else is wrong with it. A file of its own, since a compiler refuses
// each type of float only once.

#include <cereal/types/tuple.hpp>
#include <cereal/types/variant.hpp>

#include "tutti/sim/game.hpp"

struct Ray {
  double length = 0;
  TUTTI_FIELDS(length)
};

struct Game {
  static constexpr const char* name = "game";
  static constexpr const char* version = "1";
#if defined(NAMED)
  static constexpr bool has_floats = true;
#endif
  struct State {
    std::variant<int, Ray> aim;
    std::tuple<int, std::variant<int, float>> pair;
    TUTTI_FIELDS(aim, pair)
  };
  struct Event {
    TUTTI_FIELDS()
  };
  static State start(const tutti::Setup&) { return {}; }
  static void step(State&, tutti::Events<Event>, tutti::Effects<>&) noexcept {}
};

const tutti_game& table = tutti::game_table<Game>();
