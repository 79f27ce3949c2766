// Opening the sealed link; its work is done in sealed_peers.cpp.

#include "tutti/net/sealed_link.hpp"

#include <utility>
#include <vector>

#include "link/sealed_peers.hpp"
#include "link/udp_socket.hpp"
#include "tutti/net/lookup.hpp"

namespace tutti {

namespace {

Result<std::unique_ptr<detail::UdpSocket>> open_socket(const Address& address,
                                                       const SealedLinkOptions& options,
                                                       detail::UdpSocket::Use use) {
  if (options.peers_max == 0 || options.peers_max > limits::link_peers) {
    return fail(Fault::usage, "a link has 1 to " + std::to_string(limits::link_peers) +
                                  " connections, not " + std::to_string(options.peers_max));
  }
  return detail::UdpSocket::open(address, use);
}

}  // namespace

Result<std::unique_ptr<SealedLink>> SealedLink::listen(const Address& address,
                                                       const SealedLinkOptions& options) {
  auto socket = open_socket(address, options, detail::UdpSocket::Use::listen);
  if (!socket) return Unexpected{socket.error()};
  const SigningKey key = options.key ? *options.key : SigningKey::create();
  auto peers = std::make_unique<detail::SealedPeers>(**socket, options, key);
  return std::unique_ptr<SealedLink>(new SealedLink(std::move(*socket), std::move(peers)));
}

Result<std::unique_ptr<SealedLink>> SealedLink::open_client(const SealedLinkOptions& options) {
  auto socket = open_socket({.host = "", .port = 0}, options, detail::UdpSocket::Use::call);
  if (!socket) return Unexpected{socket.error()};
  auto peers = std::make_unique<detail::SealedPeers>(**socket, options, std::nullopt);
  return std::unique_ptr<SealedLink>(new SealedLink(std::move(*socket), std::move(peers)));
}

SealedLink::SealedLink(std::unique_ptr<detail::UdpSocket> socket,
                       std::unique_ptr<detail::SealedPeers> peers)
    : socket_(std::move(socket)), peers_(std::move(peers)) {}
SealedLink::~SealedLink() = default;

Result<PeerId> SealedLink::connect(const Address& address, const std::optional<PublicKey>& key) {
  const auto found = look_up(address.host);
  if (!found) return Unexpected{found.error()};
  std::vector<Address> addresses;
  for (const std::string& host : *found)
    addresses.push_back({host, address.port});
  return connect(addresses, key);
}

Result<PeerId> SealedLink::connect(std::span<const Address> addresses,
                                   const std::optional<PublicKey>& key) {
  std::vector<detail::Endpoint> endpoints;
  for (const Address& address : addresses) {
    const auto endpoint = detail::numeric_endpoint(address.host, address.port);
    if (endpoint && endpoints.size() < limits::relay_addresses) endpoints.push_back(*endpoint);
  }
  if (endpoints.empty()) return fail(Fault::usage, "the relay has no address that can be used");
  return peers_->connect(endpoints, key);
}

std::optional<PublicKey> SealedLink::relay_key(PeerId peer) const {
  return peers_->relay_key(peer);
}
PublicKey SealedLink::known_by() const { return peers_->known_by().value_or(PublicKey{}); }
std::uint16_t SealedLink::local_port() const { return socket_->port(); }

void SealedLink::wait(Duration most) {
  if (!peers_->has_arrivals()) socket_->wait(most);
}

void SealedLink::service(Instant now) { peers_->service(now); }
std::optional<Arrival> SealedLink::receive() { return peers_->receive(); }
void SealedLink::send_control(PeerId peer, BytesView bytes) { peers_->send_control(peer, bytes); }
void SealedLink::send_play(PeerId peer, BytesView bytes) { peers_->send_play(peer, bytes); }
void SealedLink::disconnect(PeerId peer) { peers_->disconnect(peer); }
std::optional<PeerId> SealedLink::reconnect(PeerId peer) { return peers_->reconnect(peer); }
std::optional<PeerId> SealedLink::reconnect_at(PeerId peer, const Address& relay) {
  return peers_->reconnect_at(peer, relay);
}
std::optional<ConnectionHash> SealedLink::connection_hash(PeerId peer) const {
  return peers_->connection_hash(peer);
}
std::optional<NetworkPlace> SealedLink::place_of(PeerId peer) const {
  return peers_->place_of(peer);
}
LinkStatistics SealedLink::statistics() const { return peers_->statistics(); }

}  // namespace tutti
