// A relay of several processes: they are one to players, and each looks after itself.

#include <filesystem>
#include <fstream>

#include "tools/relay_process.hpp"

using namespace tutti::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

/// The processes that one has started.
std::vector<::pid_t> children_of(::pid_t parent) {
  const std::string id = std::to_string(parent);
  std::ifstream list("/proc/" + id + "/task/" + id + "/children");
  std::vector<::pid_t> children;
  for (::pid_t child = 0; list >> child;)
    children.push_back(child);
  return children;
}

/// Whether nobody has the port, for UDP or TCP.
bool is_free(int port) {
  bool is_bound = true;
  for (const int kind : {SOCK_DGRAM, SOCK_STREAM}) {
    const int socket = ::socket(AF_INET, kind | SOCK_CLOEXEC, 0);
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_port = htons(static_cast<std::uint16_t>(port));
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    is_bound = ::bind(socket, reinterpret_cast<sockaddr*>(&place), sizeof(place)) == 0 && is_bound;
    ::close(socket);
  }
  return is_bound;
}

/// The first of two ports one after the other that are free.
std::string free_ports() {
  int port = 21'000 + static_cast<int>(::getpid() % 1000) * 2;
  while (!is_free(port) || !is_free(port + 1))
    port += 2;
  return std::to_string(port);
}

}  // namespace

TEST_CASE("relay: shards are one relay to players, and one that dies goes on with its matches") {
  RelayProcess relay("shards", {.port = free_ports(), .more = {"--shards", "2"}});
  REQUIRE(relay.process().word_after("its key is ").size() == 64);
  REQUIRE(holds_within(10s, [&] { return relay.logged("started") == 2; }));
  // Given matches that were opened and joined at the first port
  std::vector<std::unique_ptr<Process>> bots;
  std::vector<std::string> names;
  for (int i = 0; i < 6; ++i) {
    const std::string name = "shards-bot-" + std::to_string(i);
    bots.push_back(std::make_unique<Process>(
        scratch(name), bot_at(relay.address(), {"--create", "--players", "2", "--seconds", "8"})));
    const std::string room = bots.back()->word_after("room ");
    bots.push_back(std::make_unique<Process>(scratch(name + "-guest"),
                                             bot_at(relay.address(), {"--room", room, "--json"})));
  }
  REQUIRE(holds_within(10s, [&] { return relay.logged("joined") == 12; }));
  // When one of the processes is killed
  const auto before = children_of(relay.process().id());
  REQUIRE(before.size() == 2);
  ::kill(before[1], SIGKILL);
  // Then another one takes its place and its matches, and everybody plays to the end
  REQUIRE(holds_within(10s, [&] { return relay.logged("started") == 3; }));
  CHECK(relay.logs_within(5s, "taken_up"));
  CHECK_THAT(relay.log(), contains("shard 1 died of signal 9 and is started again"));
  for (std::size_t i = 0; i < bots.size(); i += 2) {
    CAPTURE(bots[i]->output(), bots[i + 1]->output());
    CHECK(bots[i]->wait() == 0);
    CHECK(bots[i + 1]->wait() == 0);
    const std::string digest = bots[i + 1]->word_after("\"digest\": \"").substr(0, 32);
    CHECK_THAT(bots[i]->output(), contains(digest));
  }
  REQUIRE(holds_within(10s, [&] { return relay.logged("file") == 6; }));
  CHECK(relay.process().end(SIGTERM) == 0);
  CHECK(relay.logged("stopped") == 2);
  CHECK(children_of(relay.process().id()).empty());
}

TEST_CASE("relay: SIGHUP reads the file again for all shards, and for one that starts later") {
  const std::string file = scratch("shards-reload.toml");
  const auto write = [&](const std::string& text) { std::ofstream(file) << text; };
  const std::string port = free_ports();
  write("shards = 2\ncode-characters = 5\n");
  RelayProcess relay("shards-reload", {.port = port, .more = {"--config", file}});
  REQUIRE(holds_within(10s, [&] { return relay.logged("started") == 2; }));
  const auto count = [&](const std::string& part) {
    const std::string log = relay.log();
    std::size_t found = 0;
    for (std::size_t at = log.find(part); at != log.npos; at = log.find(part, at + 1))
      ++found;
    return found;
  };
  // Rooms are opened by either shard, as it happens.
  const auto are_codes_long = [&](std::size_t characters) {
    bool are_all = true;
    for (int i = 0; i < 6; ++i) {
      Process bot(scratch("shards-reload-bot"),
                  bot_at(relay.address(), {"--create", "--players", "1", "--seconds", "1"}));
      are_all = bot.word_after("room ").size() == characters && are_all;
      bot.wait();
    }
    return are_all;
  };
  // Given a file that changes what may change at any time, and what only a start can change
  write("shards = 3\ncode-characters = 10\n");
  relay.signal(SIGHUP);
  REQUIRE(holds_within(5s, [&] { return relay.logged("reloaded") == 2; }));
  CAPTURE(relay.log());
  CHECK(count("\"code-characters\"") == 2);
  CHECK(count("\"shards\"") == 2);
  CHECK(count("\"listen\"") == 0);  // each has its own port, as before
  CHECK(are_codes_long(10));
  // When one dies, then the one in its place reads the file too
  const auto shards = children_of(relay.process().id());
  REQUIRE(shards.size() == 2);
  ::kill(shards[1], SIGKILL);
  REQUIRE(holds_within(10s, [&] { return relay.logged("reloaded") == 3; }));
  CHECK(count("info started") == 3);
  CHECK(are_codes_long(10));
  // And a file that makes no sense changes nothing in either
  write("code-character = 5\n");
  relay.signal(SIGHUP);
  REQUIRE(holds_within(5s, [&] { return relay.logged("not_reloaded") == 2; }));
  CHECK(are_codes_long(10));
  // The status of each says which of them it is of
  for (const int shard : {0, 1}) {
    const Ran status =
        run_tutti("relay status --at 127.0.0.1:" + std::to_string(std::stoi(port) + shard));
    CHECK_THAT(status.out, contains("shard " + std::to_string(shard) + " of 0 to 1"));
  }
  CHECK(relay.process().end(SIGTERM) == 0);
}

TEST_CASE("relay: shards that cannot all listen serve nobody, and one sentence says why") {
  RelayProcess other("shards-other", {});
  const std::string before = std::to_string(std::stoi(other.port()) - 1);
  const Ran taken = run_tutti("relay --shards 2 --listen 127.0.0.1:" + before + " --logs " +
                              scratch("shards-taken"));
  CHECK(taken.status == 3);
  CHECK_THAT(taken.err, contains(other.port()));
  CHECK_THAT(taken.out, !contains("relay on"));
  const Ran chosen = run_tutti("relay --shards 2 --listen 127.0.0.1:0");
  CHECK(chosen.status == 2);
  CHECK_THAT(chosen.err, contains("--shards 2 takes 2 ports"));
  const Ran beyond = run_tutti("relay --shards 2 --listen 127.0.0.1:65535");
  CHECK(beyond.status == 2);
  const Ran json = run_tutti("relay --shards 2 --json --listen 127.0.0.1:" + before);
  CHECK(json.status == 2);
  const Ran many = run_tutti("relay --shards 65");
  CHECK(many.status == 2);
}
