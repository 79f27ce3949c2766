// The programs among the examples, run as a user runs them: processes, pipes and real sockets.

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <string>

#include "engine/sockets.hpp"
#include "support/catch.hpp"

using namespace tutti::test;

namespace {

/// An example that runs. Its files go into a folder of its own.
class Program {
 public:
  Program(const Folder& folder, const std::string& arguments, const std::string& before = "") {
    const std::string line = before + "XDG_DATA_HOME=" + folder.path() +
                             " XDG_STATE_HOME=" + folder.path() +
                             " timeout 20 " TUTTI_EXAMPLES "/" + arguments + " 2>&1";
    pipe_ = ::popen(line.c_str(), "r");
    REQUIRE(pipe_ != nullptr);
  }
  ~Program() {
    if (pipe_ != nullptr) ::pclose(pipe_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  std::string line() {
    std::array<char, 512> text{};
    return std::fgets(text.data(), static_cast<int>(text.size()), pipe_) == nullptr ? ""
                                                                                    : text.data();
  }
  /// All that it says from now on; it has come to its end then.
  std::string rest() {
    std::string all;
    for (std::string next = line(); !next.empty(); next = line())
      all += next;
    const int status = ::pclose(std::exchange(pipe_, nullptr));
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return all;
  }
  int status() const { return status_; }

 private:
  std::FILE* pipe_ = nullptr;
  int status_ = -1;
};

/// The lines of a player who thinks before each.
std::string types(const std::string& lines) {
  return "(sleep 0.7; for line in " + lines + "; do echo $line; sleep 0.15; done; sleep 1) | ";
}

}  // namespace

TEST_CASE("a game plays over the connections that it has anyway") {
  const Folder folder;
  Program program(folder, "own_transport");
  const std::string first = program.line();
  CHECK_THAT(first, contains("90 ticks, at "));
  CHECK(program.line().substr(0, first.find(',', 10)) == first.substr(0, first.find(',', 10)));
  CHECK(program.rest().empty());
  CHECK(program.status() == 0);
}

TEST_CASE("a server steps the relay inside it, and knows the score of its players") {
  const Folder folder;
  Program server(folder, "relay_inside 0 1");
  const std::string port = server.line();
  REQUIRE(port.substr(0, 5) == "port ");
  const std::string relay = "127.0.0.1:" + port.substr(5, port.find(',') - 5);
  // A bot shoots once in some 35 ticks, by dice that nobody chose: in 450 ticks both surely do.
  Program ada(folder, "arena " + relay + " KAZ22 Ada 450");
  Program ben(folder, "arena " + relay + " KAZ22 Ben 450");
  const std::string told = ada.rest();
  CHECK(ada.status() == 0);
  CHECK_THAT(told, contains("player 0  shots ") && contains("player 1  shots "));
  // The read models of both are of one log.
  const std::string other = ben.rest();
  CHECK(other.substr(other.find("  shots")) == told.substr(told.find("  shots")));
  CHECK_THAT(server.rest(), contains("KAZ22 after 450 ticks: "));
  CHECK(server.status() == 0);
  CHECK(folder.path().size() > 1);
}

TEST_CASE("two people at terminals play in turns and talk") {
  const Relay relay;
  const std::string room = "chat_and_turns " + relay.address() + " KAZ22 ";
  Program ada(relay.folder, room + "Ada", types("hello 3 3 3 3 3 3 3 3 3"));
  Program ben(relay.folder, room + "Ben", types("3 3 3 3 3 3 3 3 3 3"));
  const std::string shown = ada.rest();
  CHECK_THAT(shown, contains("Ada: hello") && contains(" takes 3, ") && contains(" wins"));
  CHECK(ben.rest() == shown);
  CHECK(ada.status() == 0);
  CHECK(ben.status() == 0);
}
