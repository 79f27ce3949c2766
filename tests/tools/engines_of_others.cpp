// The tools take games that stand on an engine of somebody else as they take any other: cold, warm,
// beside another match, in other surroundings, and online.

#include "support/engines_of_others.hpp"

#include "tools/program.hpp"

using namespace tutti::test;

namespace {

void check_passes(const std::string& game) {
  const Ran ran =
      run_tutti("check --ticks 60 --players 4 " TUTTI_EXAMPLE_GAMES "/" + game + "@1.so");
  CAPTURE(ran.out, ran.err);
  CHECK(ran.status == 0);
  CHECK_THAT(ran.out, contains("good   a second match beside it") &&
                          contains("good   a warm process") &&
                          contains("good   everybody acts: rehearsal") &&
                          contains("good   garbage in locals"));
}

}  // namespace

// Where an engine's library is not there, neither is its game; CMake says so.
#ifdef TUTTI_HAS_PHYSICS
TEST_CASE("a game on ODE passes the check, in processes that are cold and warm") {
  check_passes("physics");
}
#endif
#ifdef TUTTI_HAS_SCRIPTED
TEST_CASE("a game in Lua passes the check, in processes that are cold and warm") {
  check_passes("scripted");
}
#endif
#ifdef TUTTI_HAS_WASM_RULES
TEST_CASE("a game in WebAssembly passes the check, in processes that are cold and warm") {
  check_passes("wasm_rules");
}
#endif

TEST_CASE("games on engines of others are played online, and all have equal states") {
  for (const std::filesystem::path& module : engines_of_others()) {
    const Ran ran = run_tutti(
        "match --players 3 --spectators 1 --seconds 15 --delay 60ms --jitter 10ms --loss 5% "
        "--log " +
        scratch("engines_of_others.tutti") + " --game " + module.string());
    CAPTURE(module, ran.out, ran.err);
    CHECK(ran.status == 0);
    CHECK_THAT(ran.out, contains("equal            yes"));
  }
}
