// A fleet's archive, folded by workers that may be killed, and anew while the old tables serve.

#include "tools/archive_world.hpp"
#include "tutti/engine/fleet_archive.hpp"

using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

/// Nobody else writes into the database while this is there.
class WriteLock {
 public:
  explicit WriteLock(const std::string& database) {
    REQUIRE(sqlite3_open_v2(database.c_str(), &handle_, SQLITE_OPEN_READWRITE, nullptr) ==
            SQLITE_OK);
    sqlite3_busy_timeout(handle_, 10'000);
    REQUIRE(sqlite3_exec(handle_, "begin immediate", nullptr, nullptr, nullptr) == SQLITE_OK);
  }
  ~WriteLock() { sqlite3_close(handle_); }
  WriteLock(const WriteLock&) = delete;
  WriteLock& operator=(const WriteLock&) = delete;

 private:
  sqlite3* handle_ = nullptr;
};

/// What the queue of a database has in workers' hands, the last one by name.
std::uint64_t taken_from(const ArchiveWorld& world, const std::string& database) {
  const std::string names = ask(database, "select name from queues order by number desc limit 1");
  const auto archive = tutti::open_archive(
      {.servers = {const_cast<ArchiveWorld&>(world).server().url()}, .is_for_reading = true});
  REQUIRE(archive);
  const auto queue = (*archive)->open_queue(names.substr(0, names.size() - 1));
  REQUIRE(queue);
  const auto left = (*queue)->left();
  REQUIRE(left);
  return left->taken;
}

std::string count_of(const std::string& database, const std::string& table) {
  return ask(database, "select count(*) from " + table);
}

}  // namespace

TEST_CASE("archive: a worker that is killed loses nothing and counts nothing twice") {
  ArchiveWorld world("killed");
  const std::string database = world.sqlite("killed");
  world.send(1);
  REQUIRE(run_tutti(world.project(database)).status == 0);
  world.send(20);
  {
    // Given a worker that has taken and folded matches, and is killed before it has written
    const WriteLock lock(database);
    const auto worker = world.worker("killed", database);
    REQUIRE(holds_within(15s, [&] { return taken_from(world, database) == 20; }));
    worker->end(SIGKILL);
  }
  CHECK(count_of(database, "sums") == "2\n");
  {
    // and another one that has written, and whose word of that is lost
    auto lock = std::make_optional<WriteLock>(database);
    const auto worker = world.worker("unheard", database);
    // Until it has got what the first one had
    std::this_thread::sleep_for(tutti::limits::archive_work + 2s);
    world.server().kill();
    lock.reset();
    CHECK(worker->wait() == 3);
    world.server().start();
  }
  CHECK(count_of(database, "sums") == "42\n");
  // When a third one comes, then it finds all of them known
  const Ran third = run_tutti(world.project(database));
  CHECK(third.status == 0);
  CHECK(counted(third.out, "matches_known") == 20);
  CHECK(counted(third.out, "matches_projected") == 0);
  CHECK(count_of(database, "sums") == "42\n");
  CHECK(count_of(database, "matches") == "21\n");
  CHECK(ask(database, "select count(*) from (select distinct * from turns)") ==
        count_of(database, "turns"));
}

TEST_CASE("archive: of two workers that fold the same matches at once one writes them") {
  ArchiveWorld world("twice");
  const std::string database = world.sqlite("twice");
  world.send(1);
  REQUIRE(run_tutti(world.project(database)).status == 0);
  world.send(20);
  auto lock = std::make_optional<WriteLock>(database);
  // Given one that has folded all of them, and then stands still for too long
  const auto first = world.worker("first", database);
  REQUIRE(holds_within(15s, [&] { return taken_from(world, database) == 20; }));
  // and one that gets them too, and folds them
  const auto second = world.worker("second", database);
  std::this_thread::sleep_for(tutti::limits::archive_work + 4s);
  lock.reset();
  CHECK(first->wait() == 0);
  CHECK(second->wait() == 0);
  CHECK(counted(first->output(), "matches_projected") +
            counted(second->output(), "matches_projected") ==
        20);
  CHECK(counted(first->output(), "matches_known") + counted(second->output(), "matches_known") ==
        20);
  CHECK(count_of(database, "sums") == "42\n");
  CHECK(count_of(database, "matches") == "21\n");
}

TEST_CASE("archive: a projection is folded anew while the one before serves") {
  ArchiveWorld world("anew");
  const std::string database = world.sqlite("anew");
  world.send(6);
  REQUIRE(run_tutti(world.project(database)).status == 0);
  const auto old = world.worker("old", database, {"--follow"});
  // Given the queue of the next version, of which somebody has one match in hand
  std::string name;
  for (auto pause = 1s; name.empty() && pause < 10s; ++pause) {
    auto lock = std::make_optional<WriteLock>(database);
    const auto first = world.worker("first", database, {}, "projected_anew");
    std::this_thread::sleep_for(pause);
    world.server().stop();  // when it wants to write the queue's name
    lock.reset();
    CHECK(first->wait() == 3);
    world.server().go_on();
    name = ask(database, "select name from queues where number > 1");
  }
  const auto archive =
      tutti::open_archive({.servers = {world.server().url()}, .is_for_reading = true});
  REQUIRE(archive);
  const auto queue = (*archive)->open_queue(name.substr(0, name.size() - 1));
  REQUIRE(queue);
  const auto held = (*queue)->take(1, 10s);
  REQUIRE(held->size() == 1);
  const auto next = world.worker("next", database, {}, "projected_anew");
  world.send(1);
  const auto is_followed = [&] {
    return count_of(database, "sums_v1") ==
           std::to_string(2 * (*archive)->contents()->files) + "\n";
  };
  // then the one before serves, those that come too, and the next one does not yet
  const std::string older =
      "select count(*) from sums a join sums_v1 b on a.\"match\" = "
      "b.\"match\" and a.player = b.player and a.sum = b.sum";
  REQUIRE(holds_within(15s, [&] {
    REQUIRE((*queue)->keep(held->at(0).ticket));
    return is_followed() && (*queue)->left()->waiting == 0;
  }));
  CHECK(count_of(database, "sums_v1") == "14\n");
  CHECK(ask(database, older) == count_of(database, "sums_v1"));
  CHECK(ask(database, "select version from serving where name = 'sums'") == "1\n");
  // When that one is let go, then all is served at once, and who folds the one before ends
  CHECK(next->wait() == 0);
  CHECK(ask(database, "select version from serving where name = 'sums'") == "2\n");
  CHECK(count_of(database, "sums") == count_of(database, "sums_v1"));
  CHECK(ask(database,
            "select count(*) from sums a join sums_v1 b on a.\"match\" = b.\"match\" "
            "and a.player = b.player and a.sum = 2 * b.sum") == count_of(database, "sums"));
  CHECK(old->wait() == 3);
  CHECK(count_of(database, "sums") == "14\n");
  CHECK(count_of(database, "queues") == "1\n");
}

TEST_CASE("archive: a match whose module is not here waits for it, and others do not") {
  ArchiveWorld world("module");
  const std::string database = world.sqlite("module");
  REQUIRE(run_tutti("match --game tally@1.2 --seconds 5 --seed 1000" + good_games + "--log " +
                    world.matches() + "/1000.tutti")
              .status == 0);
  REQUIRE(run_tutti("archive send " + world.matches() + world.fleet()).status == 0);
  std::filesystem::remove(world.matches() + "/1000.tutti");
  world.send(2);
  // The folder of the next version has no tally 1.2.
  const std::string fewer = " --games-dir " TUTTI_TEST_GAMES "/projected_anew";
  const Ran first = run_tutti(world.project(database, fewer));
  CHECK(first.status == 3);
  CHECK(counted(first.out, "matches_projected") == 2);
  CHECK(counted(first.out, "matches_failed") == 1);
  CHECK_THAT(first.err, contains("no version 1.2 of tally"));
  CHECK(count_of(database, "unfolded") == "1\n");
  CHECK(run_tutti(world.project(database, fewer)).status == 3);
  const Ran second = run_tutti(world.project(database, fewer + good_games));
  CHECK(second.status == 0);
  CHECK(count_of(database, "unfolded") == "0\n");
  CHECK(count_of(database, "matches") == "3\n");
}

TEST_CASE("archive: what is wrong is said before anything is folded") {
  const std::string database = scratch("archive-wrong.db");
  std::filesystem::remove(database);
  const auto why_not = [&](const std::string& options, int status) {
    const Ran ran = run_tutti("archive project --db " + database + good_games + options);
    CAPTURE(options, ran.out, ran.err);
    CHECK(ran.status == status);
    CHECK(ran.out.empty());
    if (status == 3) CHECK(std::count(ran.err.begin(), ran.err.end(), '\n') == 1);
    CHECK_FALSE(std::filesystem::exists(database));
    return ran.err;
  };
  const std::string folder = scratch("");
  CHECK_THAT(why_not("", 2), contains("name a folder with match files, or a fleet"));
  CHECK_THAT(why_not(folder + " --fleet nats://127.0.0.1:1", 2), contains("name a folder"));
  CHECK_THAT(why_not(folder + " --follow", 2), contains("--follow waits for matches of a fleet"));
  CHECK_THAT(why_not("--fleet nats://127.0.0.1:1", 3), contains("no NATS server answers at"));
  const NatsServer locked("archive-locked", {.more = {"--user", "tutti", "--pass", "swordfish"}});
  CHECK_THAT(why_not("--fleet nats://tutti:sardine@127.0.0.1:" + locked.port(), 3),
             contains("does not take these credentials"));
  const NatsServer empty("archive-empty");
  CHECK_THAT(why_not("--fleet " + empty.url(), 3), contains("no relay has kept anything"));
  // Something else's database, and none of whose games is here
  ArchiveWorld world("wrong");
  const std::string other = world.sqlite("other");
  { std::ofstream(other) << ""; }
  ask(other, "create table matches (a, b)");
  const Ran foreign = run_tutti(world.project(other));
  CHECK(foreign.status == 3);
  CHECK_THAT(foreign.err, contains("the table matches in") && contains("other columns"));
  CHECK(ask(other, "select count(*) from sqlite_master") == "1\n");
}
