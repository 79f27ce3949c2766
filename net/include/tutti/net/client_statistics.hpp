#pragma once
// A client's measures of its path to the relay: a plain struct of numbers, apart from the client
// itself, so that sessions can show them without any message of the wire.

#include <cstdint>

namespace tutti {

/// A client's measures of its connection. Counts are totals since the client was made.
struct ClientStatistics {
  double round_trip_ms = 0;  ///< smoothed mean of the round trip, as in RFC 6298
  double jitter_ms = 0;      ///< smoothed mean deviation of the round trip
  double loss = 0;           ///< share of the relay's datagrams that were lost, 0 to 1, smoothed
  std::uint64_t datagrams_up = 0;    ///< play datagrams that this client sent
  std::uint64_t datagrams_down = 0;  ///< play datagrams that came from the relay
  std::uint64_t bytes_up = 0;        ///< bytes of UDP payload in `datagrams_up`
  std::uint64_t bytes_down = 0;      ///< bytes of UDP payload in `datagrams_down`
  /// Own events that went nowhere: more were offered than the budget carries, the relay was out of
  /// reach, or it did not accept them.
  std::uint64_t refused_events = 0;
  /// Own events were refused within the last second because more was offered than the budget
  /// carries: the client's own, or the room's for all its players.
  bool is_over_budget = false;
  std::uint64_t record_bytes_up = 0;    ///< of `bytes_up`: events, with their repeats
  std::uint64_t record_bytes_down = 0;  ///< of `bytes_down`: events, with their repeats, and spares
};

}  // namespace tutti
