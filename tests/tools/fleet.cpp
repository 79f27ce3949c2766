// A relay that keeps its matches' logs in a fleet too: its machine may be lost, and the fleet may
// be out of reach, and nothing of a match is.

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "support/nats_server.hpp"
#include "tools/relay_process.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/reader.hpp"
#include "tutti/replay/storage.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> in_fleet(const NatsServer& server) {
  return {"--fleet", server.url(), "--fleet-copies", "1"};
}

/// Two bots in one match, which they play for some seconds.
struct Pair {
  Pair(const RelayProcess& relay, const std::string& name, const std::string& seconds)
      : ada(scratch(name + "-ada"),
            bot_at(relay.address(), {"--create", "--players", "2", "--seconds", seconds})),
        room(ada.word_after("room ")),
        bob(scratch(name + "-bob"), bot_at(relay.address(), {"--room", room})) {}
  Process ada;
  std::string room;
  Process bob;
};

/// The only match file in a folder, read.
MatchRecord only_match(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".tutti") files.push_back(entry.path().string());
  }
  REQUIRE(files.size() == 1);
  const Result<Bytes> bytes = posix_storage().read(files[0]);
  REQUIRE(bytes);
  auto match = read_match(*bytes);
  REQUIRE(match);
  CHECK_FALSE(match->damage);
  return std::move(match->record);
}

/// The matches of a fleet as files in a folder of this name; returns the folder.
std::string saved(const NatsServer& server, const std::string& name) {
  const std::string folder = scratch(name + "-saved");
  fs::remove_all(folder);
  const Ran ran = run_tutti("fleet save --fleet " + server.url() + " --to " + folder);
  CAPTURE(ran.out, ran.err);
  REQUIRE(ran.status == 0);
  return folder;
}

/// Whether the relay may open rooms.
bool leased(const RelayProcess& relay) {
  return holds_within(10s,
                      [&] { return relay.metric("tutti_relay_fleet_lease_milliseconds") > 500; });
}

/// What the relay's log has of a match whose file is written by now.
std::string file_of(const RelayProcess& relay) {
  REQUIRE(relay.logs_within(15s, "file"));
  return relay.logs();
}

}  // namespace

TEST_CASE("fleet: a match that is over is in the fleet as in its relay's file") {
  const NatsServer server("over");
  RelayProcess relay("fleet-over", {.more = in_fleet(server)});
  REQUIRE(leased(relay));
  Pair bots(relay, "fleet-over", "1");
  CHECK(bots.ada.wait() == 0);
  CHECK(bots.bob.wait() == 0);
  const MatchRecord file = only_match(file_of(relay));
  REQUIRE(holds_within(5s, [&] { return relay.metric("tutti_relay_fleet_lag_bytes") == 0; }));
  CHECK(relay.metric("tutti_relay_fleet_entries_total") > 0);
  CHECK(relay.metric("tutti_relay_fleet_failing") == 0);
  CHECK(holds_within(5s, [&] { return relay.metric("tutti_relay_fleet_archived_total") == 1; }));
  CHECK(relay.metric("tutti_relay_fleet_archive_waiting") == 0);
  const MatchRecord found = only_match(saved(server, "fleet-over"));
  CHECK(found.room == bots.room);
  CHECK(found.log.horizon() == file.log.horizon());
  CHECK(found.log.head() == file.log.head());
  CHECK(found.end == file.end);
  CHECK(found.client_keys == file.client_keys);
  CHECK(relay.process().end(SIGTERM) == 0);
  CHECK(relay.logged("fleet_behind") == 0);
}

TEST_CASE("fleet: a relay's machine is lost, and its match is saved from the fleet") {
  const NatsServer server("lost");
  RelayProcess relay("fleet-lost", {.more = in_fleet(server)});
  REQUIRE(leased(relay));
  Pair bots(relay, "fleet-lost", "60");
  REQUIRE(holds_within(10s, [&] { return relay.logged("joined") == 2; }));
  const double before = relay.metric("tutti_relay_ticks_total");
  REQUIRE(
      holds_within(10s, [&] { return relay.metric("tutti_relay_ticks_total") > before + 120; }));
  REQUIRE(holds_within(5s, [&] { return relay.metric("tutti_relay_fleet_matches") == 1; }));
  relay.process().end(SIGKILL);
  const std::string journal = relay.logs() + "/relay-" + relay.port() + ".journal";
  const Bytes bytes = *posix_storage().read(journal);
  fs::remove_all(relay.logs());
  const MatchRecord found = only_match(saved(server, "fleet-lost"));
  CHECK(found.end == EndReason::relay_lost);
  // It had all but the last moments, and nothing else than the journal.
  const auto reader = JournalReader::open(bytes);
  REQUIRE(reader);
  const auto match = reader->read(reader->matches().front());
  REQUIRE(match);
  const Tick last = found.log.horizon();
  CHECK(last <= match->record.log.horizon());
  CHECK(last + 30 > match->record.log.horizon());
  CHECK(last > Tick{60});
  CHECK(found.log.head(last) == match->record.log.head(last));
}

TEST_CASE("fleet: while it answers nothing, matches stand still, and go on where they were") {
  const NatsServer server("slow");
  RelayProcess relay("fleet-slow", {.more = in_fleet(server)});
  REQUIRE(leased(relay));
  Pair bots(relay, "fleet-slow", "3");
  REQUIRE(holds_within(10s, [&] { return relay.logged("joined") == 2; }));
  // Given servers that stand still until the relay has no lease any more
  server.stop();
  REQUIRE(
      holds_within(10s, [&] { return relay.metric("tutti_relay_fleet_lease_milliseconds") == 0; }));
  const double before = relay.metric("tutti_relay_ticks_total");
  std::this_thread::sleep_for(600ms);
  CHECK(relay.metric("tutti_relay_ticks_total") == before);
  // When they go on, then so does the match, and its log arrives
  server.go_on();
  CHECK(bots.ada.wait() == 0);
  CHECK(bots.bob.wait() == 0);
  const MatchRecord file = only_match(file_of(relay));
  REQUIRE(holds_within(15s, [&] { return relay.metric("tutti_relay_fleet_lag_bytes") == 0; }));
  const MatchRecord found = only_match(saved(server, "fleet-slow"));
  CHECK(found.log.head() == file.log.head());
  CHECK(found.end == file.end);
  CHECK(relay.metric("tutti_relay_fleet_matches_lost_total") == 0);
}

TEST_CASE("fleet: a relay that is started again goes on with the logs of its matches") {
  const NatsServer server("again");
  RelayProcess first("fleet-again", {.more = in_fleet(server)});
  REQUIRE(leased(first));
  Pair bots(first, "fleet-again", "4");
  REQUIRE(holds_within(10s, [&] { return first.logged("joined") == 2; }));
  REQUIRE(holds_within(5s, [&] { return first.metric("tutti_relay_fleet_matches") == 1; }));
  first.process().end(SIGKILL);
  RelayProcess next("fleet-next",
                    {.logs = first.logs(), .port = first.port(), .more = in_fleet(server)});
  CHECK(bots.ada.wait() == 0);
  CHECK(bots.bob.wait() == 0);
  const MatchRecord file = only_match(file_of(next));
  REQUIRE(holds_within(5s, [&] { return next.metric("tutti_relay_fleet_lag_bytes") == 0; }));
  const MatchRecord found = only_match(saved(server, "fleet-again"));
  CHECK(found.log.head() == file.log.head());
  CHECK(found.end == file.end);
}

TEST_CASE("fleet: three servers are killed in turn, and it loses nothing of a match", "[long]") {
  NatsCluster cluster("three");
  const std::string folder = scratch("fleet-three-saved");
  fs::remove_all(folder);
  const std::string save = "fleet save --fleet " + cluster.url() + " --to " + folder;
  // A cluster takes some seconds to be one.
  REQUIRE(holds_within(30s, [&] {
    return run_tutti(save).err.find("no relay has kept anything") != std::string::npos;
  }));
  RelayProcess relay("fleet-three", {.more = {"--fleet", cluster.url()}});
  Pair bots(relay, "fleet-three", "60");
  REQUIRE(holds_within(10s, [&] { return relay.logged("joined") == 2; }));
  for (auto& server : cluster.servers()) {
    server->kill();
    std::this_thread::sleep_for(8s);
    server->start();
    REQUIRE(holds_within(30s, [&] { return relay.metric("tutti_relay_fleet_lag_bytes") < 2000; }));
    std::this_thread::sleep_for(5s);
  }
  CHECK(bots.ada.wait() == 0);
  CHECK(bots.bob.wait() == 0);
  const MatchRecord file = only_match(file_of(relay));
  REQUIRE(holds_within(30s, [&] { return relay.metric("tutti_relay_fleet_lag_bytes") == 0; }));
  CHECK(relay.metric("tutti_relay_fleet_entries_repeated_total") > 0);
  CHECK(relay.metric("tutti_relay_fleet_matches_lost_total") == 0);
  CHECK(relay.metric("tutti_relay_fleet_matches_fenced_total") == 0);
  REQUIRE(run_tutti(save).status == 0);
  const MatchRecord found = only_match(folder);
  CHECK(found.log.head() == file.log.head());
  CHECK(found.end == file.end);
}

TEST_CASE("fleet: its relays are listed with what they do, and who is gone is not") {
  const NatsServer server("listed");
  RelayProcess first("fleet-first", {.more = in_fleet(server)});
  RelayProcess second("fleet-second", {.more = in_fleet(server)});
  RelayProcess third("fleet-third", {.more = in_fleet(server)});
  const auto listed = [&] {
    const Ran ran = run_tutti("fleet status --json --fleet " + server.url());
    return ran.status == 0 ? nlohmann::json::parse(ran.out)["relays"] : nlohmann::json();
  };
  REQUIRE(holds_within(5s, [&] { return listed().size() == 3; }));
  Pair bots(second, "fleet-listed", "60");
  const auto row_of = [&](const RelayProcess& relay) {
    for (const nlohmann::json& row : listed()) {
      if (row["listen"] == relay.address()) return row;
    }
    return nlohmann::json();
  };
  REQUIRE(holds_within(5s, [&] { return row_of(second).value("connections", 0) == 2; }));
  CHECK(row_of(second)["matches"] == 1);
  CHECK(row_of(second)["state"] == "serves");
  CHECK(row_of(second)["address"] == second.address());
  CHECK(row_of(second)["lease_ms"] > 0);
  CHECK(row_of(first)["rooms"] == 0);
  const Ran table = run_tutti("fleet status --fleet " + server.url());
  CHECK(table.status == 0);
  CHECK_THAT(table.out, contains("relays 3"));
  CHECK_THAT(table.out, contains(first.address()));
  // One that is ended leaves; one that is killed falls silent.
  CHECK(first.process().end(SIGTERM) == 0);
  CHECK(listed().size() == 2);
  third.process().end(SIGKILL);
  CHECK(holds_within(10s, [&] { return listed().size() == 1; }));
  CHECK(row_of(second)["matches"] == 1);
}

TEST_CASE("fleet: what is wrong is said before anything is served") {
  const std::string logs = scratch("fleet-wrong-logs");
  const auto why_not = [&](const std::string& options, int status) {
    fs::remove_all(logs);
    const Ran ran = run_tutti("relay --listen 127.0.0.1:0 --logs " + logs + " " + options);
    CHECK(ran.status == status);
    CHECK(ran.out.empty());
    if (status == 3) CHECK(std::count(ran.err.begin(), ran.err.end(), '\n') == 1);
    CHECK_FALSE(fs::exists(logs));
    return ran.err;
  };
  for (const char* text : {"10.0.0.1", "nats://", "nats://a,,b", "http://a"})
    CHECK_THAT(why_not(std::string("--fleet ") + text, 2), contains("named by its NATS servers"));
  CHECK_THAT(why_not("--fleet nats://127.0.0.1:1", 3), contains("no NATS server answers at"));
  const NatsServer server("wrong");
  CHECK_THAT(why_not("--fleet " + server.url(), 3), contains("cannot keep 3 copies"));
  CHECK(run_tutti("fleet save --fleet " + server.url() + " --to " + logs).status == 3);
  CHECK_THAT(why_not("--fleet-copies 6", 2), contains("1 to 5"));
  const std::string one = "--fleet-copies 1 --fleet " + server.url();
  CHECK_THAT(why_not(one + " --shards 2", 2), contains("start one for each core"));
  for (const char* text : {"relay.example.org:4747", "0.0.0.0", "[::]:4747"})
    CHECK_THAT(why_not(one + " --fleet-address " + text, 3), contains("numeric address"));
  const Ran ran = run_tutti("relay --listen [::]:0 --logs " + logs + " " + one);
  CHECK(ran.status == 3);
  CHECK_THAT(ran.err, contains("say where they reach it, by --fleet-address"));
}
