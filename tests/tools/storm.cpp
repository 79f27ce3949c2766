#include "tools/program.hpp"

using namespace tutti::test;

namespace {
const std::string good = " --games-dir " TUTTI_TEST_GAMES "/good ";
}

TEST_CASE("storm plays every seed, in one process or in three, to the same end") {
  const std::string line = "storm --json --game tally --seeds 1..12 --hours 0.01" + good;
  const Ran one = run_tutti(line + "--jobs 1");
  CAPTURE(one.out, one.err);
  CHECK(one.status == 0);
  CHECK_THAT(one.out, contains("\"seeds\": 12") && contains("\"seeds_failed\": 0"));
  CHECK(one.out == run_tutti(line + "--jobs 3 --twice").out);
}

TEST_CASE("storm finds the game that differs from itself, and says how to see it again") {
  const Ran ran = run_tutti("storm --json --game static_counter --seeds 3..4 --hours 0.01" +
                            std::string(" --games-dir " TUTTI_TEST_GAMES "/faulty"));
  CAPTURE(ran.out, ran.err);
  CHECK(ran.status == 1);
  CHECK_THAT(ran.out, contains("\"seeds_failed\": 2") &&
                          contains("tutti storm --game static_counter --games-dir " TUTTI_TEST_GAMES
                                   "/faulty --seeds 3 --hours 0.01"));
}

TEST_CASE("storm plays with as many players as the game takes, and says so in its line") {
  const std::string line = "storm --json --game tally --seeds 1..2 --hours 0.003 --players ";
  const Ran two = run_tutti(line + "2" + good);
  CAPTURE(two.out, two.err);
  CHECK(two.status == 0);
  CHECK_THAT(two.out, contains("\"events_offered\": ") && contains("\"events_refused\": "));
  const std::string crowd =
      "storm --json --game uneven --seeds 1 --hours 0.003"
      " --games-dir " TUTTI_TEST_GAMES "/faulty --players ";
  const Ran most = run_tutti(crowd + "12");  // as many as it takes, and more than are drawn
  CAPTURE(most.out, most.err);
  CHECK(most.status == 0);
  CHECK(run_tutti(crowd + "13").status == 2);
  const Ran many = run_tutti(line + "65" + good);
  CHECK(many.status == 2);
  const Ran faulty = run_tutti(
      "storm --json --game static_counter --seeds 3 --hours 0.01 --players 2"
      " --games-dir " TUTTI_TEST_GAMES "/faulty");
  CHECK_THAT(faulty.out, contains("--seeds 3 --hours 0.01 --players 2"));
}

TEST_CASE("storm fails a seed in which nothing went wrong and yet events were refused") {
  const Ran ran = run_tutti(
      "storm --json --game torrent --seeds 2..4 --hours 0.0015 --players 24"
      " --games-dir " TUTTI_TEST_GAMES "/faulty");
  CAPTURE(ran.out, ran.err);
  CHECK(ran.status == 1);
  CHECK_THAT(ran.out, contains(" events were refused"));
}

TEST_CASE("storm wants seeds and hours that make sense") {
  CHECK(run_tutti("storm --game tally --seeds 5..2" + good).status == 2);
  CHECK(run_tutti("storm --game tally --seeds many" + good).status == 2);
  CHECK(run_tutti("storm --game tally --hours 0" + good).status == 2);
}
