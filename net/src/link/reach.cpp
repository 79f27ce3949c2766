// The addresses of this machine, and which of all addresses belong to the internet.

#include "tutti/net/reach.hpp"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "link/endpoint.hpp"
#include "tutti/net/lookup.hpp"

namespace tutti {

namespace {

/// IPv4 networks that are not of the internet (RFC 6890), each with the bits that name it.
struct SpecialNetwork {
  std::uint32_t first;
  unsigned bits;
};
constexpr SpecialNetwork special_networks[] = {
    {0x00000000, 8},   // this network
    {0x0A000000, 8},   // private
    {0x64400000, 10},  // an operator's own, behind its translation
    {0x7F000000, 8},   // loopback
    {0xA9FE0000, 16},  // link-local
    {0xAC100000, 12},  // private
    {0xC0A80000, 16},  // private
    {0xE0000000, 3},   // multicast, and what is reserved
};

bool is_public_endpoint(const detail::Endpoint& endpoint) {
  const auto& host = endpoint.host;
  if (!endpoint.is_ipv4()) return (host[0] & 0xE0U) == 0x20U;  // 2000::/3, global unicast
  const std::uint32_t number = std::uint32_t{host[12]} << 24 | std::uint32_t{host[13]} << 16 |
                               std::uint32_t{host[14]} << 8 | host[15];
  return std::none_of(std::begin(special_networks), std::end(special_networks),
                      [&](const SpecialNetwork& network) {
                        const unsigned rest = 32 - network.bits;
                        return number >> rest == network.first >> rest;
                      });
}

struct InterfacesCloser {
  void operator()(ifaddrs* first) const { freeifaddrs(first); }
};

bool has_public_interface() {
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) return true;  // nobody knows: then carefully
  const std::unique_ptr<ifaddrs, InterfacesCloser> all(first);
  for (const ifaddrs* one = all.get(); one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr || (one->ifa_flags & IFF_UP) == 0) continue;
    detail::Endpoint endpoint;
    if (one->ifa_addr->sa_family == AF_INET6) {
      endpoint = detail::endpoint_of(*reinterpret_cast<const sockaddr_in6*>(one->ifa_addr));
    } else if (one->ifa_addr->sa_family == AF_INET) {
      const auto* four = reinterpret_cast<const sockaddr_in*>(one->ifa_addr);
      endpoint.host[10] = endpoint.host[11] = 0xFF;
      std::copy_n(reinterpret_cast<const std::uint8_t*>(&four->sin_addr.s_addr), 4,
                  endpoint.host.begin() + 12);
    } else {
      continue;
    }
    if (is_public_endpoint(endpoint)) return true;
  }
  return false;
}

}  // namespace

bool is_public_address(const std::string& host) {
  const auto endpoint = detail::numeric_endpoint(host, 0);
  return endpoint && is_public_endpoint(*endpoint);
}

bool is_public(const Address& listen) {
  if (listen.host.empty() || listen.host == "::" || listen.host == "0.0.0.0") {
    return has_public_interface();
  }
  const auto found = look_up(listen.host);
  return found && std::any_of(found->begin(), found->end(), is_public_address);
}

}  // namespace tutti
