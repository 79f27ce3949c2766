// Everything that can go wrong, drawn from seeds: no promise breaks, and afterwards everybody
// recovers.

#include "support/catch.hpp"
#include "support/games.hpp"
#include "tutti/engine/storm.hpp"

using namespace tutti;
using tutti::test::Tally;

TEST_CASE("through every fault no promise breaks and everybody recovers") {
  StormTally sum;
  for (std::uint64_t seed = 1; seed <= 64; ++seed) {
    StormMatch match(storm_options(any_game<Tally>(), seed, Tick{3600}));
    const StormReport& report = match.run();
    CAPTURE(seed);
    CHECK(report.problems == std::vector<std::string>{});
    for (std::size_t kind = 0; kind < fault_kinds; ++kind)
      sum.faults[kind] += report.tally.faults[kind];
    sum.rollbacks += report.tally.rollbacks;
    sum.reconnects += report.tally.reconnects;
    sum.folds_back += report.tally.folds_back;
    sum.adoptions += report.tally.adoptions;
    sum.role_changes += report.tally.role_changes;
    sum.spectators += report.tally.spectators;
    sum.ticks_watched += report.tally.ticks_watched;
  }
  // That all this was really so.
  for (std::size_t kind = 0; kind < fault_kinds; ++kind) {
    CAPTURE(to_text(static_cast<FaultKind>(kind)));
    CHECK(sum.faults[kind] >= 5);
  }
  CHECK(sum.rollbacks > 10'000);
  CHECK(sum.reconnects > 50);
  CHECK(sum.folds_back > 1);
  CHECK(sum.adoptions > 0);
  CHECK(sum.role_changes > 20);
  CHECK(sum.spectators > 20);
  CHECK(sum.ticks_watched > 20 * 1800);
}

TEST_CASE("a storm is repeated by its seed, to everything that anybody is told") {
  const std::uint64_t seed = GENERATE(range(std::uint64_t{1}, std::uint64_t{9}));
  StormMatch first(storm_options(any_game<Tally>(), seed, Tick{1800}));
  StormMatch again(storm_options(any_game<Tally>(), seed, Tick{1800}));
  StormMatch other(storm_options(any_game<Tally>(), seed + 100, Tick{1800}));
  CHECK(first.run().tally.trace == again.run().tally.trace);
  CHECK(first.report().wire.up.bytes() == again.report().wire.up.bytes());
  CHECK(first.report().tally.trace != other.run().tally.trace);
}

TEST_CASE("a thousand storms of other lengths", "[long]") {
  for (std::uint64_t seed = 1001; seed <= 2000; ++seed) {
    StormMatch match(storm_options(any_game<Tally>(), seed,
                                   Tick{600 + 7 * static_cast<std::int64_t>(seed % 1000)}));
    CAPTURE(seed);
    CHECK(match.run().problems == std::vector<std::string>{});
  }
}
