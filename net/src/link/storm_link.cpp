// The links of a storm network: connections, reliable control and signs of life over its weather.

#include "tutti/net/storm_link.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "link/link_role.hpp"
#include "link/storm_world.hpp"

namespace tutti {

namespace {

using Kind = detail::StormKind;
using Datagram = detail::StormDatagram;

// A control message travels in pieces of at most this, each of which every path carries.
constexpr std::size_t piece_bytes = limits::small_datagram_bytes - limits::seal_bytes - 10;
constexpr Duration life_interval = std::chrono::milliseconds(500);
constexpr Duration retry_min = std::chrono::milliseconds(10);
constexpr Duration retry_max = std::chrono::seconds(1);

class StormLink final : public Link {
 public:
  StormLink(std::shared_ptr<detail::StormWorld> world, detail::LinkRole role,
            std::uint16_t port = 0)
      : world_(std::move(world)), index_(world_->add(inbox_)), role_(role) {
    if (role == detail::LinkRole::listener) world_->add_listener(index_, port);
  }
  ~StormLink() override { world_->remove(index_); }
  StormLink(const StormLink&) = delete;
  StormLink& operator=(const StormLink&) = delete;

  void service(Instant now) override;
  std::optional<Arrival> receive() override;
  void send_control(PeerId peer, BytesView bytes) override;
  void send_play(PeerId peer, BytesView bytes) override;
  void disconnect(PeerId peer) override;
  std::optional<PeerId> reconnect(PeerId peer) override;
  std::optional<PeerId> reconnect_at(PeerId peer, const Address& relay) override;
  // Each client's end is a household and a neighbourhood of its own.
  std::optional<NetworkPlace> place_of(PeerId peer) const override {
    const std::uint64_t client = world_->path(peer).client;
    return NetworkPlace{.household = client, .neighbourhood = client};
  }
  LinkStatistics statistics() const override { return statistics_; }

  void connect(PeerId path) {
    Connection& connection = connections_[path];
    connection.is_client = true;
    queue(connection, path, Kind::hello);
  }
  bool is_of(const detail::StormWorld* world) const { return world_.get() == world; }
  bool is_listening() const { return role_ == detail::LinkRole::listener; }
  std::size_t index() const { return index_; }

 private:
  // A piece that has not got through yet.
  struct Outgoing {
    Datagram datagram;
    Instant next_try{};
    Duration retry_after{};
  };
  struct Connection {
    enum class State { connecting, open, closing };
    State state = State::connecting;
    bool is_client = false;
    std::optional<Instant> last_heard;
    Instant next_life{};
    std::uint32_t next_sequence = 0;
    std::vector<Outgoing> outgoing;
    std::uint32_t expected = 0;
    std::map<std::uint32_t, Datagram> early;
    Bytes partial;
  };
  PeerId connect_to(std::size_t listener, PeerId as_before);
  void take_in(Instant now, Datagram&& datagram);
  bool take_piece(Connection& connection, Datagram& piece);
  void open(Connection& connection, PeerId peer);
  void arrive(Arrival::Kind kind, PeerId peer, Bytes&& bytes = {}) {
    arrivals_.push_back({kind, peer, std::move(bytes)});
  }
  void queue(Connection& connection, PeerId peer, Kind kind, BytesView bytes = {});
  bool send(Instant now, Datagram& datagram);
  // How long a piece goes unacknowledged at first.
  Duration retry_after(PeerId peer) const {
    return std::clamp(world_->path(peer).round_trip() * 3 / 2, retry_min, retry_max);
  }
  void send_pieces(Instant now, PeerId peer, Connection& connection);
  bool is_over(Instant now, PeerId peer, Connection& connection);

  std::shared_ptr<detail::StormWorld> world_;
  detail::StormInbox inbox_;
  std::size_t index_;
  detail::LinkRole role_;
  std::map<PeerId, Connection> connections_;
  std::vector<Datagram> play_;  // to be sent in the next service
  std::deque<Arrival> arrivals_;
  LinkStatistics statistics_;
};

void StormLink::service(Instant now) {
  while (auto datagram = inbox_.next(now))
    take_in(now, std::move(*datagram));
  for (Datagram& datagram : play_)
    send(now, datagram);
  play_.clear();
  for (auto each = connections_.begin(); each != connections_.end();) {
    auto& [peer, connection] = *each;
    send_pieces(now, peer, connection);
    each = is_over(now, peer, connection) ? connections_.erase(each) : std::next(each);
  }
}

std::optional<Arrival> StormLink::receive() {
  if (arrivals_.empty()) return std::nullopt;
  Arrival arrival = std::move(arrivals_.front());
  arrivals_.pop_front();
  return arrival;
}

void StormLink::send_control(PeerId peer, BytesView bytes) {
  TUTTI_ASSERT(bytes.size() <= limits::control_bytes, bytes.size());
  const auto found = connections_.find(peer);
  if (found == connections_.end() || found->second.state != Connection::State::open) return;
  while (bytes.size() > piece_bytes) {
    queue(found->second, peer, Kind::part, bytes.first(piece_bytes));
    bytes = bytes.subspan(piece_bytes);
  }
  queue(found->second, peer, Kind::last, bytes);
}

void StormLink::send_play(PeerId peer, BytesView bytes) {
  TUTTI_ASSERT(bytes.size() <= limits::play_bytes, bytes.size());
  const auto found = connections_.find(peer);
  if (found == connections_.end() || found->second.state != Connection::State::open) return;
  play_.push_back({.path = peer, .bytes = Bytes(bytes.begin(), bytes.end())});
}

void StormLink::disconnect(PeerId peer) {
  const auto found = connections_.find(peer);
  if (found == connections_.end() || found->second.state == Connection::State::closing) return;
  found->second.state = Connection::State::closing;
  queue(found->second, peer, Kind::bye);
}

std::optional<PeerId> StormLink::reconnect(PeerId peer) {
  detail::StormPath& path = world_->path(peer);
  if (path.client != index_) return std::nullopt;
  if (path.known.empty()) return connect_to(path.listener, peer);
  std::rotate(path.known.begin(), path.known.begin() + 1, path.known.end());
  return connect_to(path.known.front(), peer);
}

std::optional<PeerId> StormLink::reconnect_at(PeerId peer, const Address& relay) {
  const auto listener = world_->listener_on(relay.port);
  if (world_->path(peer).client != index_ || !listener) return std::nullopt;
  return connect_to(*listener, peer);
}

PeerId StormLink::connect_to(std::size_t listener, PeerId as_before) {
  connections_.erase(as_before);
  const detail::StormPath& path = world_->path(as_before);
  const PeerId again =
      world_->add_path(index_, world_->listener_at(listener),
                       {path.up.control.options(), path.down.control.options(), path.dice});
  world_->path(again).known = world_->path(as_before).known;
  connect(again);
  return again;
}

void StormLink::take_in(Instant now, Datagram&& datagram) {
  ++statistics_.datagrams_received;
  statistics_.bytes_received += wire_bytes(datagram);
  const PeerId peer = datagram.path;
  auto found = connections_.find(peer);
  if (found == connections_.end() && datagram.kind == Kind::hello &&
      std::exchange(world_->path(peer).answered_by, index_) != index_) {
    found = connections_.try_emplace(peer).first;
  }
  if (found == connections_.end()) {
    ++statistics_.refused;
    return;
  }
  Connection& connection = found->second;
  connection.last_heard = now;
  if (detail::is_piece(datagram.kind)) {
    if (datagram.sequence < connection.expected) return;  // a copy of what was taken in
    connection.early.try_emplace(datagram.sequence, std::move(datagram));
    while (!connection.early.empty() && connection.early.begin()->first == connection.expected) {
      const auto next = connection.early.extract(connection.early.begin());
      ++connection.expected;
      if (!take_piece(connection, next.mapped())) {
        connections_.erase(found);
        return;
      }
    }
    return;
  }
  // Any other message than a hello proves that the client got the welcome, should its `ready` be
  // late.
  if (!connection.is_client) open(connection, peer);
  if (datagram.kind == Kind::play && connection.state == Connection::State::open) {
    arrive(Arrival::Kind::play, peer, std::move(datagram.bytes));
  }
}

// One piece in order. False when the connection ends with it.
bool StormLink::take_piece(Connection& connection, Datagram& piece) {
  const PeerId peer = piece.path;
  const bool is_closing = connection.state == Connection::State::closing;
  switch (piece.kind) {
    case Kind::hello:
      queue(connection, peer, Kind::welcome);
      break;
    case Kind::welcome:
      open(connection, peer);
      if (!is_closing) queue(connection, peer, Kind::ready);
      break;
    case Kind::ready:
      open(connection, peer);
      break;
    case Kind::part:
    case Kind::last:
      connection.partial.insert(connection.partial.end(), piece.bytes.begin(), piece.bytes.end());
      if (piece.kind == Kind::part) break;
      if (!is_closing) arrive(Arrival::Kind::control, peer, std::move(connection.partial));
      connection.partial.clear();
      break;
    case Kind::bye:
      if (connection.state == Connection::State::open || (connection.is_client && !is_closing)) {
        arrive(Arrival::Kind::disconnected, peer);
      }
      return false;
    case Kind::play:
    case Kind::life:
      break;
  }
  return true;
}

void StormLink::open(Connection& connection, PeerId peer) {
  if (connection.state != Connection::State::connecting) return;
  connection.state = Connection::State::open;
  arrive(Arrival::Kind::connected, peer);
}

void StormLink::queue(Connection& connection, PeerId peer, Kind kind, BytesView bytes) {
  Outgoing outgoing;
  outgoing.datagram = {.path = peer,
                       .sequence = connection.next_sequence++,
                       .kind = kind,
                       .bytes = Bytes(bytes.begin(), bytes.end())};
  connection.outgoing.push_back(std::move(outgoing));
}

// Sends the pieces that are due, in order of queueing; those that get through are done. (A real
// sender also repeats pieces that arrived when the acknowledgement was lost; that costs bytes and
// changes nothing else.) But a hello goes on until it is answered: the link that took it may have
// died.
void StormLink::send_pieces(Instant now, PeerId peer, Connection& connection) {
  std::size_t kept = 0;
  for (Outgoing& outgoing : connection.outgoing) {
    const bool is_asking =
        outgoing.datagram.kind == Kind::hello && connection.state == Connection::State::connecting;
    if (outgoing.datagram.kind == Kind::hello && connection.state == Connection::State::open) {
      continue;
    }
    if (outgoing.next_try <= now) {
      if (send(now, outgoing.datagram) && !is_asking) continue;
      outgoing.retry_after = outgoing.retry_after == Duration{}
                                 ? retry_after(peer)
                                 : std::min(outgoing.retry_after * 2, retry_max);
      outgoing.next_try = now + outgoing.retry_after;
    }
    if (&connection.outgoing[kept] != &outgoing) connection.outgoing[kept] = std::move(outgoing);
    ++kept;
  }
  connection.outgoing.resize(kept);
  if (connection.state == Connection::State::open && connection.next_life <= now) {
    connection.next_life = now + life_interval;
    Datagram life{.path = peer, .kind = Kind::life};
    send(now, life);
  }
}

bool StormLink::send(Instant now, Datagram& datagram) {
  ++statistics_.datagrams_sent;
  statistics_.bytes_sent += wire_bytes(datagram);
  return world_->send(now, index_, datagram);
}

// Whether a connection has nothing left to do, or heard nothing for too long.
bool StormLink::is_over(Instant now, PeerId peer, Connection& connection) {
  const bool is_closing = connection.state == Connection::State::closing;
  if (is_closing && connection.outgoing.empty()) return true;
  const bool is_connecting = connection.state == Connection::State::connecting;
  if (!connection.last_heard) connection.last_heard = now;
  const Duration most = is_connecting ? StormNetwork::connect_max : StormNetwork::silence_max;
  if (now - *connection.last_heard < most) return false;
  if (!is_closing && (!is_connecting || connection.is_client)) {
    arrive(Arrival::Kind::disconnected, peer);
  }
  return true;
}

void add(StormTraffic& sum, const StormTraffic& more) {
  sum.play += more.play;
  sum.control += more.control;
  sum.play_bytes += more.play_bytes;
  sum.control_bytes += more.control_bytes;
}

StormLink& storm_link(Link& link) {
  auto* storm = dynamic_cast<StormLink*>(&link);
  TUTTI_ASSERT(storm != nullptr, "a link that no StormNetwork made");
  return *storm;
}

}  // namespace

StormNetwork::StormNetwork(std::uint64_t seed)
    : world_(std::make_shared<detail::StormWorld>(seed)) {}

std::unique_ptr<Link> StormNetwork::listen(std::uint16_t port) {
  return std::make_unique<StormLink>(world_, detail::LinkRole::listener, port);
}

void StormNetwork::also_knows(PeerId path, Link& listener) {
  detail::StormPath& knowing = world_->path(path);
  if (knowing.known.empty()) knowing.known.push_back(knowing.listener);
  knowing.known.push_back(storm_link(listener).index());
}

std::unique_ptr<Link> StormNetwork::endpoint() {
  return std::make_unique<StormLink>(world_, detail::LinkRole::client);
}

Result<PeerId> StormNetwork::connect(Link& client, Link& listener, const WeatherOptions& up,
                                     const WeatherOptions& down, const StormDice& dice) {
  StormLink& from = storm_link(client);
  StormLink& to = storm_link(listener);
  if (!from.is_of(world_.get()) || !to.is_of(world_.get())) {
    return fail(Fault::usage, "both ends of a storm connection must be of the same network");
  }
  if (!to.is_listening()) {
    return fail(Fault::usage,
                "the storm endpoint to connect to does not listen; make it by listen()");
  }
  const PeerId path = world_->add_path(from.index(), to.index(), {up, down, dice});
  from.connect(path);
  return path;
}

PeerId StormNetwork::connect(Link& client, PeerId as_before, const WeatherOptions& up,
                             const WeatherOptions& down, const StormDice& dice) {
  StormLink& from = storm_link(client);
  const std::size_t listener = world_->listener_at(world_->path(as_before).listener);
  const PeerId path = world_->add_path(from.index(), listener, {up, down, dice});
  from.connect(path);
  return path;
}

void StormNetwork::set_weather(PeerId path, const WeatherOptions& up, const WeatherOptions& down,
                               const StormDice& dice) {
  detail::StormPath& changed = world_->path(path);
  changed.up.change(up);
  changed.down.change(down);
  changed.dice = dice;
}

void StormNetwork::change_address(PeerId path) { world_->path(path).known_again = Instant::max(); }

StormTotals StormNetwork::totals(PeerId path) const {
  const detail::StormPath& counted = world_->path(path);
  return {counted.up.traffic(), counted.down.traffic()};
}

StormTotals StormNetwork::totals() const {
  StormTotals sum;
  for (const detail::StormPath& path : world_->paths()) {
    add(sum.up, path.up.traffic());
    add(sum.down, path.down.traffic());
  }
  return sum;
}

}  // namespace tutti
