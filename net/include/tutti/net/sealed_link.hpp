#pragma once
// The link over UDP, by IPv6 and IPv4: everything after the handshake is sealed, and nothing is
// believed that a key did not open. net/PROTOCOL.md, "Links", has the bytes and the reasons,
// net/SECURITY.md what is promised.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "tutti/net/address.hpp"
#include "tutti/net/link.hpp"
#include "tutti/net/relay_certificate.hpp"
#include "tutti/replay/signature.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/result.hpp"

namespace tutti {

namespace detail {
class SealedPeers;
class UdpSocket;
}  // namespace detail

namespace limits {
/// Connections of one link.
inline constexpr std::size_t link_peers = 16'384;
/// Bytes of control that wait for one peer to take them in, and 64 more for each piece of 464; it
/// is disconnected beyond that.
inline constexpr std::size_t control_waiting_bytes = 4 * 1024 * 1024;
/// Datagrams that one `service` takes in at most; further ones wait in the socket.
inline constexpr std::size_t service_datagrams = 8192;
/// Arrivals that wait for `receive`; when there are more, `service` leaves datagrams in the socket.
inline constexpr std::size_t link_arrivals = 65'536;
/// Addresses of one relay, or of a fleet's relays, that a client tries.
inline constexpr std::size_t relay_addresses = 6;
}  // namespace limits
/// How many connections and handshakes a listening link takes, and by which key it is known.
struct SealedLinkOptions {
  /// Connections at once, up to limits::link_peers.
  std::size_t peers_max = 1024;
  /// Connections at once from one household: an IPv4 address, an IPv6 /64.
  std::size_t peers_per_household_max = 128;
  /// Connections at once from one neighbourhood: an IPv4 /24, an IPv6 /56.
  std::size_t peers_per_neighbourhood_max = 512;
  /// Handshakes a second that one neighbourhood may begin, on average; four times as many at once.
  double handshakes_per_neighbourhood = 64;
  /// Handshakes a second that all together may begin, a fiftieth of them at once; each costs about
  /// 0.15 ms.
  double handshakes_in_all = 1500;
  /// Bytes of control that wait for all peers together; beyond that, those are disconnected who
  /// have more than their share of it.
  std::size_t control_waiting_bytes_in_all = 256 * 1024 * 1024;
  /// The time after which an unanswered connection attempt is given up.
  Duration connect_max = std::chrono::seconds(5);
  /// Silence after which a peer counts as gone.
  Duration silence_max = std::chrono::seconds(10);
  /// A listener's key, by which clients know it; without one, a new one for this link alone.
  std::optional<SigningKey> key{};
  /// The word of the listener's fleet for its key. Clients then know it by the fleet's key.
  std::optional<RelayCertificate> certificate{};
  /// Seconds since 1970 in UTC, by which certificates expire; the system's clock if empty.
  std::function<std::int64_t()> utc{};
};

/// One UDP socket and the connections over it, for one thread at a time. Everything goes by `now`.
class TUTTI_API SealedLink final : public Link {
 public:
  /// A link that listens: at an empty host by IPv6 and IPv4, on every interface. Fails, with a
  /// sentence that names the port, if that is taken or not allowed.
  static Result<std::unique_ptr<SealedLink>> listen(const Address& address,
                                                    const SealedLinkOptions& options = {});
  /// A link that connects to others, from any free port, and answers no strangers.
  static Result<std::unique_ptr<SealedLink>> open_client(const SealedLinkOptions& options = {
                                                             .peers_max = 8});
  /// Says goodbye to every peer, once.
  ~SealedLink() override;

  /// Starts to connect: `connected` arrives, or `disconnected` after `connect_max`. With the key of
  /// the relay, or of its fleet, nobody else is listened to; without, whoever answers is believed,
  /// and `relay_key` says by which key it is known. It looks the name up first, which may take the
  /// system's resolver seconds; a numeric address takes no time. Fails if the name is unknown or
  /// `peers_max` connections exist.
  Result<PeerId> connect(const Address& address, const std::optional<PublicKey>& key = {});
  /// The same, to a relay at any of these numeric addresses, of which it tries the first
  /// limits::relay_addresses.
  Result<PeerId> connect(std::span<const Address> addresses,
                         const std::optional<PublicKey>& key = {});

  /// The key by which the relay at the other end of a connection is known that this side opened,
  /// its own or its fleet's, once it stands.
  std::optional<PublicKey> relay_key(PeerId peer) const;
  /// The key by which clients know this listener: its fleet's, or its own.
  PublicKey known_by() const;

  /// The port of the socket, also if it was chosen by the system.
  std::uint16_t local_port() const;

  /// Sleeps until something arrives at the socket, at most `most` (rounded up to a millisecond).
  /// For loops with nothing else to do; retransmission wants a `service` every 50 ms or so.
  void wait(Duration most);

  void service(Instant now) override;
  std::optional<Arrival> receive() override;
  void send_control(PeerId peer, BytesView bytes) override;
  void send_play(PeerId peer, BytesView bytes) override;
  void disconnect(PeerId peer) override;
  std::optional<PeerId> reconnect(PeerId peer) override;
  std::optional<PeerId> reconnect_at(PeerId peer, const Address& relay) override;
  std::optional<ConnectionHash> connection_hash(PeerId peer) const override;
  std::optional<NetworkPlace> place_of(PeerId peer) const override;
  LinkStatistics statistics() const override;

 private:
  SealedLink(std::unique_ptr<detail::UdpSocket> socket, std::unique_ptr<detail::SealedPeers> peers);
  std::unique_ptr<detail::UdpSocket> socket_;
  std::unique_ptr<detail::SealedPeers> peers_;
};

}  // namespace tutti
