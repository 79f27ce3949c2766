// The one file of the program that asks Linux for its networks.

#include "program/addresses.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>

#include <memory>

namespace counterpoint {

namespace {

constexpr std::size_t addresses_max = 2;
constexpr const char* usual_port = ":4747";

struct AddressesCloser {
  void operator()(ifaddrs* first) const { freeifaddrs(first); }
};

std::vector<std::string> addresses_here() {
  std::vector<std::string> found;
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) return found;
  const std::unique_ptr<ifaddrs, AddressesCloser> all(first);
  for (const ifaddrs* one = all.get(); one != nullptr; one = one->ifa_next) {
    const bool is_ours = one->ifa_addr != nullptr && one->ifa_addr->sa_family == AF_INET &&
                         (one->ifa_flags & IFF_UP) != 0 && (one->ifa_flags & IFF_LOOPBACK) == 0;
    if (!is_ours || found.size() >= addresses_max) continue;
    char text[INET_ADDRSTRLEN] = {};
    const auto* address = reinterpret_cast<const sockaddr_in*>(one->ifa_addr);
    if (inet_ntop(AF_INET, &address->sin_addr, text, sizeof text) != nullptr) found.push_back(text);
  }
  return found;
}

}  // namespace

std::vector<std::string> addresses_to_tell(const std::string& listen) {
  const std::size_t colon = listen.rfind(':');
  const std::string host = listen.substr(0, colon);
  const std::string port = colon == std::string::npos ? "" : listen.substr(colon);
  std::vector<std::string> found;
  if (host.empty() || host == "0.0.0.0" || host == "[::]")
    found = addresses_here();
  else
    found.push_back(host);
  if (port == usual_port) return found;
  for (std::string& address : found)
    address += port;
  return found;
}

}  // namespace counterpoint
