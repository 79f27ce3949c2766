// A player's process that is killed and started again, as a person would: same relay, same room.

#include <chrono>
#include <filesystem>

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
  // Both went on purpose, so nobody can come back any more.
  CHECK(std::filesystem::is_empty(logs + "/state/tutti"));
  relay.end(SIGINT);
}
