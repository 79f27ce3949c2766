// Must not compile: padding in a plain state so large that saving it field by field is felt. With
// NAMED, which says that it may, it compiles; so do small states and those that are not plain.

#include <cereal/types/vector.hpp>

#include "tutti/sim/game.hpp"

struct Unit {
  std::uint8_t kind = 0;
  std::int32_t x = 0;
  TUTTI_FIELDS(kind, x)
};

struct Large {
  Unit units[1000];
  TUTTI_FIELDS(units)
};
struct Small {
  Unit units[10];
  TUTTI_FIELDS(units)
};
struct Listing {
  std::vector<Unit> units;
  Unit more[1000];
  TUTTI_FIELDS(units, more)
};

struct Event {
  std::int8_t move = 0;
  TUTTI_FIELDS(move)
};

template <class Of>
struct Game {
  using State = Of;
  using Event = ::Event;
  static constexpr const char* name = "game";
  static constexpr const char* version = "1";
#if defined(NAMED)
  static constexpr bool has_padding = true;
#endif
  static State start(const tutti::Setup&) { return {}; }
  static void step(State&, tutti::Events<Event>, tutti::Effects<>&) noexcept {}
};

const tutti_game* tables[] = {&tutti::game_table<Game<Large>>(), &tutti::game_table<Game<Small>>(),
                              &tutti::game_table<Game<Listing>>()};
