#include "fleet/fleet_choice.hpp"

#include <algorithm>
#include <sstream>

namespace tutti::tool {

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

}  // namespace tutti::tool
