// A player's process that is killed and started again, as a person would: same relay, same room.

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>
#include <vector>

#include "tools/program.hpp"

using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

/// `tutti <arguments>` in the background, its output in a file.
class Process {
 public:
  Process(const std::string& output, std::vector<std::string> arguments) : output_(output) {
    std::filesystem::remove(output);  // what an earlier run said is not what this one says
    arguments.insert(arguments.begin(), TUTTI_PROGRAM);
    std::vector<char*> words;
    for (std::string& argument : arguments)
      words.push_back(argument.data());
    words.push_back(nullptr);
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ > 0) return;
    const int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(file, STDOUT_FILENO);
    ::execv(words[0], words.data());
    ::_exit(127);
  }
  ~Process() { end(SIGKILL); }

  void end(int signal) {
    if (pid_ <= 0) return;
    ::kill(pid_, signal);
    wait();
  }
  int wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  /// The word after `label` once it has been printed.
  std::string word_after(const std::string& label) const {
    for (int tries = 0; tries < 500; ++tries, std::this_thread::sleep_for(10ms)) {
      const std::string text = output();
      const std::size_t at = text.find(label);
      if (at == std::string::npos || text.find('\n', at) == std::string::npos) continue;
      const std::size_t begin = at + label.size();
      return text.substr(begin, text.find_first_of(",\n", begin) - begin);
    }
    FAIL("nothing says " << label);
    return {};
  }
  std::string output() const {
    std::ostringstream text;
    text << std::ifstream(output_).rdbuf();
    return text.str();
  }

 private:
  std::string output_;
  pid_t pid_ = 0;
};

}  // namespace

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
