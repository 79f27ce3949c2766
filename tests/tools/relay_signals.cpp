// What an operator's signals make of a relay: it drains, hands its matches to the next one, ends
// them, or reads its file again.

#include <sys/resource.h>

#include <filesystem>
#include <fstream>

#include "tools/relay_process.hpp"

using namespace tutti::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

std::size_t match_files(const std::string& folder) {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(folder))
    count += entry.path().extension() == ".tutti";
  return count;
}

}  // namespace

TEST_CASE("relay: SIGTERM and another relay upgrade it under a match that is played on") {
  RelayProcess first("upgrade-first", {.more = {"--drain-time", "500ms"}});
  Process ada(scratch("upgrade-ada"),
              bot_at(first.address(), {"--create", "--players", "2", "--seconds", "10"}));
  const std::string room = ada.word_after("room ");
  Process bob(scratch("upgrade-bob"), bot_at(first.address(), {"--room", room, "--json"}));
  REQUIRE(holds_within(10s, [&] { return first.logged("joined") == 2; }));
  std::this_thread::sleep_for(1s);
  CHECK(first.process().end(SIGTERM) == 0);
  CHECK(first.logged("draining") == 1);
  CHECK_THAT(first.log(), contains("matches_left_for_the_next=1"));
  CHECK(match_files(first.logs()) == 0);
  RelayProcess second("upgrade-second", {.logs = first.logs(), .port = first.port()});
  REQUIRE(holds_within(10s, [&] { return second.logged("back") == 2; }));
  CHECK(second.logged("taken_up") == 1);
  CHECK(ada.wait() == 0);
  CHECK(bob.wait() == 0);
  CAPTURE(ada.output(), bob.output());
  CHECK_THAT(ada.output(), contains(bob.word_after("\"digest\": \"").substr(0, 32)));
  REQUIRE(second.logs_within(10s, "file"));
  CHECK(second.process().end(SIGINT) == 0);
  CHECK(match_files(first.logs()) == 1);
}

TEST_CASE("relay: while it drains it opens no room, is not ready, and ends with its last match") {
  RelayProcess relay("drain-relay", {.more = {"--drain-time", "1m"}});
  Process ada(scratch("drain-ada"),
              bot_at(relay.address(), {"--create", "--players", "1", "--seconds", "5"}));
  ada.word_after("room ");
  relay.signal(SIGTERM);
  REQUIRE(relay.logs_within(5s, "draining"));
  CHECK(relay.get("/ready").first == 503);
  CHECK_THAT(relay.get("/ready").second, contains("about to be stopped"));
  CHECK(relay.get("/health").first == 200);
  CHECK(relay.metric("tutti_relay_draining") == 1);
  const Ran late = run_tutti("bot --game tally --games-dir " TUTTI_TEST_GAMES
                             "/good --create --players 1 --connect " +
                             relay.address());
  CHECK(late.status != 0);
  CHECK_THAT(late.err, contains("about to be stopped"));
  CHECK(ada.wait() == 0);
  CHECK(relay.process().wait() == 0);
  CHECK(match_files(relay.logs()) == 1);
  CHECK_THAT(relay.log(), contains("matches_left_for_the_next=0"));
}

TEST_CASE("relay: a second SIGTERM ends it at once, and its match is in the journal") {
  RelayProcess relay("twice-relay", {.more = {"--drain-time", "1h"}});
  Process ada(scratch("twice-ada"),
              bot_at(relay.address(), {"--create", "--players", "1", "--seconds", "60"}));
  ada.word_after("room ");
  relay.signal(SIGTERM);
  REQUIRE(relay.logs_within(5s, "draining"));
  const auto begun = std::chrono::steady_clock::now();
  CHECK(relay.process().end(SIGTERM) == 0);
  CHECK(std::chrono::steady_clock::now() - begun < 3s);
  CHECK(fs::exists(relay.logs() + "/relay-" + relay.port() + ".journal"));
  CHECK_THAT(relay.log(), contains("matches_left_for_the_next=1"));
}

TEST_CASE("relay: SIGHUP reads the file again, and a wrong file changes nothing") {
  const std::string file = scratch("reload.toml");
  const auto write = [&](const std::string& text) { std::ofstream(file) << text; };
  write("rooms-max = 1\n");
  RelayProcess relay("reload-relay", {.more = {"--config", file}});
  Process ada(scratch("reload-ada"),
              bot_at(relay.address(), {"--create", "--players", "1", "--seconds", "20"}));
  ada.word_after("room ");
  const std::string another = "bot --game tally --games-dir " TUTTI_TEST_GAMES
                              "/good --create --players 1 --seconds 1 --connect " +
                              relay.address();
  CHECK_THAT(run_tutti(another).err, contains("as many matches as it can"));
  write("room-max = 2\n");
  relay.signal(SIGHUP);
  REQUIRE(relay.logs_within(5s, "not_reloaded"));
  CHECK_THAT(relay.log(), contains("reload.toml:1: there is no option room-max"));
  CHECK_THAT(run_tutti(another).err, contains("as many matches as it can"));
  write("rooms-max = 2\nlogs = \"/elsewhere\"\nlog-format = \"json\"\n");
  relay.signal(SIGHUP);
  REQUIRE(relay.logs_within(5s, "reloaded"));
  CHECK_THAT(relay.log(), contains("\"changed\":[\"log-format\",\"rooms-max\"]"));
  CHECK(run_tutti(another).status == 0);
  CHECK(relay.process().end(SIGINT) == 0);
}

TEST_CASE("relay: Ctrl-C ends every match, and writes the files") {
  RelayProcess relay("interrupt-relay", {});
  Process ada(scratch("interrupt-ada"), bot_at(relay.address(), {"--create", "--players", "1"}));
  ada.word_after("room ");
  REQUIRE(holds_within(15s, [&] { return relay.metric("tutti_relay_events_total") > 5; }));
  CHECK(relay.process().end(SIGINT) == 0);
  CHECK(ada.wait() == 0);
  CHECK(match_files(relay.logs()) == 1);
  CHECK(relay.logged("ended") == 1);
}

TEST_CASE("relay: one that stood still for seconds goes on, and so do its matches") {
  RelayProcess relay("stopped-relay", {});
  Process ada(scratch("stopped-ada"),
              bot_at(relay.address(), {"--create", "--players", "1", "--seconds", "8"}));
  ada.word_after("room ");
  relay.signal(SIGSTOP);
  std::this_thread::sleep_for(4s);
  CHECK(relay.get("/health").first == 0);
  relay.signal(SIGCONT);
  CHECK(ada.wait() == 0);
  CHECK(relay.get("/health").first == 200);
  CHECK(relay.process().end(SIGINT) == 0);
  CHECK(match_files(relay.logs()) == 1);
}

// UndefinedBehaviorSanitizer, of the build that has AddressSanitizer, asks with a pipe of its own
// whether an object can be read, and takes it for none where it gets no descriptor for that.
#ifndef __SANITIZE_ADDRESS__
TEST_CASE("relay: when descriptors run out, matches go on, and files are written later") {
  RelayProcess relay("few-relay", {});
  Process ada(scratch("few-ada"),
              bot_at(relay.address(), {"--create", "--players", "1", "--seconds", "2"}));
  ada.word_after("room ");
  // It gets none beyond those that it has.
  rlimit before{};
  REQUIRE(::prlimit(relay.process().id(), RLIMIT_NOFILE, nullptr, &before) == 0);
  const rlimit none{.rlim_cur = 3, .rlim_max = before.rlim_max};
  REQUIRE(::prlimit(relay.process().id(), RLIMIT_NOFILE, &none, nullptr) == 0);
  CHECK(ada.wait() == 0);
  REQUIRE(relay.logs_within(10s, "trouble"));
  CHECK_THAT(relay.log(), contains("Too many open files"));
  CHECK(match_files(relay.logs()) == 0);
  REQUIRE(::prlimit(relay.process().id(), RLIMIT_NOFILE, &before, nullptr) == 0);
  CHECK(relay.logs_within(20s, "file"));
  CHECK(relay.process().end(SIGINT) == 0);
  CHECK(match_files(relay.logs()) == 1);
}
#endif
