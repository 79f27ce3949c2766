#pragma once
// A relay server with clients over sealed links in memory: for what depends on a connection's keys.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "memory_network.hpp"
#include "rooms.hpp"

namespace tutti::test {

inline SigningKey key_of(char digit) { return *SigningKey::from_hex(std::string(64, digit)); }

class Gatehouse {
 public:
  static constexpr std::int64_t utc = 1'700'000'000;

  /// A client, and the log that it was told.
  struct Guest {
    Guest(MemoryNetwork& network, const Endpoint& own, const Endpoint& relay,
          const Client::Options& options)
        : port(network.open(own)),
          link(std::make_unique<detail::SealedPeers>(*port, SealedLinkOptions{.peers_max = 8},
                                                     std::nullopt)),
          client(std::in_place, *link, link->connect({relay}, std::nullopt).value(), options) {}

    void frame(Instant now) {
      client->receive(now);
      if (!log && client->welcome()) log.emplace(client->welcome()->setup);
      while (const auto event = client->next_event())
        log->add(*event);
      if (log) log->close(client->horizon());
      if (client->phase() == Client::Phase::playing && client->clock().is_synchronised()) {
        present = std::max(present, client->clock().present(now).tick);
        client->announce(present);
      }
      client->send(now);
    }
    bool is_in() const { return client->phase() == Client::Phase::playing; }
    bool is_refused() const { return client->phase() == Client::Phase::failed; }
    std::string refusal() const { return client->failure().sentence; }

    std::unique_ptr<MemoryNetwork::Port> port;
    std::unique_ptr<detail::SealedPeers> link;
    std::optional<Client> client;
    std::optional<Log> log;
    Tick present;
  };

  Gatehouse() { begin(); }

  /// The relay begins, or is started again on the same disk.
  void begin() {
    server.reset();
    journal.reset();
    relay_link.reset();
    relay_link = std::make_unique<detail::SealedPeers>(*relay_port, SealedLinkOptions{}, relay_key);
    journal.emplace(open_journal(storage));
    server = std::make_unique<RelayServer>(*relay_link, *journal, options);
    if (on_begin) on_begin(*server);
  }

  Guest& come(const Hello& hello, const std::optional<ClientIdentity>& identity) {
    guests.push_back(std::make_unique<Guest>(
        network, at(static_cast<std::uint32_t>(10 + guests.size())), relay_port->own(),
        Client::Options{.hello = hello, .identity = identity}));
    run(std::chrono::milliseconds(300));
    return *guests.back();
  }

  void run(Duration time) {
    for (const Instant end = network.now + time; network.now < end;
         network.now += std::chrono::milliseconds(4)) {
      server->pass(network.now);
      for (auto& guest : guests)
        guest->frame(network.now);
    }
  }

  RelayOptions options{.seed = {3, 1, 4, 1}, .utc = [] { return utc; }};
  MemoryNetwork network;
  SigningKey relay_key = key_of('9');
  std::unique_ptr<MemoryNetwork::Port> relay_port = network.open(at(1, 4747));
  SimulatedStorage storage;
  std::unique_ptr<detail::SealedPeers> relay_link;
  std::optional<Journal> journal;
  std::unique_ptr<RelayServer> server;
  std::vector<std::unique_ptr<Guest>> guests;
  std::function<void(RelayServer&)> on_begin;
};

}  // namespace tutti::test
