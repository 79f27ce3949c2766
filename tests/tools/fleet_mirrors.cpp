// Relays of a fleet as processes, and spectators at those that do not have the match: everybody's
// states are the same, and the relay that has it knows nothing of them.

#include <algorithm>

#include "support/games.hpp"
#include "tools/fleet_relays.hpp"
#include "tutti/engine/session.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

/// Two players and spectators, in this process.
class Audience {
 public:
  Audience(const std::string& name, std::string key)
      : state_(scratch(name + "-state")), key_(std::move(key)) {
    std::filesystem::remove_all(state_);
  }
  Session<Tally>& play(const std::string& relays, const std::string& room = "") {
    JoinOptions options{.relay = relays, .room = room, .relay_key = key_};
    if (room.empty()) options.create = SoloOptions{.players = 2};
    options.session.fold_digest = true;
    options.state_folder = next_folder();
    auto session = tutti::join<Tally>(std::move(options));
    REQUIRE(session);
    return add(std::move(*session));
  }
  Session<Tally>& watch(const std::string& relays, const std::string& room) {
    SpectateOptions options{.relay = relays, .room = room, .relay_key = key_};
    options.session.fold_digest = true;
    options.state_folder = next_folder();
    auto session = tutti::spectate<Tally>(std::move(options));
    REQUIRE(session);
    return add(std::move(*session));
  }
  void run(Duration time) {
    run_until([] { return false; }, time);
  }
  template <class Holds>
  bool run_until(Holds holds, Duration most) {
    for (const Instant end = now() + most; now() < end; std::this_thread::sleep_for(4ms)) {
      for (const auto& session : all_) {
        session->advance(now());
        if (random_.chance(20)) session->set_input(Tally::sample(random_));
      }
      if (holds()) return true;
    }
    return false;
  }
  bool are_all_at(Status status) const {
    return std::ranges::all_of(all_, [&](const auto& each) { return each->status() == status; });
  }
  /// Ends the match; all have seen the same.
  void end_and_compare() {
    all_.front()->end_match();
    CHECK(run_until([&] { return are_all_at(Status::ended); }, 20s));
    const auto first = all_.front()->statistics().fold;
    REQUIRE(first);
    for (const auto& session : all_) {
      CAPTURE(session->failure().sentence);
      CHECK(session->statistics().confirmed == all_.front()->statistics().confirmed);
      CHECK(session->statistics().fold == first);
    }
  }

 private:
  static Instant now() { return std::chrono::steady_clock::now(); }
  std::string next_folder() const { return state_ + "/" + std::to_string(all_.size()); }
  Session<Tally>& add(Session<Tally> session) {
    return *all_.emplace_back(std::make_unique<Session<Tally>>(std::move(session)));
  }

  std::string state_;
  std::string key_;
  std::vector<std::unique_ptr<Session<Tally>>> all_{};
  Random random_{1};
};

constexpr const char* watching_there = "tutti_relay_fleet_mirror_spectators";

}  // namespace

TEST_CASE(
    "fleet: who watches at another relay sees what the players see, and costs theirs nothing") {
  const NatsServer server("mirrors");
  Relays relays(server, "fleet-mirrors");
  Audience all("fleet-mirrors", relays.key());
  auto& host = all.play(relays.addresses(0));
  REQUIRE(all.run_until([&] { return host.status() == Status::playing; }, 20s));
  all.play(relays.addresses(0), host.room());
  for (const std::size_t at : {1, 1, 2})
    all.watch(relays.addresses(at), host.room());
  REQUIRE(all.run_until([&] { return all.are_all_at(Status::playing); }, 20s));
  all.run(2s);
  all.watch(relays.addresses(2), host.room());  // late
  all.run(2s);
  CHECK(relays[0].metric("tutti_relay_connections") == 2);
  CHECK(relays[0].metric(watching_there) == 0);
  for (const std::size_t at : {1, 2}) {
    CHECK(relays[at].metric("tutti_relay_fleet_mirrors") == 1);
    CHECK(relays[at].metric(watching_there) == 2);
    CHECK(relays[at].metric("tutti_relay_rooms") == 0);
  }
  const Ran status = run_tutti("fleet status --fleet " + server.url());
  CHECK_THAT(status.out, contains("1 for 2"));
  all.end_and_compare();
  all.run(1s);
  CHECK(holds_within(30s, [&] { return relays[1].metric("tutti_relay_fleet_mirrors") == 0; }));
}

TEST_CASE("fleet: a relay is killed, and who watches elsewhere goes on with the match") {
  const NatsServer server("mirrored-kill");
  Relays relays(server, "fleet-mirrored-kill");
  Audience all("fleet-mirrored-kill", relays.key());
  auto& host = all.play(relays.addresses(0));
  REQUIRE(all.run_until([&] { return host.status() == Status::playing; }, 20s));
  auto& guest = all.play(relays.addresses(0), host.room());
  auto& watcher = all.watch(relays.addresses(2), host.room());
  REQUIRE(all.run_until([&] { return all.are_all_at(Status::playing); }, 20s));
  all.run(4s);
  const Tick reached = watcher.statistics().confirmed;
  CHECK(relays[2].metric(watching_there) == 1);
  relays[0].process().end(SIGKILL);
  REQUIRE(all.run_until(
      [&] {
        return host.statistics().confirmed > reached + 300 &&
               guest.statistics().confirmed > reached + 300 &&
               watcher.statistics().confirmed > reached + 300;
      },
      40s));
  CHECK(relays[2].metric(watching_there) == 1);
  CHECK(relays[2].metric("tutti_relay_spectators_total") == 1);
  CHECK(relays[1].metric("tutti_relay_fleet_matches_taken_over_total") +
            relays[2].metric("tutti_relay_fleet_matches_taken_over_total") ==
        1);
  all.end_and_compare();
}
