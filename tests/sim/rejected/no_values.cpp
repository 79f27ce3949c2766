// Must not compile: what games of one player often keep, and a rollback cannot bring back. Each
// gives one error, with the sentence behind `//!` on its line. With NAMED it compiles.

#include <cereal/types/unordered_map.hpp>
#include <cereal/types/vector.hpp>
#include <functional>
#include <memory>
#include <random>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "tutti/sim/game.hpp"

#if defined(NAMED)
#define EITHER(right, wrong) right
#else
#define EITHER(right, wrong) wrong
#endif

struct Enemy {
  std::int32_t x = 0;
  TUTTI_FIELDS(x)
};

struct Game {
  static constexpr const char* name = "game";
  static constexpr const char* version = "1";
  struct State {
    EITHER(int, Enemy*) nearest{};                       //! keep an index or an id
    EITHER(int, std::shared_ptr<Enemy>) boss{};          //! keep an index or an id
    std::vector<EITHER(int, std::weak_ptr<Enemy>)> all;  //! keep an index or an id
    using Map = std::unordered_map<int, Enemy>;          // Cereal could save it
    using Set = std::unordered_set<int>;
    EITHER(int, Map) by_id{};                     //! the order of a hash table is no rule
    EITHER(int, Set) seen{};                      //! the order of a hash table is no rule
    EITHER(int, std::mt19937) dice{};             //! nothing saves this
    EITHER(int, std::function<void()>) on_hit{};  //! nothing saves this
    TUTTI_FIELDS(nearest, boss, all, by_id, seen, dice, on_hit)
  };
  struct Event {
    TUTTI_FIELDS()
  };
  static State start(const tutti::Setup&) { return {}; }
  static void step(State&, tutti::Events<Event>, tutti::Effects<>&) noexcept {}
};

const tutti_game& table = tutti::game_table<Game>();
