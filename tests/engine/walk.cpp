// Going through recorded matches of every game module that the tests have.

#include "support/walk.hpp"

#include "tutti/engine/catalog.hpp"

using namespace tutti;
using namespace tutti::test;

TEST_CASE("a cursor goes through the matches of every module as straight play does") {
  const GameCatalog catalog({TUTTI_TEST_GAMES "/good"});
  REQUIRE(catalog.list().size() >= 4);
  for (const GameFile& file : catalog.list()) {
    CAPTURE(file.name, file.version);
    const Result<AnyGame> game = GameCatalog::load(file.path);
    REQUIRE(game);
    check_walk(*game, sampled_log(*game, 1000, 2), {.seek_cost = std::chrono::microseconds(50)});
  }
}
