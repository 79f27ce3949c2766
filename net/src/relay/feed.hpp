#pragma once
// A feed knows which part of a log one connection has been told and has acknowledged, and when to
// tell it more. A player's feed counts events in the order of acceptance, a spectator's in
// canonical order.

#include "flow/outflow.hpp"
#include "flow/pace.hpp"
#include "flow/spares.hpp"
#include "tutti/net/messages.hpp"

namespace tutti::detail {

/// Even when there is nothing new, something is said this often.
inline constexpr std::chrono::milliseconds heartbeat{100};

/// Events that a client knows and cannot confirm yet are among so many of the last that it was
/// told.
inline constexpr std::uint32_t unconfirmed_most = 32;

struct Feed {
  Instant heard{};        ///< when a play datagram last arrived
  Instant quiet_until{};  ///< nothing is to be told before, unless a play datagram arrives
  bool has_echo = false;
  std::uint16_t echo = 0;
  Tick horizon_told{};
  std::uint32_t covered = 0;  ///< events below this are not after `horizon_told`, or long known
  Instant told_at{};
  std::uint8_t number = 0;
  std::uint8_t generation = 0;  ///< of the hello by which its client came
  bool is_behind = false;       ///< not everything that there was has been told yet
  Outflow outflow;
  Pace pace;
  SpareMaker spares{};

  /// To the sender of such a hello, which has so many events already and may be sent so many bytes
  /// a second.
  static Feed to(const Hello& hello, std::uint32_t received, std::uint32_t bytes_per_second,
                 Instant now);

  /// The client has all events below this.
  std::uint32_t received() const { return outflow.received(); }
  /// Events below this have been sent at least once.
  std::uint32_t told() const { return outflow.sent_end(); }

  /// Whether a play datagram is of this connection, and its sender knows this life of the relay.
  bool is_of(const PlayUp& message, std::uint32_t epoch) const {
    return message.generation == generation && message.epoch == epoch;
  }
  /// Such a datagram came.
  void hear(const PlayUp& message, Instant now);
  /// Whether a datagram should go out now, of `count` events that there are. `has_news`: something
  /// else than an event is worth telling.
  bool is_due(std::uint32_t count, bool has_news, Instant now);
  /// Until then `is_due` stays false, unless there is news or a message arrives.
  Instant due_at(std::uint32_t count) const;
  /// A datagram of so many bytes with these of `count` events went out.
  void note_sent(const std::vector<std::uint32_t>& numbers, std::size_t bytes, std::uint32_t count,
                 Instant now);
  /// That datagram was encoded as these bytes.
  void note_datagram(std::uint8_t number_sent, BytesView bytes, Instant now);
  /// The next spare to send now, if any: to be called until there is none.
  std::optional<PlaySpare> next_spare(std::uint32_t epoch, Instant now);
  /// Everything for now is told, and news are told at this pace only: finds out until when that
  /// leaves nothing to do.
  void rest(Duration pace_of_news);
};

}  // namespace tutti::detail
