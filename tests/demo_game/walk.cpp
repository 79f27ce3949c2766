// Going through a match of Counterpoint.

#include "support/walk.hpp"
#include "counterpoint/counterpoint.hpp"

using namespace tutti;
using namespace tutti::test;

TEST_CASE("a cursor goes through a match of Counterpoint as straight play does") {
  const AnyGame game = any_game<counterpoint::Counterpoint>();
  check_walk(game, sampled_log(game, 6000, 2), {.seek_cost = std::chrono::microseconds(200)});
}
