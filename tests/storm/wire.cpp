// Little to say, little to send: the budget of a match on the wire, and what it must not cost.

#include "support/wire.hpp"

#include "support/catch.hpp"

using namespace tutti;
using namespace tutti::test;

TEST_CASE("held input costs little on the wire, and is confirmed everywhere within 9 ticks") {
  struct Budget {
    std::uint8_t players;
    double up_KB_s;
    double down_KB_s;
  };
  // Of what is said, to which the seal of each datagram comes.
  const Budget budget = GENERATE(Budget{2, 1.5, 1.6}, Budget{8, 1.8, 3.8});
  const WireCost cost = wire_cost(budget.players);
  CAPTURE(budget.players, cost.up_KB_s, cost.down_KB_s, cost.confirmed_after_ticks);
  CHECK(cost.problems.empty());
  CHECK(cost.up_KB_s - cost.up_seal_KB_s <= budget.up_KB_s);
  CHECK(cost.down_KB_s - cost.down_seal_KB_s <= budget.down_KB_s);
  CHECK(cost.confirmed_after_ticks <= 9);
  // And all of it was played
  CHECK(cost.rollback_ticks > 4);
  CHECK(cost.up_KB_s > 0.5);
}
