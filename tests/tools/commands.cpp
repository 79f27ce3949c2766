// A game with commands in the tools: matches, storms, and tables of what players held and said.

#include "tools/program.hpp"

using namespace tutti::test;

namespace {
const std::string talking = " --games-dir " TUTTI_TEST_GAMES "/commands ";
}

TEST_CASE("a match of a game with commands is played, and its table says which is which") {
  const std::string file = scratch("arena.tutti");
  const Ran match =
      run_tutti("match --game arena --players 3 --seconds 20 --delay 30ms --loss 5% " +
                ("--log " + file) + talking);
  CAPTURE(match.out, match.err);
  REQUIRE(match.status == 0);
  const Ran events = run_tutti("replay events " + file + talking);
  CAPTURE(events.err);
  REQUIRE(events.status == 0);
  CHECK_THAT(events.out, contains("\tinput\tinput.x=") && contains("\tcommand\tcommand"));
  CHECK(run_tutti("replay verify " + file + talking).status == 0);
}

TEST_CASE("a game with commands is checked and stormed like any other") {
  const Ran check = run_tutti("check arena --ticks 600" + talking);
  CAPTURE(check.out, check.err);
  CHECK(check.status == 0);
  const Ran storm = run_tutti("storm --json --game arena --seeds 1..4 --hours 0.01" + talking);
  CAPTURE(storm.out, storm.err);
  CHECK(storm.status == 0);
  CHECK_THAT(storm.out, contains("\"commands\": ") && contains("\"seeds_failed\": 0"));
}
