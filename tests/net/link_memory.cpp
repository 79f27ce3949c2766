// The life of connections over a network in memory: clock jumps, addresses that change, places.

#include <malloc.h>

#include <cstdio>
#include <set>
#include <vector>

#include "memory_network.hpp"
#include "support/catch.hpp"
#include "tutti/sim/random.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;
using Kind = Arrival::Kind;

namespace {

/// Play both ways until it has arrived on both sides.
void play_both_ways(MemoryPair& pair) {
  pair.clear();
  pair.run_until([&] {
    pair.player.link->send_play(pair.to_relay, Bytes(20));
    pair.relay.link->send_play(pair.to_player, Bytes(20));
    return pair.relay.count(Kind::play) > 0 && pair.player.count(Kind::play) > 0;
  });
}

}  // namespace

TEST_CASE("memory: no two datagrams of a connection, or of two in a row, are alike") {
  MemoryPair pair;
  std::set<Bytes> seen;
  std::size_t count = 0;
  pair.network.tap = [&](const Endpoint&, const Endpoint&, BytesView bytes) {
    if (!detail::sealed_index(bytes)) return;
    ++count;
    REQUIRE(seen.insert(Bytes(bytes.begin() + 8, bytes.end())).second);
  };
  pair.connect();
  for (int lives = 0; lives < 3; ++lives) {
    play_both_ways(pair);
    pair.run(2s);
    const auto again = pair.player.link->reconnect(pair.to_relay);
    REQUIRE(again);
    pair.to_relay = *again;
    pair.clear();
    pair.run_until([&] { return pair.relay.count(Kind::connected) == 1; });
    for (const Arrival& arrival : pair.relay.arrivals) {
      if (arrival.kind == Kind::connected) pair.to_player = arrival.peer;
    }
  }
  CHECK(count > 20);
}

TEST_CASE("memory: a clock that jumps, or a process that stood still, ends nothing") {
  MemoryPair pair;
  pair.connect();
  for (const Duration jump : {Duration(20s), Duration(-20s), Duration(3600s), Duration(-1s)}) {
    pair.network.now += jump;
    play_both_ways(pair);
    CHECK(pair.relay.count(Kind::disconnected) == 0);
    CHECK(pair.player.count(Kind::disconnected) == 0);
  }
}

TEST_CASE("memory: a connection follows its client to a new address, which has to answer") {
  MemoryPair pair({.weather = {.delay = 20ms}});
  pair.connect();
  play_both_ways(pair);
  const Endpoint before = pair.player.port->own();
  const Endpoint after = at(77, 7777);
  std::size_t from_there = 0;
  std::size_t to_there = 0;
  bool is_answered = false;
  pair.network.tap = [&](const Endpoint& from, const Endpoint& to, BytesView bytes) {
    if (from == after) from_there += bytes.size();
    if (from == after && bytes[0] == std::byte{0x50}) is_answered = true;
    if (to == after && !is_answered) to_there += bytes.size();
    if (!is_answered) REQUIRE(to_there <= 3 * from_there);
  };
  pair.player.port->move_to(after);
  CHECK(before != after);
  play_both_ways(pair);
  CHECK(is_answered);
  pair.relay.link->send_control(pair.to_player, Bytes(100));
  pair.run_until([&] { return pair.player.count(Kind::control) == 1; });
  CHECK(pair.relay.count(Kind::disconnected) == 0);
}

TEST_CASE("memory: somebody who copies datagrams and sends them on first moves nothing") {
  MemoryPair pair({.weather = {.delay = 20ms}});
  pair.connect();
  const Endpoint copier = at(66, 666);
  std::size_t copied = 0;
  std::size_t to_copier = 0;
  bool is_copying = false;
  pair.network.tap = [&](const Endpoint& from, const Endpoint& to, BytesView bytes) {
    if (to == copier) to_copier += bytes.size();
    if (is_copying || from != pair.player.port->own()) return;
    is_copying = true;  // the copy goes first
    copied += bytes.size();
    pair.network.send(copier, to, bytes);
    is_copying = false;
  };
  for (int i = 0; i < 200; ++i) {
    pair.player.link->send_play(pair.to_relay, Bytes(20));
    pair.relay.link->send_play(pair.to_player, Bytes(200));
    pair.run(10ms);
  }
  pair.run(50ms);
  CHECK(pair.player.count(Kind::play) == 200);  // where they always went
  CHECK(pair.relay.count(Kind::play) == 200);   // each once
  CHECK(to_copier > 0);
  CHECK(to_copier <= 3 * copied);
}

TEST_CASE("memory: a relay that was started again is found again by a new handshake") {
  MemoryNetwork network;
  const SigningKey key = SigningKey::create();
  auto relay = std::make_unique<MemoryEnd>(network, at(1, 4747), SealedLinkOptions{}, key);
  MemoryEnd player(network, at(2), {.peers_max = 8}, std::nullopt);
  PeerId to_relay = player.link->connect({at(1, 4747)}, key.public_key()).value();
  const auto run = [&](Duration time) {
    for (const Instant end = network.now + time; network.now < end; network.now += 1ms) {
      if (relay) relay->step(network.now);
      player.step(network.now);
    }
  };
  run(100ms);
  REQUIRE(player.count(Kind::connected) == 1);
  relay->port->move_to(at(9, 9));  // it dies without a word
  relay.reset();
  run(3s);
  relay = std::make_unique<MemoryEnd>(network, at(1, 4747), SealedLinkOptions{}, key);
  // Datagrams of the old connection find nobody, and draw nothing.
  player.link->send_play(to_relay, Bytes(20));
  run(500ms);
  CHECK(relay->arrivals.empty());
  to_relay = player.link->reconnect(to_relay).value();
  run(500ms);
  CHECK(player.count(Kind::connected) == 2);
  player.link->send_control(to_relay, Bytes(20));
  run(100ms);
  CHECK(relay->count(Kind::control) == 1);
}

TEST_CASE("memory: a relay with two addresses is reached by the one that works") {
  MemoryNetwork network;
  MemoryEnd relay(network, at(1, 4747), {}, SigningKey::create());
  MemoryEnd player(network, at(2), {.peers_max = 8}, std::nullopt);
  REQUIRE(player.link->connect({*detail::numeric_endpoint("2001:db8::1", 4747), at(1, 4747)},
                               std::nullopt));
  const Instant begin = network.now;
  while (player.arrivals.empty()) {
    network.now += 1ms;
    relay.step(network.now);
    player.step(network.now);
    REQUIRE(network.now - begin < 1s);
  }
  CHECK(player.arrivals[0].kind == Kind::connected);
  CHECK(network.now - begin >= 250ms);
}

TEST_CASE("memory: five thousand connections at one socket, in little memory each") {
  constexpr std::size_t many = 5000;
  MemoryNetwork network;
  const SealedLinkOptions options{.peers_max = many,
                                  .peers_per_household_max = many,
                                  .peers_per_neighbourhood_max = many,
                                  .handshakes_per_neighbourhood = 1e9,
                                  .handshakes_in_all = 1e9};
  const SigningKey key = SigningKey::create();
  MemoryEnd relay(network, at(1, 4747), options, key);
  MemoryEnd players(network, at(2), options, std::nullopt);
  std::vector<PeerId> peers;
  for (std::size_t i = 0; i < many; ++i)
    peers.push_back(players.link->connect({at(1, 4747)}, key.public_key()).value());
  const std::size_t before = ::mallinfo2().uordblks;
  for (int i = 0; i < 200 && relay.link->peer_count() < many; ++i, network.now += 5ms) {
    players.step(network.now);
    relay.step(network.now);
  }
  players.step(network.now);
  relay.step(network.now);
  REQUIRE(relay.count(Kind::connected) == many);
  const std::size_t after = ::mallinfo2().uordblks;
  std::printf("%zu bytes for each of %zu connections, both ends together\n",
              (after - std::min(before, after)) / many, many);
  for (std::size_t i = 0; i < many; i += 100)
    players.link->send_play(peers[i], Bytes(20));
  relay.step(network.now + 1ms);
  CHECK(relay.count(Kind::play) == many / 100);
}
