// The relay under load: RelayService as `tutti relay` runs it, with room for any number of clients
// of one machine. It prints its port and key, and a line of figures for each line that it reads.
//   bench_load_relay logs=FOLDER [listen=127.0.0.1:0] [fleet=nats://127.0.0.1:4222 copies=1]

#include <poll.h>
#include <unistd.h>

#include <sstream>

#include "load/load.hpp"
#include "tutti/engine/fleet.hpp"
#include "tutti/engine/relay_service.hpp"
#include "tutti/replay/signature.hpp"

namespace {

using namespace tutti;

/// Whether the one who started this has asked for figures; nothing once it is gone.
std::optional<bool> is_asked() {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  if (::poll(&input, 1, 0) <= 0) return false;
  char line[256];
  return ::read(STDIN_FILENO, line, sizeof(line)) > 0 ? std::optional(true) : std::nullopt;
}

/// How long entries took until a fleet had stored them: pairs of a bound in ms and how many took at
/// most that.
void print_lags(const FleetStatus& fleet) {
  std::printf(" \"fleet_entries\": %llu, \"fleet_lags\": [",
              static_cast<unsigned long long>(fleet.lags.count));
  for (std::size_t i = 0; i < fleet.lags.bounds.size(); ++i)
    std::printf("%s[%g, %llu]", i > 0 ? ", " : "", fleet.lags.bounds[i] * 1e3,
                static_cast<unsigned long long>(fleet.lags.within[i]));
  std::printf("],");
}

void print_figures(const RelayService& relay, const Fleet* fleet, std::uint64_t passes,
                   Duration longest) {
  const LinkStatistics link = relay.link_statistics();
  const RelayStatistics& server = relay.server().statistics();
  std::printf("{");
  if (fleet != nullptr) print_lags(fleet->status());
  std::printf(
      " \"rooms\": %zu, \"peers\": %zu, \"passes\": %llu, \"longest_pass_ms\": %.3f,"
      " \"ticks\": %llu, \"ticks_missed\": %llu, \"events\": %llu, \"matches_unwritten\": %llu,"
      " \"datagrams_in\": %llu, \"datagrams_out\": %llu, \"bytes_in\": %llu, \"bytes_out\": %llu,"
      " \"refused\": %llu}\n",
      relay.server().room_count(), relay.server().peer_count(),
      static_cast<unsigned long long>(passes), std::chrono::duration<double>(longest).count() * 1e3,
      static_cast<unsigned long long>(server.ticks),
      static_cast<unsigned long long>(server.ticks_missed),
      static_cast<unsigned long long>(server.events),
      static_cast<unsigned long long>(server.matches_unwritten),
      static_cast<unsigned long long>(link.datagrams_received),
      static_cast<unsigned long long>(link.datagrams_sent),
      static_cast<unsigned long long>(link.bytes_received),
      static_cast<unsigned long long>(link.bytes_sent),
      static_cast<unsigned long long>(link.refused));
  std::fflush(stdout);
}

}  // namespace

int main(int count, char** arguments) {
  const under_load::Words words(count, arguments);
  RelayService::Options options{.listen = words.text("listen", "127.0.0.1:0"),
                                .logs = words.text("logs")};
  options.server.rooms_max = 20'000;
  options.server.peers_max = limits::link_peers;
  // All clients are at one place.
  options.server.rooms_from_one_place = {};
  options.server.rooms_opened = options.server.hellos = options.server.joins = {};
  options.server.wrong_codes = options.server.role_changes = {};
  options.link = {.peers_max = limits::link_peers,
                  .peers_per_household_max = limits::link_peers,
                  .peers_per_neighbourhood_max = limits::link_peers,
                  .handshakes_per_neighbourhood = 1500};
  std::unique_ptr<Fleet> fleet;
  if (const std::string url = words.text("fleet", ""); !url.empty()) {
    FleetOptions chosen{.address = {"127.0.0.1", 0}};
    chosen.store.copies = static_cast<std::uint32_t>(words.count("copies", 1));
    std::istringstream servers(url);
    for (std::string each; std::getline(servers, each, ',');)
      chosen.store.servers.push_back(each);
    auto opened = Fleet::open(chosen);
    if (!opened) return std::fprintf(stderr, "%s\n", opened.error().sentence.c_str()), 3;
    fleet = std::move(*opened);
    options.follower = fleet.get();
    options.fleet = fleet.get();
  }
  auto service = RelayService::open(std::move(options));
  if (!service) return std::fprintf(stderr, "%s\n", service.error().sentence.c_str()), 3;
  RelayService& relay = **service;
  std::printf("{\"port\": %u, \"key\": \"%s\"}\n", relay.port(), to_hex(relay.key()).c_str());
  std::fflush(stdout);
  std::uint64_t passes = 0;
  Duration longest{};
  for (Instant looked{};; ++passes) {
    const Instant begun = under_load::Clock::now();
    if (begun - looked >= std::chrono::milliseconds(20)) {
      looked = begun;
      const auto asked = is_asked();
      if (!asked) return 0;
      if (*asked) print_figures(relay, fleet.get(), passes, std::exchange(longest, Duration{}));
    }
    if (const auto trouble = relay.pass(std::chrono::milliseconds(2))) {
      std::fprintf(stderr, "%s\n", trouble->sentence.c_str());
    }
    longest = std::max(longest, Duration(under_load::Clock::now() - begun));
  }
}
