#include "link/endpoint.hpp"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>

namespace tutti::detail {

namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
/// Marks the numbers of IPv4, which no global IPv6 address begins with.
constexpr std::uint64_t ipv4_mark = std::uint64_t{1} << 63;

std::uint64_t first_bytes(const std::uint8_t* bytes, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i)
    value = value << 8 | bytes[i];
  return value;
}

}  // namespace

bool Endpoint::is_ipv4() const {
  return std::equal(mapped_prefix.begin(), mapped_prefix.end(), host.begin());
}

std::uint64_t Endpoint::household() const {
  if (is_ipv4()) return ipv4_mark | first_bytes(host.data() + 12, 4);
  return first_bytes(host.data(), 8);
}

std::uint64_t Endpoint::neighbourhood() const {
  return household() & ~std::uint64_t{0xFF};  // a byte less, of both
}

std::optional<Endpoint> numeric_endpoint(const std::string& host, std::uint16_t port) {
  Endpoint endpoint{.port = port};
  in_addr four{};
  if (::inet_pton(AF_INET, host.c_str(), &four) == 1) {
    std::copy(mapped_prefix.begin(), mapped_prefix.end(), endpoint.host.begin());
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&four);
    std::copy_n(bytes, 4, endpoint.host.begin() + 12);
    return endpoint;
  }
  const std::size_t percent = host.find('%');
  in6_addr six{};
  if (::inet_pton(AF_INET6, host.substr(0, percent).c_str(), &six) != 1) return std::nullopt;
  std::copy_n(six.s6_addr, endpoint.host.size(), endpoint.host.begin());
  if (percent != std::string::npos) {
    endpoint.scope = ::if_nametoindex(host.substr(percent + 1).c_str());
    if (endpoint.scope == 0) return std::nullopt;
  }
  return endpoint;
}

sockaddr_in6 socket_address(const Endpoint& endpoint) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(endpoint.port);
  address.sin6_scope_id = endpoint.scope;
  std::copy(endpoint.host.begin(), endpoint.host.end(), address.sin6_addr.s6_addr);
  return address;
}

Endpoint endpoint_of(const sockaddr_in6& address) {
  Endpoint endpoint{.scope = address.sin6_scope_id, .port = ntohs(address.sin6_port)};
  std::copy_n(address.sin6_addr.s6_addr, endpoint.host.size(), endpoint.host.begin());
  return endpoint;
}

}  // namespace tutti::detail
