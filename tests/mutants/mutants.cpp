// The test of the tests: every mutant breaks one line of the engine, and the storms have to notice.
// A mutant runs in a process of its own, since many end in an assertion. MUTANTS.md says what each
// of them stands for.

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "arena/arena.hpp"
#include "storm/battle.hpp"
#include "support/catch.hpp"
#include "support/games.hpp"
#include "tutti/engine/storm.hpp"
#include "tutti/sim/mutant.hpp"

using namespace tutti;
using tutti::test::Tally;

namespace {

constexpr std::uint64_t seeds = 64;
/// And so many with a game that has commands, for those that none of these has shown.
constexpr std::uint64_t seeds_with_commands = 64;
/// And so many beside somebody who means ill.
constexpr std::uint64_t battles = 16;
constexpr Tick length{3600};
/// A mutant that does not come to an end is caught. Seconds of the processor: on a busy machine,
/// minutes are no sign of that.
constexpr rlim_t seconds_most = 60;

/// Of what goes wrong between two events of one player, a player who seldom acts shows little: in
/// every other storm all act in two of three ticks.
struct Busy : Tally {
  static constexpr const char* name = "busy";
  static std::optional<Event> play(const State&, PlayerId, Random& random) {
    if (random.chance(3)) return std::nullopt;
    return sample(random);
  }
};

enum class Fate { caught, survived, not_reached };

/// In the mutant's own process: never returns.
[[noreturn]] void be(const std::string& name) {
  const rlimit most{seconds_most, seconds_most};
  const rlimit nothing{0, 0};
  if (::setrlimit(RLIMIT_CPU, &most) != 0 || ::setrlimit(RLIMIT_CORE, &nothing) != 0) ::_exit(1);
  // An assertion ends this process, and is no failure of the test that Catch should tell.
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGILL, SIGTERM, SIGINT})
    std::signal(signal, SIG_DFL);
  if (std::freopen("/dev/null", "w", stderr) == nullptr) ::_exit(1);
  chosen_mutant = name;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const AnyGame game = seed % 2 == 0 ? any_game<Busy>() : any_game<Tally>();
    StormMatch match(storm_options(game, seed, length));
    if (!match.run().problems.empty()) ::_exit(1);
  }
  for (std::uint64_t seed = 1; seed <= seeds_with_commands; ++seed) {
    StormMatch match(storm_options(any_game<Arena>(), seed, length));
    if (!match.run().problems.empty()) ::_exit(1);
  }
  try {
    for (std::uint64_t seed = 1; seed <= battles; ++seed) {
      test::Battle battle(seed);
      battle.attack(seed);
      if (!battle.problems().empty()) ::_exit(1);
    }
  } catch (...) {
    ::_exit(1);  // it did not even begin
  }
  ::_exit(is_mutant_reached || name.empty() ? 0 : 2);
}

Fate fate_of(const std::string& name) {
  const pid_t process = ::fork();
  REQUIRE(process >= 0);
  if (process == 0) be(name);
  int status = 0;
  REQUIRE(::waitpid(process, &status, 0) == process);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return Fate::survived;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 2) return Fate::not_reached;
  return Fate::caught;
}

struct Row {
  std::string name;
  bool survives = false;  // as the document has it
};

/// The rows of the document's table: | `name` | what it stands for | caught or survives |
std::vector<Row> rows() {
  std::ifstream file(TUTTI_MUTANTS_DOCUMENT);
  REQUIRE(file);
  std::vector<Row> found;
  for (std::string line; std::getline(file, line);) {
    const std::size_t begin = line.find("| `");
    const std::size_t end = line.find("` |");
    if (begin != 0 || end == std::string::npos) continue;
    found.push_back({line.substr(3, end - 3), line.find("| survives") != std::string::npos});
  }
  return found;
}

}  // namespace

TEST_CASE("an engine without a mutant survives") { CHECK(fate_of("") == Fate::survived); }

TEST_CASE("storms catch the mutants that the document says they catch") {
  const std::vector<Row> mutants = rows();
  CHECK(mutants.size() >= 30);
  std::size_t caught = 0;
  for (const Row& mutant : mutants) {
    const Fate fate = fate_of(mutant.name);
    caught += fate == Fate::caught;
    std::printf("%-32s %s\n", mutant.name.c_str(),
                fate == Fate::caught     ? "caught"
                : fate == Fate::survived ? "SURVIVED"
                                         : "NOT REACHED");
    std::fflush(stdout);
    CAPTURE(mutant.name);
    CHECK(fate == (mutant.survives ? Fate::survived : Fate::caught));
  }
  std::printf("%zu of %zu caught\n", caught, mutants.size());
  CHECK(caught * 10 >= mutants.size() * 9);
}
