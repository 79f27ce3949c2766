// The test of the tests: every mutant breaks one line of the engine, and the storms have to notice,
// or the one test that MUTANTS.md names. A mutant runs in a process of its own, since many end in
// an assertion. MUTANTS.md says what each of them stands for.

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <set>
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

/// The mutant's own process has so much time, and says nothing.
void limit_process() {
  const rlimit most{seconds_most, seconds_most};
  const rlimit nothing{0, 0};
  if (::setrlimit(RLIMIT_CPU, &most) != 0 || ::setrlimit(RLIMIT_CORE, &nothing) != 0) ::_exit(1);
  // An assertion ends this process, and is no failure of the test that Catch should tell.
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGILL, SIGTERM, SIGINT})
    std::signal(signal, SIG_DFL);
  if (std::freopen("/dev/null", "w", stderr) == nullptr) ::_exit(1);
}

/// In the mutant's own process: never returns.
[[noreturn]] void be(const std::string& name) {
  limit_process();
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

/// The same, in the program of the test `folder/name`, of which that test alone is run.
[[noreturn]] void be_in_test(const std::string& mutant, const std::string& test) {
  limit_process();
  const std::size_t slash = test.find('/');
  const std::string program = TUTTI_TEST_PROGRAMS "/test_" + test.substr(0, slash);
  // What Catch would read as more than a name.
  std::string name;
  for (const char letter : test.substr(slash + 1))
    name += (letter == ',' || letter == '[' ? "\\" : "") + std::string(1, letter);
  if (std::freopen("/dev/null", "w", stdout) == nullptr ||
      ::setenv("TUTTI_MUTANT", mutant.c_str(), 1) != 0) {
    ::_exit(0);
  }
  ::execl(program.c_str(), program.c_str(), name.c_str(), "--warn", "NoTests", nullptr);
  ::_exit(0);  // it survives where it could not be tried
}

template <class Be>
int status_of(const Be& be_it) {
  const pid_t process = ::fork();
  REQUIRE(process >= 0);
  if (process == 0) be_it();
  int status = 0;
  REQUIRE(::waitpid(process, &status, 0) == process);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

Fate fate_of(const std::string& name) {
  const int status = status_of([&] { be(name); });
  return status == 0 ? Fate::survived : status == 2 ? Fate::not_reached : Fate::caught;
}

Fate fate_in_test(const std::string& name, const std::string& test) {
  return status_of([&] { be_in_test(name, test); }) == 0 ? Fate::survived : Fate::caught;
}

struct Row {
  std::string name;
  bool survives = false;  // as the document has it
  std::string test{};     // the one that catches it; empty for the storms
};

/// The rows of the document's table, | `name` | what it stands for | caught or survives |, and the
/// items of its list, - `name`: what it stands for, which end with the `folder/name` of a test.
std::vector<Row> rows() {
  std::ifstream file(TUTTI_MUTANTS_DOCUMENT);
  REQUIRE(file);
  std::vector<Row> found;
  for (std::string line; std::getline(file, line);) {
    const bool is_row = line.starts_with("| `");
    const bool is_item = line.starts_with("- `") && line.find("`: ") == line.find('`', 3);
    if (is_row || is_item) {
      const std::string name = line.substr(3, line.find('`', 3) - 3);
      found.push_back({name, line.find("| survives") != std::string::npos});
    } else if (line.starts_with("  `") && line.ends_with('`') && !found.empty()) {
      found.back().test = line.substr(3, line.size() - 4);
    }
  }
  return found;
}

}  // namespace

TEST_CASE("an engine without a mutant survives") {
  CHECK(fate_of("") == Fate::survived);
  std::set<std::string> tests;
  for (const Row& mutant : rows()) {
    if (!mutant.test.empty()) tests.insert(mutant.test);
  }
  for (const std::string& test : tests) {
    CAPTURE(test);
    CHECK(fate_in_test("", test) == Fate::survived);
  }
}

TEST_CASE("storms and tests catch the mutants that the document says they catch") {
  const std::vector<Row> mutants = rows();
  CHECK(mutants.size() >= 80);
  const char* only = std::getenv("TUTTI_MUTANT");
  std::size_t run = 0;
  std::size_t caught = 0;
  for (const Row& mutant : mutants) {
    if (only != nullptr && mutant.name != only) continue;
    ++run;
    const Fate fate =
        mutant.test.empty() ? fate_of(mutant.name) : fate_in_test(mutant.name, mutant.test);
    caught += fate == Fate::caught;
    std::printf("%-32s %s\n", mutant.name.c_str(),
                fate == Fate::caught     ? "caught"
                : fate == Fate::survived ? "SURVIVED"
                                         : "NOT REACHED");
    std::fflush(stdout);
    CAPTURE(mutant.name);
    CHECK(fate == (mutant.survives ? Fate::survived : Fate::caught));
  }
  std::printf("%zu of %zu caught\n", caught, run);
  CHECK(run > 0);
  CHECK(caught * 10 >= run * 9);
}
