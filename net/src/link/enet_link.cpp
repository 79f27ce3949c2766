// Opening the ENet link; its work is done in enet_connections.cpp.

#include "tutti/net/enet_link.hpp"

#include <utility>

#include "link/enet_connections.hpp"

namespace tutti {

using detail::EnetConnections;
using detail::EnetHost;

namespace {

constexpr std::size_t lingering_peers = 64;

}  // namespace

Result<std::unique_ptr<EnetLink>> EnetLink::open(const Address& address, detail::LinkRole role,
                                                 const EnetLinkOptions& options) {
  if (options.peers_max == 0 || options.peers_max > limits::link_peers) {
    return fail(Fault::usage, "a link has 1 to " + std::to_string(limits::link_peers) +
                                  " connections, not " + std::to_string(options.peers_max));
  }
  // A few more ENet peers than connections: those of ended connections linger for a moment.
  auto host = EnetHost::open(address, {.peers_max = options.peers_max + lingering_peers,
                                       .peers_per_address_max = options.peers_per_address_max,
                                       .silence_max = options.silence_max});
  if (!host) return Unexpected{host.error()};
  auto connections = std::make_unique<EnetConnections>(std::move(*host), role, options);
  return std::unique_ptr<EnetLink>(new EnetLink(std::move(connections)));
}

Result<std::unique_ptr<EnetLink>> EnetLink::listen(const Address& address,
                                                   const EnetLinkOptions& options) {
  return open(address, detail::LinkRole::listener, options);
}

Result<std::unique_ptr<EnetLink>> EnetLink::open_client(const EnetLinkOptions& options) {
  return open({.host = "", .port = 0}, detail::LinkRole::client, options);
}

EnetLink::EnetLink(std::unique_ptr<EnetConnections> connections)
    : connections_(std::move(connections)) {}
EnetLink::~EnetLink() = default;

Result<PeerId> EnetLink::connect(const Address& address) {
  const auto to = EnetHost::resolve(address);
  if (!to) return Unexpected{to.error()};
  return connections_->connect(*to);
}

std::uint16_t EnetLink::local_port() const { return connections_->host().port(); }

void EnetLink::wait(Duration most) {
  if (!connections_->has_arrivals()) connections_->host().wait(most);
}

void EnetLink::service(Instant now) { connections_->service(now); }
std::optional<Arrival> EnetLink::receive() { return connections_->receive(); }
void EnetLink::send_control(PeerId peer, BytesView bytes) {
  connections_->send_control(peer, bytes);
}
void EnetLink::send_play(PeerId peer, BytesView bytes) { connections_->send_play(peer, bytes); }
void EnetLink::disconnect(PeerId peer) { connections_->disconnect(peer); }
std::optional<PeerId> EnetLink::reconnect(PeerId peer) { return connections_->reconnect(peer); }
LinkStatistics EnetLink::statistics() const { return connections_->statistics(); }

}  // namespace tutti
