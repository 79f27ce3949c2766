// Real processes at a real relay: a player's that is killed and started again, as a person would;
// and what each of them writes down, made into one file.

#include <chrono>
#include <filesystem>
#include <set>

#include "tools/process.hpp"

using namespace tutti::test;
using namespace std::chrono_literals;

TEST_CASE("a player's process that is killed comes back into its slot", "[long]") {
  const std::string logs = scratch("come-back");
  std::filesystem::remove_all(logs);
  ::setenv("XDG_STATE_HOME", (logs + "/state").c_str(), 1);
  Process relay(scratch("come-back-relay"), {"relay", "--listen", "127.0.0.1:0", "--logs", logs});
  const std::string address = "127.0.0.1:" + relay.word_after("relay on 127.0.0.1:");
  const std::vector<std::string> bot{
      "bot", "--game", "tally", "--games-dir", TUTTI_TEST_GAMES "/good", "--connect", address};
  const auto with = [](std::vector<std::string> all, const std::vector<std::string>& more) {
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  Process ada(scratch("come-back-ada"),
              with(bot, {"--create", "--players", "2", "--seconds", "8", "--name", "ada"}));
  const std::string room = ada.word_after("room ");
  const std::vector<std::string> bob{"--room", room, "--json", "--name", "bob", "--seed", "2"};
  Process first(scratch("come-back-bob"), with(bot, bob));
  std::this_thread::sleep_for(2500ms);
  first.end(SIGKILL);
  std::this_thread::sleep_for(1500ms);
  Process again(scratch("come-back-bob"), with(bot, bob));
  CHECK(ada.wait() == 0);
  CHECK(again.wait() == 0);
  CAPTURE(ada.output(), again.output());
  CHECK_THAT(again.output(), contains("\"player\": 1"));
  CHECK_THAT(ada.output(), contains(again.word_after("\"digest\": \"").substr(0, 32)));
  // Both went on purpose, so no ticket is left: only the relay's key, and the client's.
  std::set<std::string> kept;
  for (const auto& entry : std::filesystem::directory_iterator(logs + "/state/tutti")) {
    kept.insert(entry.path().filename().string());
  }
  CHECK(kept == std::set<std::string>{"known_relays", "player.key", "player.pub"});
  relay.end(SIGINT);
}

TEST_CASE("a relay that takes up a match again says so in the end") {
  const std::string logs = scratch("taken-up");
  std::filesystem::remove_all(logs);
  ::setenv("XDG_STATE_HOME", (logs + "/state").c_str(), 1);
  const auto relay_at = [&](const std::string& port) {
    return std::vector<std::string>{"relay",  "--listen", "127.0.0.1:" + port,
                                    "--logs", logs,       "--json"};
  };
  const std::string label = "relay on 127.0.0.1:";
  Process first(scratch("taken-up-first"), relay_at("0"));
  const std::string port = first.word_after(label);
  Process bot(scratch("taken-up-bot"),
              {"bot", "--game", "tally", "--games-dir", TUTTI_TEST_GAMES "/good", "--connect",
               "127.0.0.1:" + port, "--create", "--players", "1", "--seconds", "4"});
  bot.word_after("room ");
  std::this_thread::sleep_for(1s);
  first.end(SIGKILL);
  Process second(scratch("taken-up-second"), relay_at(port));
  CHECK(second.word_after(label) == port);
  CHECK(bot.wait() == 0);
  CHECK(second.end(SIGINT) == 0);
  CAPTURE(second.output(), bot.output());
  CHECK_THAT(second.output(), contains("\"matches_taken_up\": 1,") && contains("\"matches\": 1,") &&
                                  contains("\"matches_adopted\": 0,"));
}

TEST_CASE("a bot plays a game that has sample events alone, and the relay names the match's file") {
  const std::string logs = scratch("sampled");
  std::filesystem::remove_all(logs);
  ::setenv("XDG_STATE_HOME", (logs + "/state").c_str(), 1);
  Process relay(scratch("sampled-relay"),
                {"relay", "--listen", "127.0.0.1:0", "--logs", logs + "/", "--json"});
  Process bot(scratch("sampled-bot"),
              {"bot", "--game", "burst", "--games-dir", TUTTI_TEST_GAMES "/faulty", "--connect",
               "127.0.0.1:" + relay.word_after("relay on 127.0.0.1:"), "--create", "--players", "1",
               "--seconds", "3", "--json"});
  CHECK(bot.wait() == 0);
  CAPTURE(bot.output(), relay.output());
  CHECK(std::stoi(bot.word_after("\"events_offered\": ")) > 3);
  CHECK(relay.end(SIGINT) == 0);
  CHECK_THAT(relay.output(), contains(logs + "/20") && !contains("//"));
}

TEST_CASE("the files of the relay and two players become one that shows both", "[long]") {
  const std::string logs = scratch("merge");
  std::filesystem::remove_all(logs);
  ::setenv("XDG_STATE_HOME", (logs + "/state").c_str(), 1);
  Process relay(scratch("merge-relay"), {"relay", "--listen", "127.0.0.1:0", "--logs", logs});
  const std::string address = "127.0.0.1:" + relay.word_after("relay on 127.0.0.1:");
  const auto bot = [&](const std::string& name, std::vector<std::string> words) {
    const std::vector<std::string> all{
        "bot",   "--game", "tally", "--games-dir", TUTTI_TEST_GAMES "/good",  "--connect",
        address, "--name", name,    "--record",    logs + "/" + name + ".own"};
    words.insert(words.begin(), all.begin(), all.end());
    return words;
  };
  Process ada(scratch("merge-ada"), bot("ada", {"--create", "--players", "2", "--seconds", "3"}));
  Process bob(scratch("merge-bob"), bot("bob", {"--room", ada.word_after("room ")}));
  CHECK(ada.wait() == 0);
  CHECK(bob.wait() == 0);
  relay.end(SIGINT);
  std::string match;
  for (const auto& entry : std::filesystem::directory_iterator(logs)) {
    if (entry.path().extension() == ".tutti") match = entry.path().string();
  }
  const std::string all = logs + "/all.tutti";
  const Ran merged = run_tutti("replay merge " + logs + "/ada.own " + match + " " + logs +
                               "/bob.own --out " + all);
  CAPTURE(merged.out, merged.err);
  REQUIRE(merged.status == 0);
  for (const char* player : {"0", "1"})
    CHECK(run_tutti("replay seen " + all + " --as " + player + good_games).status == 0);
  CHECK(run_tutti("replay verify " + all + " --key " + logs + "/relay.pub" + good_games).status ==
        0);
  const Ran alone = run_tutti("replay seen " + match + " --as 0" + good_games);
  CHECK(alone.status == 3);
}
