// What an operator sees of a running relay: its log, its metrics, its health and its status; and
// what nobody sees in them.

#include <cctype>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tools/relay_process.hpp"
#include "tutti/net/messages.hpp"
#include "tutti/net/sealed_link.hpp"

using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

/// The lines of a log in JSON.
std::vector<nlohmann::json> lines_of_json(const std::string& log) {
  std::vector<nlohmann::json> all;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    all.push_back(nlohmann::json::parse(line, nullptr, false));
    CAPTURE(line);
    REQUIRE(all.back().is_object());
  }
  return all;
}

/// Two bots play one match to its end; gives the room's code.
std::string play_a_match(const RelayProcess& relay, const std::string& name) {
  Process ada(scratch(name + "-ada"),
              bot_at(relay.address(),
                     {"--create", "--players", "2", "--seconds", "2", "--name", "zerlina"}));
  const std::string room = ada.word_after("room ");
  Process bob(scratch(name + "-bob"),
              bot_at(relay.address(), {"--room", room, "--name", "masetto"}));
  CHECK(ada.wait() == 0);
  CHECK(bob.wait() == 0);
  return room;
}

}  // namespace

TEST_CASE("relay: a folder with its most matches opens no room, until an archive has a copy") {
  const std::string archive = scratch("full-archive-" + std::to_string(::getpid()));
  std::filesystem::remove_all(archive);
  std::filesystem::create_directories(archive);
  std::string match;
  {
    RelayProcess relay("full-relay", {.more = {"--match-bytes-max", "1", "--archive", archive}});
    CHECK(relay.get("/ready").first == 200);
    play_a_match(relay, "full");
    REQUIRE(relay.logs_within(10s, "file"));
    REQUIRE(holds_within(10s, [&] { return relay.get("/ready").first == 503; }));
    CHECK_THAT(relay.get("/ready").second, contains("keeps as many matches as it may: 1 files"));
    CHECK(relay.metric("tutti_relay_folder_full") == 1);
    Process late(scratch("full-late"), bot_at(relay.address(), {"--create", "--players", "1"}));
    CHECK(late.wait() != 0);
    for (const auto& entry : std::filesystem::directory_iterator(relay.logs())) {
      if (entry.path().extension() == ".tutti") match = entry.path();
    }
    REQUIRE(!match.empty());
    std::filesystem::copy(match, archive);
  }
  RelayProcess next("full-next", {.logs = std::filesystem::path(match).parent_path(),
                                  .more = {"--match-bytes-max", "1", "--archive", archive}});
  CHECK(next.get("/ready").first == 200);
  CHECK(next.metric("tutti_relay_files_deleted_total") == 1);
  CHECK_FALSE(std::filesystem::exists(match));
  std::filesystem::remove_all(archive);
}

TEST_CASE("relay: it is not ready while it has all the rooms or connections that it may") {
  struct Limit {
    std::string option, most, sentence;
  };
  const Limit limit = GENERATE(Limit{"--rooms-max", "1", "hosts as many matches as it can"},
                               Limit{"--peers-max", "1", "no room for more players"});
  CAPTURE(limit.option);
  RelayProcess relay("ready-relay", {.more = {limit.option, limit.most}});
  CHECK(relay.get("/ready") == std::pair(200, std::string("ok\n")));
  CHECK(relay.metric("tutti_relay_not_ready") == 0);
  Process ada(scratch("ready-ada"), bot_at(relay.address(), {"--create", "--players", "1"}));
  ada.word_after("room ");
  const auto [status, body] = relay.get("/ready");
  CHECK(status == 503);
  CHECK_THAT(body, contains(limit.sentence));
  CHECK(relay.get("/health").first == 200);
  CHECK(relay.metric("tutti_relay_not_ready") == 1);
  CHECK_THAT(run_tutti("relay status --at 127.0.0.1:" + relay.status_port()).out,
             contains("! no newcomers: the relay ") && contains(limit.sentence));
  // The match is over, its room goes, and the next may come.
  CHECK(ada.end(SIGINT) == 0);
  CHECK(holds_within(15s, [&] { return relay.get("/ready").first == 200; }));
}

TEST_CASE("relay: the log tells a match from opening to file, and names no player and no code") {
  RelayProcess relay("log-relay", {.more = {"--log-format", "json"}});
  const std::string room = play_a_match(relay, "log");
  Process lost(scratch("log-lost"), bot_at(relay.address(), {"--room", "NRMPH"}));
  CHECK(lost.wait() != 0);
  REQUIRE(relay.logs_within(10s, "file"));
  const Ran tag = run_tutti("relay tag " + room + " --logs " + relay.logs());
  REQUIRE(tag.status == 0);
  const std::string tagged = tag.out.substr(0, 8);
  std::string typed = room;
  for (char& c : typed)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  CHECK(run_tutti("relay tag " + typed + " --logs " + relay.logs()).out == tag.out);
  CHECK(run_tutti("relay tag K7Q2 --logs " + relay.logs()).status == 2);
  std::map<std::string, std::size_t> counts;
  for (const nlohmann::json& line : lines_of_json(relay.log())) {
    const std::string event = line.at("event");
    ++counts[event];
    CHECK(line.at("time").get<std::string>().size() == 24);
    CHECK(line.at("level") == "info");
    if (line.contains("room")) CHECK(line.at("room") == tagged);
    if (event == "opened") CHECK(line.at("rules").get<std::string>().starts_with("tally@"));
    if (event == "refused") CHECK(line.at("reason") == "unknown room");
    if (event == "left") CHECK(line.at("reason") == "quit");
    if (event == "ended") CHECK(line.at("ticks") > 60);
    if (event == "file") CHECK(line.at("match").get<std::string>().ends_with("Z-tally"));
  }
  CHECK(counts["started"] == 1);
  CHECK(counts["opened"] == 1);
  CHECK(counts["joined"] == 2);
  CHECK(counts["refused"] == 1);
  CHECK(counts["ended"] == 1);
  CHECK(counts["file"] == 1);
  std::string key;
  std::ifstream(relay.logs() + "/relay.key") >> key;
  REQUIRE(key.size() == 64);
  for (const std::string& secret :
       {room, std::string("zerlina"), std::string("masetto"), key, std::string("NRMPH")}) {
    CAPTURE(secret);
    CHECK(relay.log().find(secret) == std::string::npos);
    CHECK(relay.get("/status").second.find(secret) == std::string::npos);
    CHECK(relay.get("/metrics").second.find(secret) == std::string::npos);
  }
  CHECK(relay.process().end(SIGINT) == 0);
  CHECK(relay.logged("stopped") == 1);
}

TEST_CASE("relay: metrics count what happened, by the names that Prometheus wants") {
  RelayProcess relay("metrics-relay", {});
  CHECK(relay.metric("tutti_relay_matches_total") == 0);
  play_a_match(relay, "metrics");
  REQUIRE(relay.logs_within(10s, "file"));
  CHECK(relay.metric("tutti_relay_matches_total") == 1);
  CHECK(relay.metric("tutti_relay_files_written_total") == 1);
  CHECK(relay.metric("tutti_relay_events_total") > 10);
  CHECK(relay.metric("tutti_relay_sent_bytes_total") > 1000);
  CHECK(relay.metric("tutti_relay_journal_failing") == 0);
  CHECK(relay.metric("tutti_relay_pass_seconds_count") > 100);
  CHECK(relay.metric("process_open_fds") < 40);
  CHECK(relay.metric("process_resident_memory_bytes") > 1e6);
  CHECK(relay.metric("process_cpu_seconds_total") > 0);
  const std::string text = relay.get("/metrics").second;
  std::istringstream lines(text);
  std::string type, name;
  std::size_t samples = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# HELP ")) {
      name = line.substr(7, line.find(' ', 7) - 7);
      CHECK(line.size() > 8 + name.size());
      continue;
    }
    if (line.starts_with("# TYPE ")) {
      type = line.substr(line.rfind(' ') + 1);
      CHECK((type == "counter") == name.ends_with("_total"));
      continue;
    }
    CAPTURE(line);
    CHECK(line.starts_with(name));
    CHECK((name.starts_with("tutti_relay_") || name.starts_with("process_")));
    ++samples;
  }
  CHECK(samples > 35);
}

TEST_CASE("relay: a status says what goes on, for people and for scripts") {
  RelayProcess relay("status-relay", {});
  const std::string at = " --at 127.0.0.1:" + relay.status_port();
  CHECK_THAT(run_tutti("relay status" + at).out, contains("no room is open"));
  Process ada(scratch("status-ada"), bot_at(relay.address(), {"--create", "--players", "2"}));
  const std::string room = ada.word_after("room ");
  const std::string tag =
      run_tutti("relay tag " + room + " --logs " + relay.logs()).out.substr(0, 8);
  const Ran people = run_tutti("relay status" + at);
  CHECK(people.status == 0);
  CHECK_THAT(people.out, contains(" serves at " + relay.address()) && contains("rooms 1 ") &&
                             contains(tag + "  tally@1") && contains("1/2 ") && contains("plays"));
  CHECK(people.out.find(room) == std::string::npos);
  const nlohmann::json status = nlohmann::json::parse(run_tutti("relay status --json" + at).out);
  CHECK(status.at("state") == "serves");
  CHECK(status.at("numbers").at("rooms") == 1);
  CHECK(status.at("rooms").at(0).at("room") == tag);
  CHECK(status.at("rooms").at(0).at("players") == 1);
  CHECK(run_tutti("relay status --watch" + at).status == 2);  // no terminal
  relay.process().end(SIGINT);
  const Ran nobody = run_tutti("relay status" + at);
  CHECK(nobody.status == 3);
  CHECK_THAT(nobody.err, contains("no relay answers at 127.0.0.1:"));
}

TEST_CASE("relay: health and readiness are answers with a code, and can be switched off") {
  RelayProcess relay("health-relay", {});
  CHECK(relay.get("/health") == std::pair(200, std::string("ok\n")));
  CHECK(relay.get("/ready").first == 200);
  CHECK(relay.get("/").first == 404);
  CHECK(relay.get("/metrics/../../etc/passwd").first == 404);
  RelayProcess closed("health-closed", {.more = {"--status", "off"}});
  CHECK(closed.logs_within(5s, "status=off"));
}

TEST_CASE("relay: refusals by the hundred are counted, and a few of them logged") {
  RelayProcess relay(
      "flood-relay",
      {.more = {"--hellos-per-household", "0", "--hellos-per-neighbourhood", "0",
                "--wrong-codes-per-household", "0", "--wrong-codes-per-neighbourhood", "0"}});
  const auto link = tutti::SealedLink::open_client();
  REQUIRE(link);
  const auto address = tutti::Address::parse(relay.address());
  const auto peer = (*link)->connect(*address);
  REQUIRE(peer);
  bool is_connected = false;
  std::size_t refused = 0;
  REQUIRE(holds_within(20s, [&] {
    (*link)->service(std::chrono::steady_clock::now());
    while (const auto arrival = (*link)->receive()) {
      is_connected = is_connected || arrival->kind == tutti::Arrival::Kind::connected;
      refused += arrival->kind == tutti::Arrival::Kind::control;
    }
    if (is_connected && refused < 300) {
      for (int i = 0; i < 20; ++i) {
        const tutti::Hello hello{.room = "NRMPH", .rules = "tally@1"};
        (*link)->send_control(*peer, encode(tutti::ControlMessage(hello)));
      }
    }
    return refused >= 300;
  }));
  REQUIRE(relay.logs_within(5s, "left_out"));
  const double counted = relay.metric("tutti_relay_hellos_refused_total");
  CHECK(counted >= 300);
  CHECK(static_cast<double>(relay.logged("refused")) < counted / 2);
  CHECK(relay.logged("refused") >= 20);
}

TEST_CASE("relay: a log that nobody reads stops no match") {
  // Its standard error is a pipe that is full.
  std::array<int, 2> pipe{};
  REQUIRE(::pipe2(pipe.data(), O_NONBLOCK) == 0);
  while (::write(pipe[1], "x", 1) == 1) {
  }
  ::fcntl(pipe[1], F_SETFL, 0);
  const std::string logs = scratch("stuck-logs");
  std::filesystem::remove_all(logs);
  const std::string shell = "exec \"$0\" \"$@\" 2>&" + std::to_string(pipe[1]);
  Process relay(scratch("stuck-relay"), {"relay", "--listen", "127.0.0.1:0", "--logs", logs},
                {"sh", "-c", shell});
  const std::string address = "127.0.0.1:" + relay.word_after("relay on 127.0.0.1:");
  Process ada(scratch("stuck-ada"),
              bot_at(address, {"--create", "--players", "1", "--seconds", "2"}));
  CHECK(ada.wait() == 0);
  CHECK(holds_within(10s, [&] {
    for (const auto& entry : std::filesystem::directory_iterator(logs))
      if (entry.path().extension() == ".tutti") return true;
    return false;
  }));
  const auto begun = std::chrono::steady_clock::now();
  CHECK(relay.end(SIGINT) == 0);
  CHECK(std::chrono::steady_clock::now() - begun < 20s);
  ::close(pipe[0]);
  ::close(pipe[1]);
}

TEST_CASE("relay: a file that cannot be written is told without the code in its name") {
  // A folder whose path is so long that a match file's name has no room in it, for root too.
  const std::string base = scratch("tight");
  std::filesystem::remove_all(base);
  std::filesystem::path folder = base;
  constexpr std::size_t path_most = 4095, left = 36;
  while (folder.native().size() < path_most - left) {
    const std::size_t missing = path_most - left - folder.native().size() - 1;
    folder /= std::string(std::min<std::size_t>(missing > 200 ? 100 : missing, 200), 'x');
  }
  RelayProcess relay("tight-relay", {.logs = folder.string(), .more = {"--json"}});
  const std::string room = play_a_match(relay, "tight");
  REQUIRE(relay.logs_within(10s, "trouble"));
  CHECK(relay.metric("tutti_relay_matches_only_in_journal") == 1);
  CHECK(relay.process().end(SIGINT) == 3);
  CHECK_THAT(relay.log(), contains("Z-tally-...") && contains("only in the journal"));
  CHECK(relay.log().find(room) == std::string::npos);
  CHECK_THAT(relay.process().output(), contains("\"matches_only_in_journal\": 1"));
  std::filesystem::remove_all(base);
}
