#include "tools/program.hpp"

using namespace tutti::test;

namespace {}  // namespace

TEST_CASE("rehearse finds each planted fault, its tick and field, and exits with 1") {
  const char* fault = GENERATE("uninitialised_local", "clock", "static_counter", "unsaved_field");
  CAPTURE(fault);
  const Ran ran = run_tutti("rehearse --json --ticks 200 --game " + (fault + faulty_games));
  CHECK(ran.status == 1);
  CHECK_THAT(ran.out, contains("\"is_equal\": false") && contains("\"differs_at_tick\": 40") &&
                          contains("\"field\": \"score\"") &&
                          contains("tutti rehearse --game " + std::string(fault)));
}

TEST_CASE("rehearse plays a good_games game, the same way for the same seed") {
  const Ran first = run_tutti("rehearse --json --ticks 600 --seed 5 --game tally" + good_games);
  const Ran again = run_tutti("rehearse --json --ticks 600 --seed 5 --game tally" + good_games);
  const Ran other = run_tutti("rehearse --json --ticks 600 --seed 6 --game tally" + good_games);
  CHECK(first.status == 0);
  CHECK(first.out == again.out);
  CHECK(first.out != other.out);
  CHECK_THAT(first.out, contains("\"rules\": \"tally@1.10+") &&
                            contains("\"distinct_states\": 600") && contains("\"is_equal\": true"));
}

TEST_CASE("rehearse says what it cannot do") {
  CHECK(run_tutti("rehearse --game chess" + good_games).status == 3);
  CHECK_THAT(run_tutti("rehearse --game chess" + good_games).err, contains("tally@1.10"));
  const Ran bots = run_tutti("rehearse --bots --game pendulum" + good_games);
  CHECK(bots.status == 2);
  CHECK_THAT(bots.err, contains("pendulum has no bot"));
  const Ran players = run_tutti("rehearse --players 3 --game tally" + good_games);
  CHECK(players.status == 2);
  CHECK_THAT(players.err, contains("tally is for 1 to 2 players"));
}

TEST_CASE("tools say which function a game lacks where nobody acts in it") {
  const Ran rehearsed = run_tutti("rehearse --ticks 200 --game pendulum" + good_games);
  CHECK(rehearsed.status == 0);
  CHECK_THAT(rehearsed.err, contains("nobody acted") && contains("no function sample"));
  const Ran match =
      run_tutti("match --seconds 10 --game pendulum --log " + scratch("idle.tutti") + good_games);
  CHECK(match.status == 1);
  CHECK_THAT(match.out, contains("nobody did anything, since the game has no function play"));
  for (const char* command : {"storm", "bot --connect 127.0.0.1:9"}) {
    const Ran refused = run_tutti(command + (" --game pendulum" + good_games));
    CHECK(refused.status == 2);
    CHECK_THAT(refused.err, contains("give it a function play or sample"));
  }
  const Ran other = run_tutti("rehearse --ticks 200 --game tally" + good_games);
  CHECK_THAT(other.err, !contains("nobody acted"));
}

TEST_CASE("games lists what there is, the highest version first, and what is wrong with it") {
  const Ran ran = run_tutti("games --game tally" + good_games);
  CHECK(ran.status == 0);
  const std::size_t first = ran.out.find("tally@1.10+");
  REQUIRE(first != std::string::npos);
  CHECK(ran.out.find("tally@1.9+") > first);
  const Ran bad = run_tutti("games --json --games-dir " TUTTI_TEST_GAMES "/bad");
  CHECK(bad.status == 0);
  CHECK_THAT(bad.out, contains("interface 99"));
}
