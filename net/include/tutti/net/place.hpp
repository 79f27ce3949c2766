#pragma once
// Places on the network, and limits on what comes from one. Addresses cost an attacker little where
// they are next to each other, so everything is counted twice: by household and by neighbourhood.

#include <cstddef>
#include <cstdint>

namespace tutti {

/// The place of a peer, as numbers that are the same for peers at the same place.
struct NetworkPlace {
  std::uint64_t household = 0;      ///< an IPv4 address, or an IPv6 /64
  std::uint64_t neighbourhood = 0;  ///< an IPv4 /24, or an IPv6 /56
  bool operator==(const NetworkPlace&) const = default;
};

/// The number of things that one place may have at a time; 0 for no limit.
struct PlaceLimit {
  std::size_t per_household = 0;      ///< from one household
  std::size_t per_neighbourhood = 0;  ///< from one neighbourhood
};

/// How often something may come from one place, on average; 0 for no limit. A place that was quiet
/// has as much at once as it would otherwise have in `kept_seconds`.
struct PlaceRate {
  double per_household = 0;      ///< a second, from one household
  double per_neighbourhood = 0;  ///< a second, from one neighbourhood
  double kept_seconds = 1;       ///< what a quiet place saves up; more than 0
};

}  // namespace tutti
