// A read model that is filled while a match is played, beside the one from its file.

#include <chrono>
#include <filesystem>

#include "tools/process.hpp"
#include "tools/query.hpp"

using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

/// The one match file that a relay wrote, once it is there.
std::string match_file_in(const std::string& folder) {
  for (int tries = 0; tries < 500; ++tries, std::this_thread::sleep_for(10ms)) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() == ".tutti") return entry.path().string();
    }
  }
  FAIL("no match file comes in " << folder);
  return {};
}

}  // namespace

TEST_CASE("spectating with a database writes the rows that the archive gives, each once") {
  const std::string logs = scratch("followed");
  std::filesystem::remove_all(logs);
  std::filesystem::create_directories(logs);
  const std::string live = scratch("followed.db");
  const std::string archived = scratch("followed-archived.db");
  for (const std::string& database : {live, archived}) {
    for (const char* ending : {"", "-wal", "-shm"})
      std::filesystem::remove(database + ending);
  }
  Process relay(scratch("followed-relay"), {"relay", "--listen", "127.0.0.1:0", "--logs", logs});
  const std::string address = "127.0.0.1:" + relay.word_after("relay on 127.0.0.1:");
  const auto with_room = [&](const std::string& command, std::vector<std::string> more) {
    std::vector<std::string> all{
        command, "--game", "tally", "--games-dir", TUTTI_TEST_GAMES "/good", "--connect", address};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  Process ada(scratch("followed-ada"),
              with_room("bot", {"--create", "--players", "2", "--seconds", "2"}));
  const std::string room = ada.word_after("room ");
  Process bob(scratch("followed-bob"), with_room("bot", {"--room", room, "--seed", "2"}));
  const auto watching = with_room("spectate", {"--room", room, "--db", live});
  Process first(scratch("followed-first"), watching);
  std::this_thread::sleep_for(700ms);
  first.end(SIGINT);
  Process second(scratch("followed-second"), watching);
  CHECK(ada.wait() == 0);
  CHECK(bob.wait() == 0);
  CHECK(second.wait() == 0);
  const std::string file = match_file_in(logs);
  relay.end(SIGINT);
  CAPTURE(first.output(), second.output());

  REQUIRE(run_tutti("archive project " + logs + good_games + "--db " + archived).status == 0);
  for (const char* query : {"select player, sum from sums_v1 order by rowid",
                            "select tick, player, pull from turns_v1 order by rowid",
                            "select head, rules, room, ticks, tick_rate from matches",
                            "select \"match\", name, version from projected order by name"}) {
    const std::string rows = ask(archived, query);
    CHECK(rows != "");
    CHECK(ask(live, query) == rows);
  }
  // The archive knows the match by what it is, and does not fold it again.
  const Ran again = run_tutti("archive project --json " + logs + good_games + "--db " + live);
  CHECK_THAT(again.out, contains("\"matches_projected\": 0") && contains("\"matches_known\": 1"));
}

TEST_CASE("a whole invitation takes the place of address and code, to watch and to play") {
  Process relay(scratch("invited-relay"),
                {"relay", "--listen", "127.0.0.1:0", "--logs", scratch("invited")});
  const std::string address = "127.0.0.1:" + relay.word_after("relay on 127.0.0.1:");
  const std::vector<std::string> tally{"--game", "tally", "--games-dir", TUTTI_TEST_GAMES "/good"};
  const auto command = [&](std::vector<std::string> words, const std::string& connect) {
    words.insert(words.end(), tally.begin(), tally.end());
    words.insert(words.end(), {"--connect", connect});
    return words;
  };
  Process ada(scratch("invited-ada"),
              command({"bot", "--create", "--players", "2", "--seconds", "3"}, address));
  const std::string invitation = ada.word_after("invitation ");
  REQUIRE_THAT(invitation, contains("/") && contains("#"));
  Process eve(scratch("invited-eve"), command({"spectate"}, invitation));
  Process bob(scratch("invited-bob"), command({"bot"}, invitation));
  CHECK(ada.wait() == 0);
  CHECK(bob.wait() == 0);
  CHECK(eve.wait() == 0);
  CAPTURE(eve.output());
  CHECK_THAT(eve.output(), contains("tally@"));
  relay.end(SIGINT);
  for (const char* words : {"spectate", "bot"}) {
    const Ran nowhere = run_tutti(std::string(words) + " --game tally" + good_games);
    CHECK(nowhere.status == 2);
    CHECK_THAT(nowhere.err, contains("--room says which room"));
  }
}
