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
  /// An event was refused here, because more is offered than the budget carries.
  void note_over_budget() { is_over_budget_ = true; }
  /// The relay says whether it refused events because of its budget.
  void note_relay_over_budget(bool is_over) { relay_is_over_budget_ = is_over; }
  /// Time goes on.
  void review(Instant now);
  /// Takes note of events in a datagram.
  void count_records_up(std::size_t bytes) { statistics_.record_bytes_up += bytes; }
  void count_records_down(std::size_t bytes) { statistics_.record_bytes_down += bytes; }

  /// Counts the datagrams that were lost before the one with this number. `last` is the number of
  /// the connection's newest datagram so far; it is replaced. Nothing if `number` is an older one.
  std::optional<int> count_losses(std::optional<std::uint8_t>& last, std::uint8_t number);
  /// The round trip that a datagram's echo shows; nothing if it shows none.
  std::optional<Duration> take_echo(const PlayDown& message, Instant now);

  const ClientStatistics& statistics() const { return statistics_; }

 private:
  ClientStatistics statistics_;
  bool has_round_trip_ = false;
  bool is_over_budget_ = false;  // since the last review
  bool relay_is_over_budget_ = false;
  Instant over_budget_until_{};
};

}  // namespace tutti::detail
