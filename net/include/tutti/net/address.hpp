#pragma once
// The address of a relay: a host and a UDP port, as people write them.

#include <cstdint>
#include <string>
#include <string_view>

#include "tutti/sim/export.hpp"
#include "tutti/sim/result.hpp"

namespace tutti {

/// The UDP port of a relay unless told otherwise.
inline constexpr std::uint16_t default_port = 4747;

/// A place on the network: an IPv4 address and a UDP port.
struct TUTTI_API Address {
  /// A name, an IPv4 or an IPv6 address; empty means every interface of this machine, by both (to
  /// listen on).
  std::string host;
  /// Listening on port 0 means any free port.
  std::uint16_t port = default_port;

  bool operator==(const Address&) const = default;

  /// Reads `host`, `host:port` or `:port`, with an IPv6 address in brackets, without looking the
  /// host up.
  static Result<Address> parse(std::string_view text);
  /// `host:port`, which `parse` reads back.
  std::string text() const;
};

}  // namespace tutti
