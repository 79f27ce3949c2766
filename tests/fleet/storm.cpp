// Matches in a fleet in which everything goes wrong that a seed can think of: relays die with their
// disks and without, stand still, fall asleep between asking for their lease and sending, are cut
// off, hand matches over; the servers are away, lose what is sent, and are late. In the end
// everybody has played one match to its end, and nothing that was replicated is missing in it.

#include <cstdio>
#include <cstdlib>

#include "fleet/storm_world.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr std::uint64_t usual_seeds = 40;  // each takes ten times as long
#else
constexpr std::uint64_t usual_seeds = 400;
#endif

/// How many seeds, from which on: TUTTI_FLEET_STORMS=10000 for a release.
std::uint64_t number_of(const char* name, std::uint64_t otherwise) {
  const char* wanted = std::getenv(name);
  return wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : otherwise;
}

void play_storms(std::uint64_t first, std::uint64_t seeds) {
  FleetTally tally;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    CAPTURE(seed);
    FleetStorm storm(seed, tally);
    CHECK(storm.play() == std::vector<std::string>{});
  }
  std::printf("%llu storms: %llu ticks in %llu epochs, %llu rollbacks\n",
              static_cast<unsigned long long>(seeds), static_cast<unsigned long long>(tally.ticks),
              static_cast<unsigned long long>(tally.epochs),
              static_cast<unsigned long long>(tally.rollbacks));
  if (seeds < 100) return;
  // All of it happened.
  CHECK(tally.faults.size() == FleetStorm::fault_kinds);
  CHECK(tally.taken_over > seeds);
  CHECK(tally.handed_over > seeds / 3);
  CHECK(tally.read_ahead > seeds / 4);
  CHECK(tally.fenced > seeds / 5);
  CHECK(tally.replicated > 10 * seeds);
  CHECK(tally.lives > 3 * seeds);
  CHECK(tally.rollbacks > 100 * seeds);
}

}  // namespace

TEST_CASE("a match of a fleet is one match to the end, whatever of the fleet dies") {
  play_storms(number_of("TUTTI_FLEET_STORM", 1), number_of("TUTTI_FLEET_STORMS", usual_seeds));
}

TEST_CASE("a match of a fleet is one match to the end, in thousands of storms", "[long]") {
  play_storms(401, 5000);
}
