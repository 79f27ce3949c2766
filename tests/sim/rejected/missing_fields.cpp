// Must not compile: members that no field names, where alignment cannot account for their bytes.
// With NAMED it compiles, so that nothing else is wrong with it.

#include <cereal/types/vector.hpp>

#include "tutti/sim/game.hpp"

#if defined(NAMED)
#define AND(field) , field
#else
#define AND(field)
#endif

struct First {
  std::int32_t forgotten = 0, known = 0;
  TUTTI_FIELDS(known AND(forgotten))
};
struct Between {
  std::uint8_t first = 0;
  std::uint16_t second = 0, forgotten = 0, third = 0;
  TUTTI_FIELDS(first, second, third AND(forgotten))
};
struct Last {
  std::uint64_t known = 0, forgotten = 0;
  TUTTI_FIELDS(known AND(forgotten))
};
/// Padding, another order and nothing at all may look so and are not.
struct Padded {
  std::uint8_t small = 0;
  std::uint64_t wide = 0;
  std::uint8_t last = 0;
  TUTTI_FIELDS(wide, last, small)
};
struct Nothing {
  TUTTI_FIELDS()
};

struct Game {
  static constexpr const char* name = "game";
  static constexpr const char* version = "1";
  struct State {
    First first;
    std::vector<Between> between;
    Last last[2];
    Padded padded;
    Nothing nothing;
    TUTTI_FIELDS(first, between, last, padded, nothing)
  };
  struct Event {
    std::int8_t move = 0;
    TUTTI_FIELDS(move)
  };
  static State start(const tutti::Setup&) { return {}; }
  static void step(State&, tutti::Events<Event>, tutti::Effects<>&) noexcept {}
};

const tutti_game& table = tutti::game_table<Game>();
