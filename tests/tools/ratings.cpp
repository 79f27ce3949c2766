// An archive of the bundled game: its read models, and ratings from them. Not built
// without the game.

#include <filesystem>

#include "tools/program.hpp"
#include "tools/query.hpp"

using namespace tutti::test;

TEST_CASE("players are rated by the results of all matches but the void ones", "[long]") {
  const std::string folder = scratch("rated");
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const std::string begun = scratch("rated-begun.tutti");
  REQUIRE(run_tutti("match --game counterpoint --seconds 5 --log " + begun).status == 0);
  for (const char* seed : {"1", "2"}) {
    const std::string out = folder + "/" + seed + ".tutti";
    REQUIRE(run_tutti("replay branch " + begun + " --at 60 --bot 0,1 --ticks 40000 --seed " + seed +
                      " --out " + out)
                .status == 0);
  }
  const std::string database = folder + "/all.db";
  const std::string line = "archive project " + folder + " --db " + database;
  const Ran first = run_tutti(line);
  CAPTURE(first.err);
  REQUIRE(first.status == 0);
  for (const char* table :
       {"results_v1", "moves_v1", "damage_v1", "combos_v1", "highlights_v1", "reactions_v1"})
    CHECK(std::stoi(ask(database, std::string("select count(*) from ") + table)) > 4);
  const std::string ratings = "select name, rating, matches, won, lost, drawn from ratings";
  const std::string rated = ask(database, ratings + " order by name");
  CHECK_THAT(rated, contains("bot 1\t") && contains("bot 2\t"));
  // Two players: one wins as much as the other loses, and every match counts for both.
  CHECK(ask(database, "select count(*), sum(rating), sum(won) - sum(lost) from ratings") ==
        "2\t3000\t0\n");
  CHECK(ask(database, "select sum(matches) - (select count(*) from results_v1) from ratings") ==
        "0\n");
  CHECK(run_tutti(line).status == 0);
  CHECK(ask(database, ratings + " order by name") == rated);

  const Ran word = run_tutti("replay correct " + folder + "/1.tutti --void --by Ada");
  REQUIRE(word.status == 0);
  REQUIRE(run_tutti(line).status == 0);
  CHECK(ask(database,
            "select sum(matches) - (select count(*) from results_v1 where \"match\" not "
            "in (select \"match\" from corrections)) from ratings") == "0\n");
  CHECK(ask(database, ratings + " order by name") != rated);
}

TEST_CASE("the archive says how each player's events came to the relay") {
  const std::string folder = scratch("arrivals");
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  REQUIRE(
      run_tutti("match --game counterpoint --seconds 12 --delay 80ms --log " + folder + "/a.tutti")
          .status == 0);
  const std::string database = folder + "/all.db";
  REQUIRE(run_tutti("archive project " + folder + " --db " + database).status == 0);
  CHECK(ask(database, "select count(*) from arrivals where events > 5") == "2\n");
}
