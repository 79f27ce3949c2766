// Everything that can go wrong, drawn from seeds: no promise breaks, and afterwards everybody
// recovers.

#include "support/catch.hpp"
#include "support/games.hpp"
#include "tutti/engine/storm.hpp"

using namespace tutti;
using tutti::test::Tally;

TEST_CASE("whatever goes wrong, no promise breaks and everybody recovers") {
  StormTally sum;
  for (std::uint64_t seed = 1; seed <= 64; ++seed) {
    StormMatch match(storm_options(any_game<Tally>(), seed, Tick{1800}));
    const StormReport& report = match.run();
    CAPTURE(seed);
    CHECK(report.problems == std::vector<std::string>{});
    for (std::size_t kind = 0; kind < fault_kinds; ++kind)
      sum.faults[kind] += report.tally.faults[kind];
    sum.rollbacks += report.tally.rollbacks;
    sum.reconnects += report.tally.reconnects;
    sum.folds_back += report.tally.folds_back;
  }
  for (std::size_t kind = 0; kind < fault_kinds; ++kind) {
    CAPTURE(to_text(static_cast<FaultKind>(kind)));
    CHECK(sum.faults[kind] >= 5);
  }
  CHECK(sum.rollbacks > 10'000);
  CHECK(sum.reconnects > 50);
  CHECK(sum.folds_back > 5);
}
