// A game with commands in the tools: matches, storms, and tables of what players held and said.

#include "tools/program.hpp"

using namespace tutti::test;

TEST_CASE("a match of a game with commands is played, and its table says which is which") {
  const std::string file = scratch("arena.tutti");
  const Ran match = run_tutti(
      "match --game arena --players 3 --seconds 20 --delay 30ms --loss 5% " + ("--log " + file));
  CAPTURE(match.out, match.err);
  REQUIRE(match.status == 0);
  const Ran events = run_tutti("replay events " + file);
  CAPTURE(events.err);
  REQUIRE(events.status == 0);
  CHECK_THAT(events.out, contains("\tinput\tinput.x=") && contains("\tcommand\tcommand"));
  CHECK(run_tutti("replay verify " + file).status == 0);
}

TEST_CASE("a game with commands is checked and stormed like any other") {
  const Ran check = run_tutti("check arena --ticks 600");
  CAPTURE(check.out, check.err);
  CHECK(check.status == 0);
  const Ran storm = run_tutti("storm --json --game arena --seeds 1..4 --hours 0.01");
  CAPTURE(storm.out, storm.err);
  CHECK(storm.status == 0);
  CHECK_THAT(storm.out, contains("\"commands\": ") && contains("\"seeds_failed\": 0"));
}

TEST_CASE("a game of turns and one of 2,000 units in lockstep are played by their names") {
  const Ran turns = run_tutti("match --game chat_and_turns --seconds 300 --delay 60ms --loss 5%" +
                              (" --log " + scratch("turns.tutti")));
  CAPTURE(turns.out, turns.err);
  CHECK(turns.status == 0);
  const Ran units =
      run_tutti("match --game skirmish --players 8 --lockstep --seconds 4 --delay 40ms --log " +
                scratch("units.tutti"));
  CAPTURE(units.out, units.err);
  CHECK(units.status == 0);
  CHECK_THAT(units.out, contains("effect") && !contains("nothing was proven"));
}
