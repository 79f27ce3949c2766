// A fleet's archive, folded into SQLite and into PostgreSQL by several workers at once.

#include "support/postgres_server.hpp"
#include "tools/archive_world.hpp"

using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

/// What does not follow from the order in which workers wrote.
const std::vector<std::string> looks{
    "select head, file, rules, room, started_utc, ticks, tick_rate from matches order by head",
    "select head, player, joined_tick, name from participants join matches on id = \"match\" "
    "order by 1, 2, 3",
    "select head, player, events, late, margin_ticks_total, margin_ticks_least from arrivals join "
    "matches on id = \"match\" order by 1, 2",
    "select head, name, version from projected join matches on id = \"match\" order by 1, 2, 3",
    "select head, player, sum from sums join matches on id = \"match\" order by 1, 2",
    "select head, tick, player, pull from turns join matches on id = \"match\" order by 1, 2, 3",
    "select name, version from serving order by 1"};

/// Two workers at once; gives how many matches they have folded together.
std::int64_t fold_by_two(const ArchiveWorld& world, const std::string& database,
                         const std::string& games = "good") {
  const auto one = world.worker("one", database, {}, games);
  const auto two = world.worker("two", database, {}, games);
  std::int64_t folded = 0;
  for (const auto& worker : {one.get(), two.get()}) {
    CHECK(worker->wait() == 0);
    folded += counted(worker->output(), "matches_projected");
  }
  return folded;
}

}  // namespace

TEST_CASE("archive: two workers fold a fleet's matches into SQLite and PostgreSQL alike") {
  const PostgresServer postgres("alike");
  ArchiveWorld world("alike");
  // Given a match that a relay of the fleet has had to its end, and others
  Process ada(scratch("archive-alike-ada"),
              bot_at(world.relay().address(), {"--create", "--players", "2", "--seconds", "1"}));
  CHECK(ada.wait() == 0);
  REQUIRE(holds_within(
      15s, [&] { return world.relay().metric("tutti_relay_fleet_archived_total") == 1; }));
  world.send(70);
  const std::string file = world.sqlite("alike");
  CHECK(fold_by_two(world, file) == 71);
  CHECK(fold_by_two(world, postgres.url()) == 71);
  for (const std::string& look : looks) {
    const std::string rows = ask(file, look);
    CHECK(rows != "");
    CHECK(postgres.ask(look) == rows);
  }
  // and each of them is there as its file is folded.
  const std::string alone = world.sqlite("alone");
  for (const std::string& folder : {world.matches(), world.relay().logs()})
    REQUIRE(run_tutti("archive project " + folder + good_games + "--db " + alone).status == 0);
  for (std::size_t i = 3; i + 1 < looks.size(); ++i)
    CHECK(ask(alone, looks[i]) == ask(file, looks[i]));
  // Nothing is folded again, and the files of a folder are known as what they are.
  const Ran again = run_tutti(world.project(postgres.url()));
  CHECK(again.status == 0);
  CHECK(counted(again.out, "matches_projected") == 0);
  const Ran known = run_tutti("archive project --json " + world.matches() + good_games + "--db '" +
                              postgres.url() + "'");
  CHECK(counted(known.out, "matches_known") == 70);
  CHECK(counted(known.out, "matches_projected") == 0);
  // When a projection has another version, then its name shows that one, of all matches
  for (const std::string& database : {file, postgres.url()})
    CHECK(fold_by_two(world, database, "projected_anew") == 71);
  for (const std::string& look : looks)
    CHECK(postgres.ask(look) == ask(file, look));
  const std::string doubled =
      "select count(*) from sums_v1 a join sums b on a.\"match\" = b.\"match\" and a.player = "
      "b.player where b.sum = 2 * a.sum";
  CHECK(ask(file, doubled) == "142\n");
  CHECK(postgres.ask(doubled) == "142\n");
  CHECK(counted(run_tutti(world.project(postgres.url())).out, "matches_projected") == 0);
}

TEST_CASE("archive: a database of PostgreSQL that cannot be used is one sentence") {
  const PostgresServer postgres("wrong");
  const std::string folder = scratch("archive-postgres-none");
  std::filesystem::create_directories(folder);
  const auto why_not = [&](const std::string& database) {
    const Ran ran = run_tutti("archive project " + folder + " --db '" + database + "'");
    CAPTURE(ran.out);
    CHECK(ran.status == 3);
    CHECK(ran.out.empty());
    CHECK(std::count(ran.err.begin(), ran.err.end(), '\n') == 1);
    return ran.err;
  };
  const std::string nowhere = why_not("postgresql://ada:swordfish@127.0.0.1:1/matches");
  CHECK_THAT(nowhere, contains("cannot open the database postgresql://127.0.0.1:1/matches"));
  CHECK(nowhere.find("swordfish") == nowhere.npos);
  std::string stranger = postgres.url();
  stranger.replace(stranger.find("tutti@"), 6, "eve@");
  CHECK_THAT(why_not(stranger), contains("role \"eve\" does not exist"));
  postgres.ask("create table matches (a int, b int)");
  CHECK_THAT(why_not(postgres.url()), contains("matches") && contains("other columns"));
  CHECK(postgres.ask("select count(*) from pg_tables where tablename = $$projected$$") == "0\n");
}
