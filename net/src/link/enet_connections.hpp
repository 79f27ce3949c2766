#pragma once
// Connections over one ENet host. A connection outlives the ENet peer that carries its control:
// ENet authenticates nothing and times out by its own traffic, so a lost peer only means that the
// client makes another. A connection ends by a `bye` or by silence.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "link/control_stream.hpp"
#include "link/doorkeeper.hpp"
#include "link/enet_host.hpp"
#include "link/link_role.hpp"
#include "tutti/net/enet_link.hpp"

namespace tutti::detail {

struct EnetConnection {
  PeerId peer{};
  bool is_client = false;
  bool is_open = false;    // the user was told of it
  bool is_synced = false;  // both sides know where the other's control stands on this ENet peer
  bool is_overrun = false;
  std::uint32_t id = 0;
  std::optional<EnetHost::Slot> slot;  // of the ENet peer, if there is one
  Endpoint address;                    // where play goes; for a client, the relay
  ControlStream stream;
  std::optional<Instant> heard;
  Instant enet_heard{};
  Instant next_attempt{};             // while connecting: when to give up
  std::optional<Instant> challenged;  // when the listener last asked us to prove our address
  bool is_challenged = false;         // and it has not been tried again since
};

class EnetConnections {
 public:
  EnetConnections(std::unique_ptr<EnetHost> host, LinkRole role, const EnetLinkOptions& options)
      : host_(std::move(host)), role_(role), options_(options), by_slot_(host_->slots()) {}
  ~EnetConnections();
  EnetConnections(const EnetConnections&) = delete;
  EnetConnections& operator=(const EnetConnections&) = delete;

  EnetHost& host() { return *host_; }
  Result<PeerId> connect(const Endpoint& to);
  void service(Instant now);
  std::optional<Arrival> receive();
  void send_control(PeerId peer, BytesView bytes);
  void send_play(PeerId peer, BytesView bytes);
  void disconnect(PeerId peer);
  std::optional<PeerId> reconnect(PeerId peer);
  bool has_arrivals() const { return !arrivals_.empty(); }
  const LinkStatistics& statistics() const { return statistics_; }

 private:
  using Connection = EnetConnection;
  using Frame = ControlFrame;

  bool is_ours(const EnetHost::Datagram& datagram);
  bool take_play(const EnetHost::Datagram& datagram);
  bool take_challenge(const EnetHost::Datagram& datagram);
  void ask_for_proof(const Endpoint& from);
  void handle(const EnetHost::Event& event);
  void take_peer(const EnetHost::Event& event);
  void refuse(EnetHost::Slot slot);
  bool take_packet(Connection& connection, const EnetHost::Event& event);
  bool take_open(Connection& connection, const Frame& frame);
  bool sync(Connection& connection, std::uint32_t received);
  void maintain();
  bool is_over(Connection& connection);
  void try_again(Connection& connection);
  void replace_peer(Connection& connection);

  Connection& add(EnetHost::Slot slot, const Endpoint& address);
  void attach(Connection& connection, EnetHost::Slot slot);
  std::optional<EnetHost::Slot> detach(Connection& connection);
  void drop_peer(Connection& connection) {
    if (const auto slot = detach(connection)) host_->drop(*slot);
  }
  void finish(Connection& connection);
  void send(const Connection& connection, const Frame& frame) {
    host_->send(*connection.slot, encode(frame));
  }
  void arrive(Arrival::Kind kind, const Connection& connection, BytesView bytes = {}) {
    arrivals_.push_back({kind, connection.peer, Bytes(bytes.begin(), bytes.end())});
  }
  Connection* find(PeerId peer) {
    const auto found = connections_.find(peer);
    return found != connections_.end() ? &found->second : nullptr;
  }

  std::unique_ptr<EnetHost> host_;
  LinkRole role_;
  Doorkeeper doorkeeper_;
  EnetLinkOptions options_;
  Instant now_{};
  std::uint32_t last_peer_ = 0;
  std::map<PeerId, Connection> connections_;
  std::unordered_map<std::uint32_t, Connection*> by_id_;
  std::vector<Connection*> by_slot_;
  std::map<PeerId, Endpoint> opened_;  // where each connection of ours went, living or gone
  std::deque<Arrival> arrivals_;
  LinkStatistics statistics_;
};

}  // namespace tutti::detail
