#pragma once
// Measures the path to the relay from the datagrams that the relay sends.

#include <optional>

#include "tutti/net/client_statistics.hpp"
#include "tutti/net/messages.hpp"
#include "tutti/net/time.hpp"

namespace tutti::detail {

/// A client's clock as it stands in a datagram.
std::uint16_t wire_time(Instant now);

/// Smooths round trip, jitter and loss over all connections of a client.
class PathMeter {
 public:
  /// Takes note of a datagram of so many bytes.
  void count_down(std::size_t bytes);
  void count_up(std::size_t bytes);
  void count_refused() { ++statistics_.refused_events; }

  /// Counts the datagrams that were lost before the one with this number. `last` is the number of
  /// the connection's newest datagram so far; it is replaced. Nothing if `number` is an older one.
  std::optional<int> count_losses(std::optional<std::uint8_t>& last, std::uint8_t number);
  /// The round trip that a datagram's echo shows; nothing if it shows none.
  std::optional<Duration> take_echo(const PlayDown& message, Instant now);

  const ClientStatistics& statistics() const { return statistics_; }

 private:
  ClientStatistics statistics_;
  bool has_round_trip_ = false;
};

}  // namespace tutti::detail
