#pragma once
// The link over UDP (IPv4): control on a reliable channel of ENet, play in datagrams of our own on
// the same socket. net/PROTOCOL.md, "Links", has the bytes and the reasons.

#include <cstdint>
#include <memory>

#include "tutti/net/address.hpp"
#include "tutti/net/link.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/result.hpp"

namespace tutti {

namespace detail {
class EnetConnections;
enum class LinkRole;
}  // namespace detail

namespace limits {
/// Connections of one link; ENet numbers its peers with 12 bits.
inline constexpr std::size_t link_peers = 4000;
/// Bytes of control that wait for one peer to take them in; it is disconnected beyond that.
inline constexpr std::size_t control_waiting_bytes = 4 * 1024 * 1024;
/// Datagrams that one `service` takes in at most; further ones wait in the socket.
inline constexpr std::size_t service_datagrams = 8192;
/// Arrivals that wait for `receive`; when there are more, `service` leaves datagrams in the socket.
inline constexpr std::size_t link_arrivals = 65'536;
/// Bytes asked for each of the socket's two buffers; the system may give less.
inline constexpr int socket_buffer_bytes = 2 * 1024 * 1024;
}  // namespace limits

/// The options of a link over UDP, with a default for each.
struct EnetLinkOptions {
  /// Connections at once, up to limits::link_peers.
  std::size_t peers_max = 1024;
  /// Connections at once from one IP address (a household, a school).
  std::size_t peers_per_address_max = 128;
  /// The time after which an unanswered connection attempt is given up.
  Duration connect_max = std::chrono::seconds(5);
  /// Silence, on play and ENet together, after which a peer counts as gone.
  Duration silence_max = std::chrono::seconds(10);
  /// Silence on ENet alone after which a client replaces its ENet peer, unseen by the link's user.
  Duration reconnect_after = std::chrono::seconds(5);
};

/// One UDP socket and the connections over it, for one thread at a time. Only ENet's own
/// retransmission reads a clock; everything else goes by `now`.
class TUTTI_API EnetLink final : public Link {
 public:
  /// A link that listens. Fails, with a sentence that names the port, if that is taken or not
  /// allowed.
  static Result<std::unique_ptr<EnetLink>> listen(const Address& address,
                                                  const EnetLinkOptions& options = {});
  /// A link that connects to others, from any free port, and answers no strangers.
  static Result<std::unique_ptr<EnetLink>> open_client(const EnetLinkOptions& options = {
                                                           .peers_max = 8});
  /// Says goodbye to every peer, once.
  ~EnetLink() override;

  /// Starts to connect: `connected` arrives, or `disconnected` after `connect_max`. It looks the
  /// name up first, which may take the system's resolver seconds; an IPv4 address takes no time.
  /// Fails if the name is unknown or `peers_max` connections exist.
  Result<PeerId> connect(const Address& address);

  /// The port of the socket, also if it was chosen by the system.
  std::uint16_t local_port() const;

  /// Sleeps until something arrives at the socket, at most `most` (rounded up to a millisecond).
  /// For loops with nothing else to do; ENet's own timers want a `service` every 50 ms or so.
  void wait(Duration most);

  void service(Instant now) override;
  std::optional<Arrival> receive() override;
  void send_control(PeerId peer, BytesView bytes) override;
  void send_play(PeerId peer, BytesView bytes) override;
  void disconnect(PeerId peer) override;
  std::optional<PeerId> reconnect(PeerId peer) override;
  LinkStatistics statistics() const override;  ///< See Link::statistics.

 private:
  explicit EnetLink(std::unique_ptr<detail::EnetConnections> connections);
  static Result<std::unique_ptr<EnetLink>> open(const Address& address, detail::LinkRole role,
                                                const EnetLinkOptions& options);
  std::unique_ptr<detail::EnetConnections> connections_;
};

}  // namespace tutti
