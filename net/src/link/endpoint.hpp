#pragma once
// A place on the network as the link sees it: an IPv6 address, in which IPv4 is mapped
// (RFC 4291, 2.5.5.2), and a UDP port.

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "tutti/net/place.hpp"

struct sockaddr_in6;

namespace tutti::detail {

struct Endpoint {
  std::array<std::uint8_t, 16> host{};
  std::uint32_t scope = 0;  ///< the interface of a link-local address
  std::uint16_t port = 0;
  /// The address of this machine that it speaks to, and is answered from; zeros where the system
  /// chooses. At another one it is somewhere else, as on any other path.
  std::array<std::uint8_t, 16> own{};
  bool operator==(const Endpoint&) const = default;

  bool is_ipv4() const;
  /// One household: an IPv4 address, or an IPv6 /64.
  std::uint64_t household() const;
  /// One operator's customer or small site: an IPv4 /24, or an IPv6 /56.
  std::uint64_t neighbourhood() const;
  NetworkPlace place() const { return {household(), neighbourhood()}; }
};

/// The endpoint of a numeric address such as `192.0.2.1`, `2001:db8::1` or `fe80::1%eth0`; nothing
/// for anything else.
std::optional<Endpoint> numeric_endpoint(const std::string& host, std::uint16_t port);
sockaddr_in6 socket_address(const Endpoint& endpoint);
Endpoint endpoint_of(const sockaddr_in6& address);

}  // namespace tutti::detail
