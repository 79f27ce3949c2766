// tutti token, and a relay that asks for tokens.

#include <csignal>
#include <filesystem>

#include "tools/process.hpp"
#include "tools/program.hpp"

using namespace tutti::test;

namespace {

// The first line of what a command printed.
std::string line_of(const Ran& ran) { return ran.out.substr(0, ran.out.find('\n')); }

struct Desk {
  explicit Desk(const std::string& name) : folder(scratch(name)) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    const Ran made = run_tutti("token operator " + folder + "/operator.key");
    REQUIRE(made.status == 0);
    operator_key = line_of(made);
    client = line_of(run_tutti("token client --state " + folder + "/ada"));
    REQUIRE(operator_key.size() == 64);
    REQUIRE(client.size() == 64);
  }
  Ran make(const std::string& words) const {
    return run_tutti("token make --operator " + folder + "/operator.key " + words);
  }

  std::string folder, operator_key, client;
};

}  // namespace

TEST_CASE("token: an operator makes one for a player's key, and it says for whom it is") {
  const Desk desk("token-desk");
  CHECK(line_of(run_tutti("token client --state " + desk.folder + "/ada")) == desk.client);
  CHECK(line_of(run_tutti("token client --state " + desk.folder + "/bob")) != desk.client);
  const Ran made = desk.make("--client " + desk.client + " --room K7Q2M --name Ada --hours 2");
  CAPTURE(made.err);
  REQUIRE(made.status == 0);
  const std::string token = line_of(made);
  const Ran shown =
      run_tutti("token show --json " + token + " --operator " + desk.folder + "/operator.pub");
  CHECK(shown.status == 0);
  CHECK_THAT(shown.out, contains("K7Q2M") && contains("Ada") && contains(desk.client) &&
                            contains("\"signed_by_operator\": true") &&
                            contains("\"has_expired\": false"));
  CHECK(run_tutti("token show " + token + " --operator " + desk.client).status == 1);
}

TEST_CASE("token: what makes no sense is one sentence") {
  const Desk desk("token-nonsense");
  const auto says = [](const Ran& ran, const std::string& words) {
    CAPTURE(ran.err, ran.status);
    CHECK(ran.status != 0);
    CHECK(std::count(ran.err.begin(), ran.err.end(), '\n') == 1);
    CHECK_THAT(ran.err, contains(words));
  };
  says(run_tutti("token operator " + desk.folder + "/operator.key"), "never replaced");
  says(run_tutti("token operator " + desk.folder + "/operator2.pub"), "name of a public key");
  says(desk.make("--client 12"), "12");
  says(desk.make("--client " + desk.client + " --room X"), "no room code");
  says(desk.make("--client " + desk.client + " --role referee"), "give player or spectator");
  says(desk.make("--client " + desk.client + " --name " + std::string(33, 'a')), "32 bytes");
  says(run_tutti("token make --operator nowhere.key --client " + desk.client), "is not there");
  says(run_tutti("token show AAAA"), "this is no token");
  says(run_tutti("relay --listen 127.0.0.1:0 --admission-key 12"), "12");
  says(run_tutti("bot --game tally --room K7Q2M --token AAAA" + good_games), "this is no token");
}

TEST_CASE("token: a relay that asks for tokens lets their holders in, each once", "[long]") {
  const Desk desk("token-relay");
  Process relay(scratch("token-relay-log"),
                {"relay", "--listen", "127.0.0.1:0", "--logs", desk.folder + "/matches",
                 "--admission-key", desk.folder + "/operator.pub"});
  const std::string address = "127.0.0.1:" + relay.word_after("relay on 127.0.0.1:");
  ::setenv("XDG_STATE_HOME", (desk.folder + "/state").c_str(), 1);
  const std::string bot = "bot --game tally" + good_games + " --connect " + address;
  const std::string create = " --create --players 1 --seconds 1";
  const Ran none = run_tutti(bot + create);
  CHECK(none.status == 3);
  CHECK_THAT(none.err, contains("ask its operator for one"));
  const std::string client = line_of(run_tutti("token client"));
  const std::string token = line_of(desk.make("--client " + client));
  const Ran in = run_tutti(bot + create + " --token " + token);
  CAPTURE(in.out, in.err);
  CHECK(in.status == 0);
  const Ran again = run_tutti(bot + create + " --token " + token);
  CHECK(again.status == 3);
  CHECK_THAT(again.err, contains("used already"));
  CHECK(relay.end(SIGINT) == 0);
}
