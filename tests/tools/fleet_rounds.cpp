// Whatever dies in a fleet, no match of it is lost: rounds by seed, in each of which a relay, a
// server of NATS or both are killed, stand still, are cut off or drained while matches are played;
// and how long their players had to wait. TUTTI_FLEET_ROUNDS and TUTTI_FLEET_MATCHES say how many.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <map>
#include <optional>

#include "support/games.hpp"
#include "support/nats_server.hpp"
#include "support/tcp_proxy.hpp"
#include "tools/relay_process.hpp"
#include "tutti/engine/session.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

std::size_t asked_for(const char* name, std::size_t usual) {
  const char* text = std::getenv(name);
  return text == nullptr ? usual : static_cast<std::size_t>(std::stoul(text));
}

Instant clock_now() { return std::chrono::steady_clock::now(); }

/// Three servers and three relays.
class WholeFleet {
 public:
  WholeFleet() {
    // A cluster takes some seconds to be one.
    REQUIRE(holds_within(60s, [&] {
      return run_tutti("fleet status --fleet " + cluster_.url()).err.find("no relay has") !=
             std::string::npos;
    }));
    for (std::size_t i = 0; i < 3; ++i) {
      // Each relay reaches the servers by ways of its own.
      for (const auto& server : cluster_.servers())
        proxies_[i].push_back(std::make_unique<TcpProxy>(server->port()));
      folders_[i] = scratch("fleet-rounds-" + std::to_string(i));
      fs::remove_all(folders_[i]);
      if (i > 0) {
        fs::create_directories(folders_[i]);
        fs::copy_file(folders_[0] + "/relay.key", folders_[i] + "/relay.key");
      }
      start(i, "0");
    }
    wait_for_leases();
  }
  void start(std::size_t i, const std::string& port) {
    std::string servers;
    for (const auto& proxy : proxies_[i])
      servers += (servers.empty() ? "nats://127.0.0.1:" : ",127.0.0.1:") + proxy->port();
    relays_[i] = std::make_unique<RelayProcess>(
        "fleet-rounds-relay-" + std::to_string(i),
        RelayProcess::Options{.logs = folders_[i],
                              .port = port,
                              // All players are at one place.
                              .more = {"--fleet",
                                       servers,
                                       "--drain-time",
                                       "30s",
                                       "--rooms-per-household-max",
                                       "0",
                                       "--rooms-per-neighbourhood-max",
                                       "0",
                                       "--rooms-opened-per-household",
                                       "0",
                                       "--rooms-opened-per-neighbourhood",
                                       "0",
                                       "--hellos-per-household",
                                       "0",
                                       "--hellos-per-neighbourhood",
                                       "0",
                                       "--joins-per-household",
                                       "0",
                                       "--joins-per-neighbourhood",
                                       "0",
                                       "--peers-per-household-max",
                                       "4000",
                                       "--peers-per-neighbourhood-max",
                                       "4000",
                                       "--handshakes-per-neighbourhood",
                                       "1500"}});
  }
  void restart(std::size_t i) {
    const std::string port = relays_[i]->port();
    start(i, port);
  }
  void wait_for_leases() {
    for (const auto& relay : relays_) {
      REQUIRE(holds_within(
          60s, [&] { return relay->metric("tutti_relay_fleet_lease_milliseconds") > 500; }));
    }
    std::this_thread::sleep_for(3s);  // before they may take over what is another one's
  }
  RelayProcess& relay(std::size_t i) { return *relays_[i]; }
  void cut_off(std::size_t i) {
    for (const auto& proxy : proxies_[i])
      proxy->cut();
  }
  void mend(std::size_t i) {
    for (const auto& proxy : proxies_[i])
      proxy->mend();
  }
  NatsServer& server(std::size_t i) { return *cluster_.servers()[i]; }
  std::string url() const { return cluster_.url(); }
  std::string addresses(std::size_t first) const {
    std::string all;
    for (std::size_t i = 0; i < 3; ++i)
      all += (i == 0 ? "" : ",") + relays_[(first + i) % 3]->address();
    return all;
  }

 private:
  NatsCluster cluster_{"rounds"};
  std::array<std::vector<std::unique_ptr<TcpProxy>>, 3> proxies_{};
  std::array<std::string, 3> folders_{};
  std::array<std::unique_ptr<RelayProcess>, 3> relays_{};
};

/// Somebody in a match, and the longest time without a new final tick.
struct Guest {
  explicit Guest(Session<Tally> entered) : session(std::move(entered)) {}

  void advance(Instant now, Random& random) {
    session.advance(now);
    if (random.chance(20)) session.set_input(Tally::sample(random));
    const SessionStatistics statistics = session.statistics();
    if (statistics.confirmed > confirmed) {
      confirmed = statistics.confirmed;
      moved = now;
    }
    longest = std::max(longest, now - moved);
    // What is told to be kept elsewhere is never taken back.
    const Tick through = std::min(statistics.replicated, statistics.confirmed);
    if (!session.timeline() || through == replicated) return;
    const Log& log = session.timeline()->log();
    const auto known = log.head(replicated);
    is_contradicted = is_contradicted || (known && head && *known != *head);
    compared += known && head;
    replicated = through;
    head = log.head(through);
  }
  void begin_round(Instant now) { moved = now, longest = {}; }

  Session<Tally> session;
  Tick confirmed, replicated;
  std::optional<Head> head{};  // of the log through there
  Instant moved{};
  Duration longest{};
  bool is_contradicted = false;
  std::uint64_t compared = 0;
};

class Matches {
 public:
  Matches(const WholeFleet& fleet, std::size_t count) {
    fs::remove_all(state_);
    for (std::size_t i = 0; i < count; ++i) {
      Guest& host = join({.relay = fleet.addresses(i % 3), .create = SoloOptions{.players = 2}});
      REQUIRE(run_until([&] { return host.session.status() == Status::playing; }, 30s));
      const std::string room = host.session.room();
      Guest& guest = join({.relay = fleet.addresses((i + 1) % 3), .room = room});
      if (i % 10 == 0) watch(fleet.addresses((i + 2) % 3), room);
      REQUIRE(run_until([&] { return guest.session.status() == Status::playing; }, 30s));
    }
  }
  void run(Duration time) {
    run_until([] { return false; }, time);
  }
  template <class Done>
  bool run_until(Done is_done, Duration most) {
    for (const Instant end = clock_now() + most; clock_now() < end;) {
      const Instant now = clock_now();
      for (const auto& guest : guests_)
        guest->advance(now, random_);
      if (is_done()) return true;
      std::this_thread::sleep_for(guests_.size() > 100 ? 12ms : 4ms);
    }
    return false;
  }
  void begin_round() {
    for (const auto& guest : guests_)
      guest->begin_round(clock_now());
  }
  bool do_all_play() const {
    return std::ranges::all_of(guests_, [](const auto& guest) {
      return guest->session.status() == Status::playing && clock_now() - guest->moved < 500ms;
    });
  }
  /// Of players or of spectators, in ms, in ascending order.
  std::vector<double> longest(Role role) const {
    std::vector<double> all;
    for (const auto& guest : guests_) {
      if (guest->session.player().has_value() == (role == Role::player)) {
        all.push_back(std::chrono::duration<double, std::milli>(guest->longest).count());
      }
    }
    std::ranges::sort(all);
    return all;
  }
  /// Rooms whose guests have different logs, as far as all of them have come.
  std::string disagreeing() const {
    std::map<std::string, Tick> least;
    for (const auto& guest : guests_) {
      Tick& tick = least.try_emplace(guest->session.room(), guest->confirmed).first->second;
      tick = std::min(tick, guest->confirmed);
    }
    std::string rooms;
    std::map<std::string, Head> heads;
    for (const auto& guest : guests_) {
      const std::string room = guest->session.room();
      const auto found = guest->session.timeline()->log().head(least[room]);
      if (found && heads.try_emplace(room, *found).first->second != *found) rooms += room + " ";
    }
    return rooms;
  }
  void end_and_check() {
    for (const auto& guest : guests_)
      guest->session.end_match();
    const auto is_over = [](const auto& guest) { return guest->session.status() >= Status::ended; };
    CHECK(run_until([&] { return std::ranges::all_of(guests_, is_over); }, 30s));
    std::map<std::string, Digest> folds;
    for (const auto& guest : guests_) {
      CAPTURE(guest->session.room());
      CHECK(guest->session.status() == Status::ended);
      CHECK(guest->replicated > Tick{});
      CHECK_FALSE(guest->is_contradicted);
      CHECK(guest->compared > 10);
      const auto fold = guest->session.statistics().fold;
      REQUIRE(fold);
      const auto first = folds.try_emplace(guest->session.room(), *fold).first;
      CHECK(first->second == *fold);
    }
  }
  std::string where() const {
    std::string text;
    for (const auto& guest : guests_) {
      if (guest->session.status() == Status::playing && clock_now() - guest->moved < 500ms)
        continue;
      text += guest->session.room() + ": " + to_text(guest->session.status()) + " " +
              guest->session.failure().sentence + "\n";
    }
    return text;
  }

 private:
  Guest& join(JoinOptions options) {
    options.session.fold_digest = true;
    options.state_folder = state_ + "/" + std::to_string(guests_.size());
    Result<Session<Tally>> session = tutti::join<Tally>(std::move(options));
    REQUIRE(session);
    return *guests_.emplace_back(std::make_unique<Guest>(std::move(*session)));
  }
  void watch(const std::string& relays, const std::string& room) {
    SpectateOptions options{.relay = relays, .room = room};
    options.session.fold_digest = true;
    options.state_folder = state_ + "/" + std::to_string(guests_.size());
    Result<Session<Tally>> session = tutti::spectate<Tally>(std::move(options));
    REQUIRE(session);
    guests_.push_back(std::make_unique<Guest>(std::move(*session)));
  }

  std::string state_ = scratch("fleet-rounds-state");
  std::vector<std::unique_ptr<Guest>> guests_{};
  Random random_{1};
};

enum class Loss : std::uint8_t {
  relay_dies,
  server_dies,
  both_die,
  relay_stands_still,
  drained,
  cut_off
};
constexpr std::array<const char*, 6> loss_names{
    "a relay is killed",  "a server is killed",
    "both are killed",    "a relay stands still for 6 s",
    "a relay is drained", "a relay is cut off for 6 s"};

}  // namespace

TEST_CASE("fleet: whatever of it dies, its matches go on, in rounds by seed", "[long]") {
  const std::size_t rounds = asked_for("TUTTI_FLEET_ROUNDS", 6);
  const std::size_t count = asked_for("TUTTI_FLEET_MATCHES", 12);
  WholeFleet fleet;
  Matches matches(fleet, count);
  matches.run(3s);
  std::map<Role, std::map<Loss, std::vector<double>>> waits;
  for (std::size_t round = 0; round < rounds; ++round) {
    Random random(round + 1);
    const auto loss = static_cast<Loss>(round % loss_names.size());
    const std::size_t relay = random.below(3), server = random.below(3);
    CAPTURE(round, loss_names[round % loss_names.size()], relay, server);
    matches.begin_round();
    const bool takes_relay = loss == Loss::relay_dies || loss == Loss::both_die;
    const bool takes_server = loss == Loss::server_dies || loss == Loss::both_die;
    if (takes_server) fleet.server(server).kill();
    if (takes_relay) fleet.relay(relay).process().end(SIGKILL);
    if (loss == Loss::relay_stands_still) {
      fleet.relay(relay).signal(SIGSTOP);
      matches.run(6s);
      fleet.relay(relay).signal(SIGCONT);
    }
    if (loss == Loss::cut_off) {
      fleet.cut_off(relay);
      matches.run(6s);
      fleet.mend(relay);
    }
    if (loss == Loss::drained) fleet.relay(relay).signal(SIGTERM);
    matches.run(3s);
    const bool do_all = matches.run_until([&] { return matches.do_all_play(); }, 60s);
    CAPTURE(matches.where());
    REQUIRE(do_all);
    CHECK(matches.disagreeing() == "");
    for (const Role role : {Role::player, Role::spectator}) {
      for (const double wait : matches.longest(role))
        waits[role][loss].push_back(wait);
    }
    std::printf("round %zu of %zu, %s: %.0f ms at most, spectators %.0f\n", round + 1, rounds,
                loss_names[round % loss_names.size()], matches.longest(Role::player).back(),
                matches.longest(Role::spectator).back());
    std::fflush(stdout);
    if (takes_server) fleet.server(server).start();
    if (loss == Loss::drained) CHECK(fleet.relay(relay).process().wait() == 0);
    if (takes_relay || loss == Loss::drained) fleet.restart(relay);
    matches.run(2s);
    const auto ready = std::async(std::launch::async, [&] { fleet.wait_for_leases(); });
    REQUIRE(
        matches.run_until([&] { return ready.wait_for(0s) == std::future_status::ready; }, 90s));
  }
  matches.end_and_check();
  for (auto& [role, by_loss] : waits) {
    std::printf("%-30s %10s %8s %8s %8s   ms without a new final tick\n", "",
                role == Role::player ? "players" : "spectators", "median", "99 %", "worst");
    for (auto& [loss, all] : by_loss) {
      std::ranges::sort(all);
      const auto at = [&](double part) {
        return all[std::min(all.size() - 1, static_cast<std::size_t>(part * double(all.size())))];
      };
      std::printf("%-30s %10zu %8.0f %8.0f %8.0f\n", loss_names[static_cast<std::size_t>(loss)],
                  all.size(), at(0.5), at(0.99), all.back());
    }
  }
}
