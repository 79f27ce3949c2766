// The tools take games that stand on an engine of somebody else as they take any other: cold, warm,
// beside another match, in other surroundings, and online.

#include "support/engines_of_others.hpp"

#include "tools/program.hpp"

using namespace tutti::test;

TEST_CASE("games on engines of others pass the check, in processes that are cold and warm") {
  for (const std::filesystem::path& module : engines_of_others()) {
    const Ran ran = run_tutti("check --ticks 60 --players 4 " + module.string());
    CAPTURE(module, ran.out, ran.err);
    CHECK(ran.status == 0);
    CHECK_THAT(ran.out, contains("good   a second match beside it") &&
                            contains("good   a warm process") &&
                            contains("good   everybody acts: rehearsal"));
  }
}

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
