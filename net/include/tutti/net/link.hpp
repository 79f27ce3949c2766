#pragma once
// Messages travel over links. A link carries two kinds of them: *control*, reliable and in order,
// for the few things that must arrive (hello, welcome, refusals, the end), and *play*, single
// datagrams that may be lost, doubled and reordered, for everything else. Two real implementations:
// sealed datagrams over UDP, and storm, whole networks in one process under simulated weather.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>

#include "tutti/net/address.hpp"
#include "tutti/net/place.hpp"
#include "tutti/net/time.hpp"
#include "tutti/sim/bytes.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

namespace limits {
/// Bytes of one play datagram as a link's user sees it.
inline constexpr std::size_t play_bytes = 1200 - 8;
/// Bytes that sealing adds to each datagram: a header of 8 and a tag of 16.
inline constexpr std::size_t seal_bytes = 24;
/// Bytes of UDP payload that every path carries unfragmented: of the 576 bytes that every host
/// takes (RFC 791), less the largest IPv4 header and UDP's. Control keeps to it, and play on paths
/// that lose larger datagrams.
inline constexpr std::size_t small_datagram_bytes = 508;
/// Bytes of play in such a datagram.
inline constexpr std::size_t small_play_bytes = small_datagram_bytes - seal_bytes;
/// Bytes of one control message.
inline constexpr std::size_t control_bytes = 16 * 1024;
}  // namespace limits

/// A machine on the wire, as one link numbers it; never reused while the link lives.
struct PeerId {
  std::uint32_t value = 0;  ///< 0 for none; numbers are not used again
  constexpr auto operator<=>(const PeerId&) const = default;
};

/// A name of one connection that both of its ends know, that no other connection has, and that
/// nobody can choose.
using ConnectionHash = std::array<std::byte, 64>;

/// Something that a link took in.
struct Arrival {
  /// What has arrived.
  enum class Kind {
    connected,     ///< the connection is there: send now
    disconnected,  ///< the peer is gone, or could not be reached; its id means nothing any more.
                   ///< `bytes` may be a sentence that says why: the other side refused, for good
    control,
    play,
  };
  Kind kind = Kind::play;  ///< what it is
  PeerId peer{};           ///< from whom
  Bytes bytes{};           ///< the message; empty for the others
};

/// Totals since the link was made. Bytes are UDP payload.
struct LinkStatistics {
  std::uint64_t datagrams_sent = 0;      ///< so far, control and play together
  std::uint64_t bytes_sent = 0;          ///< of UDP payload
  std::uint64_t datagrams_received = 0;  ///< so far, control and play together
  std::uint64_t bytes_received = 0;      ///< of UDP payload
  std::uint64_t refused = 0;  ///< arrivals dropped as malformed, oversized or from strangers
};

/// The way to other machines: the one interface behind which UDP and the storm's network are.
class TUTTI_API Link {
 public:
  virtual ~Link() = default;

  /// Sends the queued bytes and takes in those that have arrived. Call it often, and again after
  /// sending. It never blocks.
  virtual void service(Instant now) = 0;
  /// The next arrival in order, or nothing.
  virtual std::optional<Arrival> receive() = 0;

  /// Queues a control message of at most limits::control_bytes. Does nothing for a peer that is
  /// gone.
  virtual void send_control(PeerId peer, BytesView bytes) = 0;
  /// Sends one datagram of at most limits::play_bytes, at the latest in the next `service`.
  virtual void send_play(PeerId peer, BytesView bytes) = 0;
  /// Ends the connection once its queue is sent; no `disconnected` arrival follows.
  virtual void disconnect(PeerId peer) = 0;
  /// Forgets the connection that this side opened to `peer`, and opens another one to the same
  /// place, also if the first is gone already. Nothing if this side did not open it, or cannot open
  /// one now.
  virtual std::optional<PeerId> reconnect(PeerId) { return std::nullopt; }

  /// The same, to another relay, which has to have the same key: at another port of that place if
  /// the host is empty, and so do later reconnections; else at that numeric address, this once.
  virtual std::optional<PeerId> reconnect_at(PeerId, const Address& /*relay*/) {
    return std::nullopt;
  }

  /// The name of the connection to a peer, for proofs that are worth something over it alone.
  /// Nothing on links that agree on no keys, and for a peer that is gone.
  virtual std::optional<ConnectionHash> connection_hash(PeerId) const { return std::nullopt; }

  /// The place at which the handshake of a peer began that connected to this side; nothing if it is
  /// gone, or this link knows no places.
  virtual std::optional<NetworkPlace> place_of(PeerId) const { return std::nullopt; }

  virtual LinkStatistics statistics() const = 0;  ///< Counters since the link was made.
};

}  // namespace tutti
