// Going through recorded matches of every game module that the tests have, and of the examples;
// Counterpoint is gone through beside it.

#include "support/walk.hpp"

#include "../../engine/examples/skirmish/skirmish.hpp"
#include "tutti/engine/catalog.hpp"

// The program of the README as it is there; its `main` has another name here (CMakeLists.txt), and
// so would have to return something.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wreturn-type"
#include "../../engine/examples/pong.cpp"
#pragma GCC diagnostic pop

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

TEST_CASE("a cursor goes through the matches of every module as straight play does") {
  const GameCatalog catalog({TUTTI_TEST_GAMES "/good"});
  REQUIRE(catalog.list().size() >= 4);
  for (const GameFile& file : catalog.list()) {
    CAPTURE(file.name, file.version);
    const Result<AnyGame> game = GameCatalog::load(file.path);
    REQUIRE(game);
    check_walk(*game, sampled_log(*game, 1000, 2), {.seek_cost = 50us});
  }
}

TEST_CASE("a cursor goes through a match of Pong as straight play does") {
  const AnyGame game = any_game<Pong>();
  const Log log = sampled_log(game, 6000, 2, [](Random& random) {
    Bytes payload;
    write_canonical(Pong::Event{static_cast<std::int8_t>(random.between(-1, 1))}, payload);
    return payload;
  });
  check_walk(game, log, {.seek_cost = 200us});
}

TEST_CASE("a cursor goes through a match of Skirmish as straight play does", "[long]") {
  // 2,000 units: a state of 80 KB, and steps that take a hundred times those of the others
  const AnyGame game = any_game<skirmish::Skirmish>();
  check_walk(game, sampled_log(game, 400, 2), {.seek_cost = 1ms, .step_cost = 250us});
}
