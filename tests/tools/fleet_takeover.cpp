// Relays of a fleet as processes: rooms are found by asking any of them, and matches outlive the
// relay that had them.

#include <nlohmann/json.hpp>

#include "tools/fleet_relays.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr const char* taken_over = "tutti_relay_fleet_matches_taken_over_total";

/// It was played to its end, and the players agreed on their states after this tick.
void check_played_on(const MatchRecord& match, Tick after) {
  CHECK(match.end == EndReason::time_over);
  CHECK(match.desyncs.empty());
  REQUIRE_FALSE(match.digests.empty());
  CHECK(match.digests.back().tick > after);
}

}  // namespace

TEST_CASE("fleet: a relay whose certificate is worth nothing does not start, and says why") {
  const std::string logs = scratch("fleet-certificates");
  fs::remove_all(logs);
  fs::create_directories(logs);
  const auto key = load_or_make_key(logs + "/relay.key");
  REQUIRE(key);
  const SigningKey fleet = SigningKey::create();
  const auto start = [&](const std::string& certificate) {
    std::ofstream(logs + "/relay.cert") << certificate << "\n";
    const Ran ran = run_tutti("relay --listen 127.0.0.1:0 --status off --logs " + logs);
    CHECK(ran.status == 3);
    CHECK(std::ranges::count(ran.err, '\n') == 1);
    return ran.err;
  };
  CHECK_THAT(start(to_text(certify(fleet, key->public_key(), 1'700'000'000))),
             contains("has expired"));
  CHECK_THAT(start(to_text(certify(fleet, fleet.public_key(), 4'000'000'000))),
             contains("certifies another key"));
  CHECK_THAT(start("relay"), contains("is no certificate"));
  CHECK(run_tutti("fleet certify relay --key " + logs + "/relay.key").status == 3);
  CHECK(run_tutti("fleet key " + logs + "/relay.key").status == 2);
}

TEST_CASE("fleet: a relay is killed, and all its matches go on at the others") {
  const NatsServer server("killed");
  Relays relays(server, "fleet-killed");
  for (std::size_t i = 0; i < 6; ++i)
    relays.play(i, "15");
  REQUIRE(holds_within(20s, [&] { return relays.are_all_in(); }));
  REQUIRE(holds_within(10s, [&] { return relays[0].metric("tutti_relay_fleet_rooms") == 2; }));
  CHECK(relays[1].metric("tutti_relay_fleet_rooms") == 2);
  relays[0].process().end(SIGKILL);
  relays.expect_all_end_well();
  CHECK(relays[1].metric(taken_over) + relays[2].metric(taken_over) == 2);
  const auto kept = static_cast<std::size_t>(relays[1].metric(taken_over));
  std::size_t seen = 0;
  for (std::size_t i = 1; i < relays.count(); ++i) {
    for (const MatchRecord& match : relays.matches_of(i, i == 1 ? 2 + kept : 4 - kept)) {
      check_played_on(match, Tick{10 * 60});
      ++seen;
    }
    CHECK(relays[i].metric("tutti_relay_states_diverged_total") == 0);
  }
  CHECK(seen == 6);
  // Started again it leaves them where they are.
  const RelayProcess next("fleet-killed-next",
                          {.logs = relays[0].logs(),
                           .port = relays[0].port(),
                           .more = {"--fleet", server.url(), "--fleet-copies", "1"}});
  CHECK(next.logs_within(5s, "left_elsewhere"));
}

TEST_CASE("fleet: a relay that stood still finds its matches at another one, and lets them go") {
  const NatsServer server("stood");
  Relays relays(server, "fleet-stood");
  relays.play(0, "15");
  REQUIRE(holds_within(20s, [&] { return relays.are_all_in(); }));
  relays[0].signal(SIGSTOP);
  REQUIRE(holds_within(
      20s, [&] { return relays[1].metric(taken_over) + relays[2].metric(taken_over) == 1; }));
  relays[0].signal(SIGCONT);
  CHECK(holds_within(10s, [&] { return relays[0].metric("tutti_relay_fleet_rooms") == 0; }));
  CHECK(holds_within(10s, [&] { return relays[0].metric("tutti_relay_rooms") == 0; }));
  relays.expect_all_end_well();
  const std::size_t owner = relays[1].metric(taken_over) == 1 ? 1 : 2;
  for (const MatchRecord& match : relays.matches_of(owner, 1))
    check_played_on(match, Tick{10 * 60});
  CHECK(relays.matches_of(0, 0).empty());
  CHECK(relays[0].metric("tutti_relay_fleet_leases_total") >= 2);
}

TEST_CASE("fleet: a relay that is stopped hands its matches to the others") {
  const NatsServer server("upgraded");
  Relays relays(server, "fleet-upgraded");
  relays.play(0, "15");
  REQUIRE(holds_within(20s, [&] { return relays.are_all_in(); }));
  CHECK(relays[0].process().end(SIGTERM) == 0);
  REQUIRE(holds_within(
      20s, [&] { return relays[1].metric(taken_over) + relays[2].metric(taken_over) == 1; }));
  CHECK(relays[0].logged("moved") == 1);
  relays.expect_all_end_well();
  const std::size_t owner = relays[1].metric(taken_over) == 1 ? 1 : 2;
  for (const MatchRecord& match : relays.matches_of(owner, 1))
    check_played_on(match, Tick{10 * 60});
}

TEST_CASE("fleet: a relay is drained, and its matches go on at the others at once") {
  const NatsServer server("drained");
  Relays relays(server, "fleet-drained");
  for (int i = 0; i < 3; ++i)
    relays.play(0, "12");
  REQUIRE(holds_within(20s, [&] { return relays.are_all_in(); }));
  REQUIRE(holds_within(10s, [&] { return relays[0].metric("tutti_relay_fleet_rooms") == 3; }));
  // The others have heard of it.
  REQUIRE(holds_within(10s, [&] {
    const Ran status = run_tutti("fleet status --json --fleet " + server.url());
    const auto all = nlohmann::json::parse(status.out);
    for (const auto& row : all["relays"]) {
      if (row["address"] == relays[0].address()) return row["rooms"] == 3;
    }
    return false;
  }));
  const Ran drained =
      run_tutti("fleet drain " + relays[0].address() + " --fleet " + server.url() + " --json");
  CAPTURE(drained.err);
  REQUIRE(drained.status == 0);
  const auto report = nlohmann::json::parse(drained.out);
  CHECK(report["rooms_before"] == 3);
  CHECK(report["rooms_left"] == 0);
  REQUIRE(holds_within(
      5s, [&] { return relays[1].metric(taken_over) + relays[2].metric(taken_over) == 3; }));
  CHECK(relays[0].metric("tutti_relay_fleet_matches_fenced_total") == 0);
  // Nobody opens a room there any more.
  relays.play(0, "5");
  relays.expect_all_end_well();
  CHECK(relays[0].metric("tutti_relay_rooms") == 0);
  CHECK(relays[0].process().end(SIGTERM) == 0);
  const auto kept = static_cast<std::size_t>(relays[1].metric(taken_over));
  std::size_t played_on = 0;
  for (std::size_t i = 1; i < relays.count(); ++i) {
    const auto count = static_cast<std::size_t>(relays[i].metric("tutti_relay_matches_total"));
    for (const MatchRecord& match : relays.matches_of(i, count))
      played_on += match.end == EndReason::time_over && match.log.horizon() > Tick{10 * 60};
  }
  CHECK(kept <= 3);
  CHECK(played_on == 3);
  const Ran unknown = run_tutti("fleet drain 10.9.9.9:1 --fleet " + server.url());
  CHECK(unknown.status == 2);
  CHECK_THAT(unknown.err, contains("no relay here is called 10.9.9.9:1; there are: "));
}
