#pragma once
// Ends of links over UDP for tests, and loops that run them on the real clock.

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "tutti/net/sealed_link.hpp"
#include "tutti/sim/random.hpp"

namespace tutti::test {

using namespace std::chrono_literals;
using Kind = Arrival::Kind;

inline Instant clock_now() { return std::chrono::steady_clock::now(); }

// Fails the test after far longer than anything here takes.
inline void until(const std::function<bool()>& is_done, const std::function<void()>& step) {
  const Instant end = clock_now() + 20s;
  while (!is_done()) {
    REQUIRE(clock_now() < end);
    step();
  }
}

// A link and what arrived at it.
struct End {
  explicit End(std::unique_ptr<SealedLink> opened) : link(std::move(opened)) {}

  void step(Duration most = 1ms) {
    link->wait(most);
    link->service(clock_now());
    while (auto arrival = link->receive())
      arrivals.push_back(std::move(*arrival));
  }
  std::size_t count(Kind kind) const {
    return static_cast<std::size_t>(
        std::ranges::count(arrivals, kind, [](const Arrival& arrival) { return arrival.kind; }));
  }
  bool has(Kind kind, std::size_t many = 1) const { return count(kind) >= many; }
  std::vector<BytesView> all(Kind kind) const {
    std::vector<BytesView> found;
    for (const Arrival& arrival : arrivals) {
      if (arrival.kind == kind) found.push_back(arrival.bytes);
    }
    return found;
  }

  std::unique_ptr<SealedLink> link;
  std::vector<Arrival> arrivals;
};

inline End listener(const SealedLinkOptions& options = {}) {
  return End(std::move(SealedLink::listen({"127.0.0.1", 0}, options).value()));
}
inline End client(const SealedLinkOptions& options = {.peers_max = 8}) {
  return End(std::move(SealedLink::open_client(options).value()));
}
inline Address address_of(const End& end) { return {"127.0.0.1", end.link->local_port()}; }

// A relay's end and a client's, and whatever else has to run between them.
struct Pair {
  explicit Pair(const SealedLinkOptions& options = {})
      : relay(listener(options)), player(client(options)) {}
  // Through `port`, the relay's own unless given.
  void connect(std::uint16_t port = 0) {
    const std::uint16_t own = relay.link->local_port();
    to_relay = player.link->connect({"127.0.0.1", port != 0 ? port : own}).value();
    run_until([&] { return relay.has(Kind::connected) && player.has(Kind::connected); });
    to_player = relay.arrivals[0].peer;
    clear();
  }
  void step() {
    relay.step();
    player.step();
    if (between) between();
  }
  void run_until(const std::function<bool()>& is_done) {
    until(is_done, [&] { step(); });
  }
  void clear() {
    relay.arrivals.clear();
    player.arrivals.clear();
  }

  End relay, player;
  std::function<void()> between;
  PeerId to_relay{}, to_player{};
};

inline Bytes filled(std::size_t size, std::uint32_t seed) {
  Random random(seed);
  Bytes bytes(size);
  for (std::byte& byte : bytes)
    byte = static_cast<std::byte>(random.next() & 0xFF);
  return bytes;
}
inline bool is_same(BytesView a, BytesView b) { return std::ranges::equal(a, b); }

}  // namespace tutti::test
