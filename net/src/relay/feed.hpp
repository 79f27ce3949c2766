#pragma once
// A feed is one connection's place in a log: the events that it has been told and has acknowledged,
// and those that come next. A player's feed counts events in the order of acceptance, a spectator's
// in canonical order.

#include <optional>

#include "tutti/net/messages.hpp"

namespace tutti::detail {

/// A reader that lacks more than one datagram holds is fetching the log: it gets piece after piece
/// without waiting for each acknowledgement, and again from the first one that stays out. A piece
/// is a full datagram: this is some 150 KB/s, so that play beside it has room.
inline constexpr std::chrono::milliseconds fetch_pace{8};
/// A datagram goes out this often, even when there is nothing new.
inline constexpr std::chrono::milliseconds heartbeat{100};

struct Feed {
  Instant heard{};  ///< when a play datagram last arrived
  bool has_echo = false;
  std::uint16_t echo = 0;
  std::uint32_t received = 0;  ///< it has all events below this
  std::uint32_t told = 0;      ///< events below this have been sent at least once
  Instant extended_at{};       ///< when `told` last grew
  std::uint32_t repeated = 0;  ///< events below this have been sent at least twice
  Tick horizon_told{};
  /// The event whose acknowledgement is being timed, since when, and how long that takes.
  std::uint32_t probe = 0;
  Instant probe_sent{};
  std::optional<Duration> acknowledges_after{};
  /// Until then everything unacknowledged is in every datagram: something was lost.
  Instant eager_until{};
  Instant told_at{};
  std::uint8_t number = 0;
  bool is_fetching = false;
  std::uint8_t generation = 0;  ///< of the hello by which its client came

  /// To the sender of such a hello, which has so many events already.
  static Feed to(const Hello& hello, std::uint32_t received, Instant now);

  /// A play datagram of this generation came.
  void hear(const PlayUp& message, Instant now);
  /// The first event of a datagram that should go out now, of `count` events that there are;
  /// nothing if none should. `has_news`: something else than an event is worth telling.
  std::optional<std::uint32_t> next(std::uint32_t count, bool has_news, Instant now);
  /// A datagram with the events before `end`, of `count`, went out.
  void sent(std::uint32_t end, std::uint32_t count, Instant now);

 private:
  bool is_late(Instant now) const;
};

}  // namespace tutti::detail
