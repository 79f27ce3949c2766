// Must not compile: fields without a name, in each place where one could hide. `Hidden<place>`
// makes one complaint per place. With NAMED it compiles, so that nothing else is wrong with it.

#include <array>
#include <cereal/types/map.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/utility.hpp>
#include <cereal/types/vector.hpp>

#include "tutti/sim/game.hpp"

template <int place>
struct Hidden {
  TUTTI_FIELDS()
};

template <int place>
struct Nameless {
  Hidden<place> x;
  template <class Archive>
  void serialize(Archive& archive) {
#if defined(NAMED)
    archive(CEREAL_NVP(x));
#else
    archive(x);
#endif
  }
};

struct Player {
  Nameless<1> nameless;
  TUTTI_FIELDS(nameless)
};

struct Game {
  static constexpr const char* name = "game";
  static constexpr const char* version = "1";
  struct State {
    Player nested;
    std::vector<std::vector<Nameless<2>>> vector;
    std::array<Nameless<3>, 2> array;
    Nameless<4> plain_array[2][2];
    std::optional<Nameless<5>> optional;
    std::map<int, Nameless<6>> map;
    std::pair<int, std::vector<Nameless<7>>> pair;
    TUTTI_FIELDS(nested, vector, array, plain_array, optional, map, pair)
  };
  struct Event {
    Nameless<8> in_event;
    TUTTI_FIELDS(in_event)
  };
  struct Effect {
    Nameless<9> in_effect;
    TUTTI_FIELDS(in_effect)
  };
  static State start(const tutti::Setup&) { return {}; }
  static void step(State&, tutti::Events<Event>, tutti::Effects<Effect>&) noexcept {}
};

const tutti_game& table = tutti::game_table<Game>();
