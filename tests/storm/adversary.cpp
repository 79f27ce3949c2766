// In every seed somebody copies, changes, forges and floods, a client lies, households ask for more
// than their share, tokens and files are forged: those who play notice nothing of it.

#include <cstdio>
#include <cstdlib>

#include "storm/battle.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

/// How many seeds: TUTTI_BATTLES=1000 for a release.
std::uint64_t seeds_wanted() {
  const char* wanted = std::getenv("TUTTI_BATTLES");
  return wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 12;
}

}  // namespace

TEST_CASE("whoever reads the network and whoever has got in disturb nobody's match") {
  std::array<std::uint64_t, Adversary::kinds> done{};
  std::array<double, Mob::vices> asked{}, got{};
  std::uint64_t welcomes = 0, refusals = 0, guesses = 0, said = 0, crowd = 0, in = 0, out = 0;
  for (std::uint64_t seed = 1; seed <= seeds_wanted(); ++seed) {
    CAPTURE(seed);
    Battle battle(seed);
    battle.attack(seed);
    CHECK(battle.problems() == std::vector<std::string>{});
    const Adversary& adversary = battle.adversary();
    in += adversary.stranger_bytes_in;
    out += adversary.stranger_bytes_out;
    for (std::size_t i = 0; i < done.size(); ++i)
      done[i] += adversary.done[i];
    welcomes += battle.knave().welcomes;
    refusals += battle.knave().refusals;
    guesses += battle.knave().guesses;
    said += battle.knave().said;
    crowd += battle.crowd_size();
    for (std::size_t vice = 0; vice < Mob::vices; ++vice) {
      asked[vice] += battle.mob().asked(static_cast<Mob::Vice>(vice));
      got[vice] += battle.mob().got(static_cast<Mob::Vice>(vice));
    }
    const RelayStatistics& one = battle.statistics();
    CHECK(one.refused_rooms > 0);
    CHECK(one.refused_terms > 0);
    CHECK(one.refused_guesses > 0);
    CHECK(one.refused_hello_rate + one.refused_joins > 0);
    CHECK(one.refused_role_changes > 0);
  }
  std::printf("%llu battles; strangers sent %.1f MB and got %.2f of it\n",
              static_cast<unsigned long long>(seeds_wanted()), static_cast<double>(in) / 1e6,
              static_cast<double>(out) / static_cast<double>(in));
  // All of it happened.
  for (const std::uint64_t count : done)
    CHECK(count > 300 * seeds_wanted());
  CHECK(welcomes > 0);
  CHECK(refusals > 0);
  CHECK(guesses > 0);
  CHECK(said > 100 * seeds_wanted());
  CHECK(crowd >= 100 * seeds_wanted());
  for (std::size_t vice = 0; vice < Mob::vices; ++vice) {
    CAPTURE(vice);
    CHECK(asked[vice] > 50.0 * static_cast<double>(seeds_wanted()));
    CHECK((vice == Mob::guesses || got[vice] > 0));
  }
  CHECK(in > 0);
  CHECK(out > 0);  // cookies
}
