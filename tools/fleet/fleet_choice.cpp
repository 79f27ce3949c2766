#include "fleet/fleet_choice.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <sstream>

namespace tutti::tool {

namespace {

bool is_of_one_machine(const std::string& host) {
  std::array<unsigned char, 16> bytes{};
  const bool is_address = ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
                          ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
  return is_address && std::ranges::any_of(bytes, [](unsigned char byte) { return byte != 0; });
}

}  // namespace

Result<std::vector<std::string>> fleet_servers(const std::string& text) {
  std::vector<std::string> servers;
  std::string before;
  std::istringstream list(text);
  for (std::string server; std::getline(list, server, ',');) {
    std::size_t host = server.find("://");
    if (servers.empty()) {
      host = host == server.npos ? 0 : host + 3;
      const std::size_t at = server.rfind('@');
      if (at != server.npos) host = at + 1;
      before = server.substr(0, host);
      if (!before.starts_with("nats://") && !before.starts_with("tls://")) break;
    } else if (host == server.npos) {
      server = before + server;
      host = before.size();
    }
    if (server.find_first_of(" \t") != server.npos || server.size() <= host) break;
    servers.push_back(server);
  }
  const auto commas = static_cast<std::size_t>(std::count(text.begin(), text.end(), ','));
  if (servers.size() != commas + 1) {
    return fail(Fault::usage,
                "a fleet is named by its NATS servers, such as nats://10.0.0.1:4222,10.0.0.2:4222");
  }
  return servers;
}

Result<Address> fleet_address(const std::string& given, const std::string& listen) {
  auto address = Address::parse(given.empty() ? listen : given);
  if (!address) return address;
  if (is_of_one_machine(address->host)) return address;
  return fail(Fault::system,
              given.empty()
                  ? "the other relays of the fleet send players to this one: say "
                    "where they reach it, by --fleet-address and a numeric address"
                  : "--fleet-address " + given + " is not the numeric address of one machine");
}

void FleetChoice::add_to(Command& command) {
  add_optional_to(command, "the NATS servers, as tutti relay --fleet has them");
  command.require("--fleet");
}

void FleetChoice::add_optional_to(Command& command, const std::string& about) {
  command.option("--fleet", servers, about);
  command.option("--fleet-credentials", credentials, "a file that nsc has made");
}

namespace {

/// Of what a relay has made: nothing is made here.
Result<FleetStoreOptions> options_of(const FleetChoice& choice) {
  auto servers = fleet_servers(choice.servers);
  if (!servers) return Unexpected{servers.error()};
  return FleetStoreOptions{
      .servers = std::move(*servers), .credentials = choice.credentials, .is_for_reading = true};
}

}  // namespace

Result<std::unique_ptr<FleetStore>> open_store(const FleetChoice& choice) {
  const auto options = options_of(choice);
  return options ? open_jetstream(*options) : Unexpected{options.error()};
}

Result<std::unique_ptr<ArchiveStore>> open_archive(const FleetChoice& choice) {
  const auto options = options_of(choice);
  return options ? tutti::open_archive(*options) : Unexpected{options.error()};
}

}  // namespace tutti::tool
