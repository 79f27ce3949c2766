#pragma once
// Clients without a game, in a storm's network and in virtual time: for the cost of a relay alone.

#include <algorithm>
#include <memory>

#include "tutti/net/client.hpp"
#include "tutti/net/storm_link.hpp"
#include "tutti/sim/random.hpp"

namespace tutti::bench {

inline constexpr WeatherOptions calm{.delay = std::chrono::milliseconds(20)};
inline constexpr const char* rules = "bench@1+0123456789abcdef";

/// A client without a game: it announces what it has shown and drops what it is told.
struct Guest {
  Guest(StormNetwork& network, Link& relay, Hello hello)
      : link(network.endpoint()),
        path(network.connect(*link, relay, calm, calm).value()),
        client(*link, path, {.hello = std::move(hello)}) {}

  void frame(Instant now, Random& random) {
    client.receive(now);
    while (client.next_event()) {
    }
    const Tick present = client.clock().present(now).tick;
    if (client.phase() == Client::Phase::playing && client.clock().is_synchronised()) {
      if (random.chance(12)) client.offer(std::max(present + 1, last), Bytes(8));
      last = std::max(last, present + 1);
      client.announce(present);
    }
    client.send(now);
  }

  std::unique_ptr<Link> link;
  PeerId path;
  Client client;
  Tick last;
};

}  // namespace tutti::bench
