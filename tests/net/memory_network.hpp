#pragma once
// A network in memory and in virtual time, for links over sealed datagrams: each direction has its
// weather, and may be as narrow as a home's line. A test can listen, and speak in anybody's name.

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "link/datagrams.hpp"
#include "link/sealed_peers.hpp"
#include "support/catch.hpp"
#include "tutti/net/weather.hpp"

namespace tutti::test {

using detail::Endpoint;

/// `10.0.0.<host>`, or further on.
inline Endpoint at(std::uint32_t host, std::uint16_t port = 1000) {
  Endpoint endpoint{.port = port};
  endpoint.host = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10};
  for (std::size_t i = 0; i < 3; ++i)
    endpoint.host[15 - i] = static_cast<std::uint8_t>(host >> (8 * i) & 0xFF);
  return endpoint;
}

/// Both ways alike.
struct MemoryLine {
  WeatherOptions weather{};
  std::uint64_t bytes_per_second = 0;  ///< 0 for no limit
  std::size_t queue_bytes = 128 * 1024;
};

class MemoryNetwork {
 public:
  /// One end; its address may change.
  class Port final : public detail::Datagrams {
   public:
    Port(MemoryNetwork& network, const Endpoint& own) : network_(&network), own_(own) {}
    bool send(const Endpoint& to, BytesView bytes) override {
      network_->send(own_, to, bytes);
      return true;
    }
    std::optional<detail::Datagram> receive() override { return network_->receive(own_, taken_); }
    void move_to(const Endpoint& address) { own_ = address; }
    const Endpoint& own() const { return own_; }

   private:
    MemoryNetwork* network_;
    Endpoint own_;
    Bytes taken_;
  };

  explicit MemoryNetwork(const MemoryLine& line = {}) : line_(line) {}

  std::unique_ptr<Port> open(const Endpoint& own) { return std::make_unique<Port>(*this, own); }

  /// Puts a datagram on its way, from whomever its sender says to be.
  void send(const Endpoint& from, const Endpoint& to, BytesView bytes) {
    if (tap) tap(from, to, bytes);
    if (cut && from == *cut) return;
    Way& way = ways_.try_emplace(key(from) + key(to), line_, ways_.size() + 1).first->second;
    Instant leaves = now;
    if (line_.bytes_per_second > 0) {
      const Duration queued = std::max(way.free - now, Duration{});
      const Duration most = time_of(line_.queue_bytes);
      if (queued > most) {
        ++overflows;
        return;
      }
      way.free = std::max(way.free, now) + time_of(bytes.size() + 28);
      leaves = way.free;
    }
    const Weather::Fate fate = way.weather.send(now, bytes.size());
    for (const Instant moment : fate.moments()) {
      inboxes_[key(to)].emplace(std::pair(moment + (leaves - now), order_++),
                                std::pair(from, Bytes(bytes.begin(), bytes.end())));
    }
  }

  Instant now{std::chrono::seconds(100)};
  std::uint64_t overflows = 0;
  /// Nothing that is sent from here arrives.
  std::optional<Endpoint> cut{};
  /// Sees every datagram as it is sent.
  std::function<void(const Endpoint& from, const Endpoint& to, BytesView)> tap;

 private:
  struct Way {
    Way(const MemoryLine& line, std::uint64_t seed) : weather(line.weather, seed) {}
    Weather weather;
    Instant free{};
  };
  using Inbox = std::map<std::pair<Instant, std::uint64_t>, std::pair<Endpoint, Bytes>>;

  static std::string key(const Endpoint& endpoint) {
    return std::string(endpoint.host.begin(), endpoint.host.end()) + std::to_string(endpoint.port);
  }
  Duration time_of(std::size_t bytes) const {
    return Duration(bytes * std::uint64_t{1'000'000'000} / line_.bytes_per_second);
  }
  std::optional<detail::Datagram> receive(const Endpoint& own, Bytes& taken) {
    Inbox& inbox = inboxes_[key(own)];
    if (inbox.empty() || inbox.begin()->first.first > now) return std::nullopt;
    auto node = inbox.extract(inbox.begin());
    taken = std::move(node.mapped().second);
    return detail::Datagram{node.mapped().first, taken};
  }

  MemoryLine line_;
  std::map<std::string, Way> ways_;
  std::map<std::string, Inbox> inboxes_;
  std::uint64_t order_ = 0;
};

/// A link in that network, and what arrived at it.
struct MemoryEnd {
  MemoryEnd(MemoryNetwork& network, const Endpoint& own, const SealedLinkOptions& options,
            const std::optional<SigningKey>& key)
      : port(network.open(own)), link(std::make_unique<detail::SealedPeers>(*port, options, key)) {}

  void step(Instant now) {
    link->service(now);
    while (auto arrival = link->receive())
      arrivals.push_back(std::move(*arrival));
  }
  std::size_t count(Arrival::Kind kind) const {
    return static_cast<std::size_t>(
        std::ranges::count(arrivals, kind, [](const Arrival& arrival) { return arrival.kind; }));
  }

  std::unique_ptr<MemoryNetwork::Port> port;
  std::unique_ptr<detail::SealedPeers> link;
  std::vector<Arrival> arrivals;
};

/// A relay and a client of it.
struct MemoryPair {
  explicit MemoryPair(const MemoryLine& line = {}, const SealedLinkOptions& options = {})
      : network(line),
        key(SigningKey::create()),
        relay(network, at(1, 4747), options, key),
        player(network, at(2), options, std::nullopt) {}

  ~MemoryPair() { network.tap = nullptr; }  // what it would tell of may be gone

  void connect(bool knows_key = true) {
    to_relay = player.link
                   ->connect({relay.port->own()},
                             knows_key ? std::optional(key.public_key()) : std::nullopt)
                   .value();
    run_until([&] {
      return relay.count(Arrival::Kind::connected) > 0 &&
             player.count(Arrival::Kind::connected) > 0;
    });
    to_player = relay.arrivals.back().peer;
    clear();
  }
  void step(Duration by = std::chrono::milliseconds(1)) {
    network.now += by;
    relay.step(network.now);
    player.step(network.now);
  }
  void run(Duration time) {
    for (const Instant end = network.now + time; network.now < end;)
      step();
  }
  void run_until(const std::function<bool()>& is_done, Duration most = std::chrono::seconds(60)) {
    for (const Instant end = network.now + most; !is_done(); step())
      REQUIRE(network.now < end);
  }
  void clear() {
    relay.arrivals.clear();
    player.arrivals.clear();
  }

  MemoryNetwork network;
  SigningKey key;
  MemoryEnd relay, player;
  PeerId to_relay{}, to_player{};
};

}  // namespace tutti::test
