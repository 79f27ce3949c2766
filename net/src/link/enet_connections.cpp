// The life of connections: made, resumed, ended.

#include "link/enet_connections.hpp"

#include <sys/random.h>

#include <cerrno>

namespace tutti::detail {

namespace {

constexpr Duration attempt_interval = std::chrono::seconds(1);
constexpr Duration challenge_interval = std::chrono::milliseconds(250);

// Not guessable: for a while, who knows the id of a connection is believed to be its client.
std::uint32_t random_id() {
  std::uint32_t id = 0;
  while (id == 0) {
    const auto filled = getrandom(&id, sizeof(id), 0);
    TUTTI_ASSERT(filled == sizeof(id) || errno == EINTR, errno);
  }
  return id;
}

}  // namespace

// Not ENet's own disconnect as well: it would overtake the bye inside ENet.
EnetConnections::~EnetConnections() {
  for (const auto& [peer, connection] : connections_) {
    if (connection.slot) send(connection, {.kind = Frame::Kind::bye});
  }
  host_->flush();
}

Result<PeerId> EnetConnections::connect(const Endpoint& to) {
  std::optional<EnetHost::Slot> slot;
  if (connections_.size() < options_.peers_max) slot = host_->connect(to, 0);
  if (!slot) {
    return fail(Fault::usage, "this link has its " + std::to_string(options_.peers_max) +
                                  " connections already; end one, or allow more");
  }
  Connection& connection = add(*slot, to);
  connection.is_client = true;
  opened_.insert_or_assign(connection.peer, to);
  return connection.peer;
}

std::optional<PeerId> EnetConnections::reconnect(PeerId peer) {
  const auto opened = opened_.find(peer);
  if (opened == opened_.end()) return std::nullopt;
  const Endpoint to = opened->second;
  disconnect(peer);
  const Result<PeerId> again = connect(to);
  if (!again) return std::nullopt;
  opened_.erase(peer);
  return *again;
}

void EnetConnections::service(Instant now) {
  now_ = now;
  host_->begin_service();
  const EnetHost::Filter filter = [this](const auto& datagram) { return is_ours(datagram); };
  while (arrivals_.size() < limits::link_arrivals) {
    const auto event = host_->next_event(filter);
    if (!event) break;
    handle(*event);
  }
  maintain();
  host_->flush();
  const LinkStatistics more = host_->take_statistics();
  statistics_.datagrams_sent += more.datagrams_sent;
  statistics_.bytes_sent += more.bytes_sent;
  statistics_.datagrams_received += more.datagrams_received;
  statistics_.bytes_received += more.bytes_received;
}

std::optional<Arrival> EnetConnections::receive() {
  if (arrivals_.empty()) return std::nullopt;
  Arrival arrival = std::move(arrivals_.front());
  arrivals_.pop_front();
  return arrival;
}

void EnetConnections::send_control(PeerId peer, BytesView bytes) {
  TUTTI_ASSERT(bytes.size() <= limits::control_bytes, bytes.size());
  Connection* connection = find(peer);
  if (connection == nullptr || !connection->is_open || connection->is_overrun) return;
  const Bytes& frame = connection->stream.push(bytes);
  if (connection->is_synced) host_->send(*connection->slot, frame);
  connection->is_overrun = connection->stream.waiting_bytes() > limits::control_waiting_bytes;
}

void EnetConnections::send_play(PeerId peer, BytesView bytes) {
  TUTTI_ASSERT(bytes.size() <= limits::play_bytes, bytes.size());
  const Connection* connection = find(peer);
  if (connection == nullptr || !connection->is_open) return;
  const auto header = play_header(connection->id);
  const std::size_t sent = host_->send_datagram(connection->address, header, bytes);
  if (sent == 0) return;  // a full buffer or no route: a loss like any other
  ++statistics_.datagrams_sent;
  statistics_.bytes_sent += sent;
}

void EnetConnections::disconnect(PeerId peer) {
  Connection* connection = find(peer);
  if (connection == nullptr) return;
  if (connection->is_synced) {
    send(*connection, {.kind = Frame::Kind::bye});
    host_->end(*detach(*connection));
  }
  finish(*connection);
}

// Sees every datagram before ENet; true keeps it from ENet.
bool EnetConnections::is_ours(const EnetHost::Datagram& datagram) {
  if (datagram.bytes.empty()) return true;
  if (datagram.bytes[0] == play_mark) {
    statistics_.refused += !take_play(datagram);
    return true;
  }
  if (datagram.bytes[0] == challenge_mark) {
    statistics_.refused += !take_challenge(datagram);
    return true;
  }
  const bool is_compressed = (datagram.bytes[0] & enet_compressed_bit) != std::byte{};
  const bool is_stranger = !datagram.slot && role_ == LinkRole::client;
  if (is_compressed || is_stranger) {
    ++statistics_.refused;
    return true;
  }
  if (is_enet_connect(datagram.bytes) && !doorkeeper_.is_let_in(datagram.from, now_)) {
    ask_for_proof(datagram.from);
    return true;
  }
  if (Connection* connection = datagram.slot ? by_slot_[*datagram.slot] : nullptr) {
    connection->heard = now_;
    connection->enet_heard = now_;
  }
  return false;
}

// ENet would take a place for anybody that says CONNECT, for half a minute, and answer six times.
// So it hears of nobody whose address has not been shown to be one.
void EnetConnections::ask_for_proof(const Endpoint& from) {
  const std::size_t sent =
      host_->send_datagram(from, encode_challenge(doorkeeper_.challenge(from, now_)), {});
  statistics_.datagrams_sent += sent > 0;
  statistics_.bytes_sent += sent;
}

// A listener's challenge to a client, or a client's answer.
bool EnetConnections::take_challenge(const EnetHost::Datagram& datagram) {
  const auto cookie = decode_challenge(datagram.bytes);
  if (!cookie) return false;
  if (role_ == LinkRole::listener) return doorkeeper_.answer(datagram.from, *cookie, now_);
  for (auto& [peer, connection] : connections_) {
    if (connection.address != datagram.from || connection.is_synced || !connection.slot) continue;
    const std::size_t sent = host_->send_datagram(datagram.from, datagram.bytes, {});
    statistics_.datagrams_sent += sent > 0;
    statistics_.bytes_sent += sent;
    // At once and not when ENet tries again; but not for each one of somebody who floods us.
    if (connection.challenged && now_ - *connection.challenged < challenge_interval) return true;
    connection.challenged = now_;
    connection.is_challenged = true;
    return true;
  }
  return false;
}

// The listening side follows a client whose address changed (a phone that leaves the Wi-Fi): a
// sender that knows the connection id is believed to be the client. Until datagrams are sealed,
// whoever can read the path can take a connection over like this; a stranger has to guess 32 bits.
bool EnetConnections::take_play(const EnetHost::Datagram& datagram) {
  const auto frame = decode_play_frame(datagram.bytes);
  if (!frame) return false;
  const auto found = by_id_.find(frame->connection);
  if (found == by_id_.end()) return false;
  Connection& connection = *found->second;
  if (connection.is_client && connection.address != datagram.from) return false;
  connection.address = datagram.from;
  connection.heard = now_;
  arrive(Arrival::Kind::play, connection, frame->payload);
  return true;
}

void EnetConnections::handle(const EnetHost::Event& event) {
  Connection* connection = by_slot_[event.slot];
  switch (event.kind) {
    case EnetHost::Event::Kind::connected:
      if (connection == nullptr) take_peer(event);
      break;  // otherwise a peer of our own making: the listener speaks first
    case EnetHost::Event::Kind::disconnected:
      // Says nothing about the connection: ENet's disconnect can be forged.
      if (connection != nullptr) detach(*connection);
      break;
    case EnetHost::Event::Kind::packet:
      if (connection == nullptr) break;  // it was under way when the connection ended
      statistics_.refused += !take_packet(*connection, event);
      break;
  }
}

// A peer that connected to us, for a new connection or for one whose peer was lost.
void EnetConnections::take_peer(const EnetHost::Event& event) {
  Connection* connection = nullptr;
  if (event.data != 0) {
    const auto found = by_id_.find(event.data);
    if (found == by_id_.end() || found->second->is_client) return refuse(event.slot);
    connection = found->second;
    drop_peer(*connection);
    attach(*connection, event.slot);
    connection->address = event.from;
  } else {
    if (role_ == LinkRole::client || connections_.size() >= options_.peers_max)
      return refuse(event.slot);
    connection = &add(event.slot, event.from);
    do {
      connection->id = random_id();
    } while (!by_id_.try_emplace(connection->id, connection).second);
    connection->is_open = true;
    connection->is_synced = true;
    arrive(Arrival::Kind::connected, *connection);
  }
  connection->heard = now_;
  send(*connection, {.kind = Frame::Kind::open,
                     .connection = connection->id,
                     .received = connection->stream.acknowledgement()});
}

void EnetConnections::refuse(EnetHost::Slot slot) {
  ++statistics_.refused;
  host_->send(slot, encode({.kind = Frame::Kind::bye}));
  host_->end(slot);
}

// False if the packet is malformed or has no place here.
bool EnetConnections::take_packet(Connection& connection, const EnetHost::Event& event) {
  const auto frame = decode_control_frame(event.packet);
  if (!frame || !event.is_reliable) return false;
  switch (frame->kind) {
    case Frame::Kind::open:
      return take_open(connection, *frame);
    case Frame::Kind::resume:
      return !connection.is_client && !connection.is_synced && sync(connection, frame->received);
    case Frame::Kind::message:
      if (!connection.is_synced) return false;
      arrive(Arrival::Kind::control, connection, frame->payload);
      if (connection.stream.take_in(frame->payload)) {
        send(connection,
             {.kind = Frame::Kind::acknowledge, .received = connection.stream.acknowledgement()});
      }
      return true;
    case Frame::Kind::acknowledge:
      return connection.is_synced && connection.stream.acknowledge(frame->received);
    case Frame::Kind::bye:
      arrive(Arrival::Kind::disconnected, connection);
      host_->let_go(*detach(connection));
      finish(connection);
      return true;
  }
  return false;
}

bool EnetConnections::take_open(Connection& connection, const Frame& frame) {
  if (!connection.is_client || connection.is_synced) return false;
  if (!connection.is_open) {
    if (!by_id_.try_emplace(frame.connection, &connection).second) return false;
    connection.id = frame.connection;
    connection.is_open = true;
    connection.next_attempt = {};
    arrive(Arrival::Kind::connected, connection);
    return sync(connection, frame.received);
  }
  if (frame.connection != connection.id) return false;
  send(connection, {.kind = Frame::Kind::resume, .received = connection.stream.acknowledgement()});
  return sync(connection, frame.received);
}

// The other side has so many messages: the missing ones go out again on this ENet peer.
bool EnetConnections::sync(Connection& connection, std::uint32_t received) {
  if (!connection.stream.acknowledge(received)) return false;
  connection.is_synced = true;
  for (const Bytes& frame : connection.stream.waiting())
    host_->send(*connection.slot, frame);
  return true;
}

void EnetConnections::maintain() {
  for (auto each = connections_.begin(); each != connections_.end();) {
    Connection& connection = (each++)->second;
    if (std::exchange(connection.is_challenged, false)) try_again(connection);
    if (is_over(connection)) {
      arrive(Arrival::Kind::disconnected, connection);
      finish(connection);
    } else if (connection.is_client && connection.is_open) {
      replace_peer(connection);
    }
  }
}

bool EnetConnections::is_over(Connection& connection) {
  if (connection.is_client && !connection.is_open) {
    if (connection.next_attempt == Instant{}) connection.next_attempt = now_ + options_.connect_max;
    return now_ >= connection.next_attempt || !connection.slot;
  }
  if (!connection.heard) connection.heard = now_;
  return connection.is_overrun || now_ - *connection.heard >= options_.silence_max;
}

// Our address is proven: the first CONNECT, which the listener dropped, goes out once more.
void EnetConnections::try_again(Connection& connection) {
  drop_peer(connection);
  if (const auto slot = host_->connect(connection.address, connection.id)) {
    attach(connection, *slot);
  }
}

void EnetConnections::replace_peer(Connection& connection) {
  if (now_ - connection.enet_heard >= options_.reconnect_after) drop_peer(connection);
  if (connection.slot || now_ < connection.next_attempt) return;
  connection.next_attempt = now_ + attempt_interval;
  if (const auto slot = host_->connect(connection.address, connection.id)) {
    attach(connection, *slot);
  }
}

EnetConnection& EnetConnections::add(EnetHost::Slot slot, const Endpoint& address) {
  const PeerId peer{++last_peer_};
  Connection& connection = connections_[peer];
  connection.peer = peer;
  connection.address = address;
  attach(connection, slot);
  return connection;
}

void EnetConnections::attach(Connection& connection, EnetHost::Slot slot) {
  connection.slot = slot;
  connection.enet_heard = now_;
  by_slot_[slot] = &connection;
}

std::optional<EnetHost::Slot> EnetConnections::detach(Connection& connection) {
  const auto slot = std::exchange(connection.slot, std::nullopt);
  if (slot) by_slot_[*slot] = nullptr;
  connection.is_synced = false;
  return slot;
}

void EnetConnections::finish(Connection& connection) {
  drop_peer(connection);
  if (connection.id != 0) by_id_.erase(connection.id);
  connections_.erase(connection.peer);
}

}  // namespace tutti::detail
