// Strangers at a relay's door: what they cost, what they get, and what they cannot do.

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <vector>

#include "link/handshake_datagrams.hpp"
#include "memory_network.hpp"
#include "support/catch.hpp"
#include "tutti/net/messages.hpp"
#include "tutti/sim/random.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;
using Kind = Arrival::Kind;

namespace {

// A door without a network: datagrams are put in, and what comes out is counted.
class Door final : public detail::Datagrams {
 public:
  bool send(const Endpoint& to, BytesView bytes) override {
    ++answers;
    answered_bytes += bytes.size();
    last_to = to;
    if (keeps_last) last.assign(bytes.begin(), bytes.end());
    return true;
  }
  std::optional<detail::Datagram> receive() override {
    if (!waiting_) return std::nullopt;
    return *std::exchange(waiting_, std::nullopt);
  }
  void put(const Endpoint& from, BytesView bytes) { waiting_ = detail::Datagram{from, bytes}; }

  std::uint64_t answers = 0;
  std::uint64_t answered_bytes = 0;
  Endpoint last_to{};
  bool keeps_last = true;
  Bytes last;

 private:
  std::optional<detail::Datagram> waiting_;
};

// Every datagram that a client and a relay said to each other, from the first knock on.
struct Overheard {
  std::vector<Bytes> up;
  Bytes first_initiation;
  Bytes proven_initiation;
};
Overheard overhear() {
  Overheard overheard;
  MemoryPair pair;
  pair.network.tap = [&](const Endpoint& from, const Endpoint&, BytesView bytes) {
    if (from == pair.player.port->own()) overheard.up.emplace_back(bytes.begin(), bytes.end());
  };
  pair.connect();
  for (int i = 0; i < 20; ++i) {
    pair.player.link->send_play(pair.to_relay, Bytes(50));
    pair.player.link->send_control(pair.to_relay, Bytes(50));
    pair.run(10ms);
  }
  overheard.first_initiation = overheard.up[0];
  overheard.proven_initiation = overheard.up[1];
  return overheard;
}

std::size_t bytes_allocated() { return ::mallinfo2().uordblks; }

// How many hostile datagrams: TUTTI_HOSTILE=10000000 for a release.
int hostile_count() {
  const char* wanted = std::getenv("TUTTI_HOSTILE");
  return wanted != nullptr ? std::atoi(wanted) : 200'000;
}

// Written into `room`, so that what is allocated is the relay's.
BytesView hostile(Random& random, const Overheard& overheard, int i, std::span<std::byte> room) {
  const auto copy_of = [&](BytesView bytes) {
    std::ranges::copy(bytes, room.begin());
    return room.first(bytes.size());
  };
  switch (i % 6) {
    case 0: {  // anything
      const std::span<std::byte> bytes = room.first(random.below(1400));
      for (std::byte& byte : bytes)
        byte = static_cast<std::byte>(random.next() & 0xFF);
      return bytes;
    }
    case 1:  // the first word of a client, in anybody's name
      return copy_of(overheard.first_initiation);
    case 2:  // a proven one, from elsewhere
      return copy_of(overheard.proven_initiation);
    case 3:  // cut
      return copy_of(overheard.first_initiation).first(random.below(508));
    case 4:  // said before, on a connection
      return copy_of(
          overheard.up[2 + random.below(static_cast<std::uint32_t>(overheard.up.size()) - 2)]);
    default: {  // an initiation of which a byte is another, the version's perhaps
      const std::span<std::byte> bytes = copy_of(overheard.proven_initiation);
      bytes[random.below(80)] = static_cast<std::byte>(random.next() & 0xFF);
      return bytes;
    }
  }
}

}  // namespace

TEST_CASE("strangers: spoofed, cut, replayed and random datagrams cost no place and no memory") {
  const Overheard overheard = overhear();
  Door door;
  detail::SealedPeers relay(door, {}, SigningKey::create());
  Random random(4);
  Instant now{100s};
  door.keeps_last = false;
  relay.service(now);
  std::array<std::byte, 1500> room{};
  std::uint64_t received = 0;
  const int count = hostile_count();
  const std::size_t before = bytes_allocated();
  for (int i = 0; i < count; ++i) {
    const BytesView bytes = hostile(random, overheard, i, room);
    door.put(at(random.next() & 0xFFFFFF, static_cast<std::uint16_t>(random.next())), bytes);
    received += bytes.size();
    now += 5us;
    relay.service(now);
  }
  CHECK(bytes_allocated() == before);
  CHECK(relay.peer_count() == 0);
  CHECK_FALSE(relay.receive());
  CHECK(door.answers > static_cast<std::uint64_t>(count) / 10);
  CHECK(door.answered_bytes * 2 < received);
}

TEST_CASE("strangers: no answer is half as long as what it answers") {
  const Overheard overheard = overhear();
  Door door;
  detail::SealedPeers relay(door, {}, SigningKey::create());
  const auto say = [&](BytesView bytes) {
    door.last.clear();
    door.put(at(9), bytes);
    relay.service(Instant{100s});
    return door.last;
  };
  const Bytes cookie = say(overheard.first_initiation);
  REQUIRE(cookie.size() == detail::answer_head_bytes + 16);
  Bytes other = overheard.first_initiation;
  other[1] ^= std::byte{1};
  REQUIRE(say(other).size() == detail::answer_head_bytes + 2);
  {
    MemoryPair pair;
    std::size_t largest = 0;
    pair.network.tap = [&](const Endpoint& from, const Endpoint&, BytesView bytes) {
      if (from == pair.relay.port->own() && bytes[0] == detail::response_mark)
        largest = std::max(largest, bytes.size());
    };
    pair.connect(true);
    CHECK(largest > 40);
    CHECK(largest * 2 < detail::initiation_bytes);
  }
}

TEST_CASE(
    "strangers: nobody gets in by somebody else's cookie, an old one, or a copied initiation") {
  Door door;
  MemoryNetwork nowhere;
  const SigningKey key = SigningKey::create();
  detail::SealedPeers relay(door, {}, key);
  auto port = nowhere.open(at(2));
  detail::SealedPeers client(*port, {.peers_max = 8}, std::nullopt);
  Bytes first;
  Bytes proven;
  nowhere.tap = [&](const Endpoint&, const Endpoint&, BytesView bytes) {
    (first.empty() ? first : proven).assign(bytes.begin(), bytes.end());
  };
  REQUIRE(client.connect({at(1)}, key.public_key()));
  Instant now{100s};
  client.service(now);
  const auto say = [&](const Endpoint& from, BytesView bytes) {
    door.last.clear();
    door.put(from, bytes);
    relay.service(now);
    return door.last;
  };
  const Bytes cookie = say(at(2), first);
  nowhere.send(at(1), at(2), cookie);
  client.service(now);
  REQUIRE(proven.size() == first.size());
  const auto is_cookie = [](const Bytes& answer) {
    return !answer.empty() && answer[0] == detail::cookie_mark;
  };
  CHECK(is_cookie(say(at(3), proven)));
  CHECK(is_cookie(say(at(2, 1001), proven)));
  CHECK(relay.peer_count() == 0);
  // Its own address may use it, and again should the answer be lost: that begins nothing new.
  const Bytes answer = say(at(2), proven);
  REQUIRE(!answer.empty());
  CHECK(answer[0] == detail::response_mark);
  CHECK(relay.peer_count() == 1);
  CHECK(say(at(2), proven) == answer);
  CHECK(relay.peer_count() == 1);
  // A place that is not taken with the keys is free again soon, and the copy takes none again.
  for (int i = 0; i < 60; ++i, now += 100ms)
    relay.service(now);
  CHECK(relay.peer_count() == 0);
  CHECK(say(at(2), proven).empty());
  now += 17s;
  CHECK(is_cookie(say(at(2), proven)));
  CHECK(relay.peer_count() == 0);
}

TEST_CASE("strangers: an answer that the relay's key did not make opens no connection") {
  MemoryNetwork network;
  const SigningKey key = SigningKey::create();
  MemoryEnd impostor(network, at(1, 4747), {}, SigningKey::create());
  MemoryEnd player(network, at(2), {}, std::nullopt);
  REQUIRE(player.link->connect({at(1, 4747)}, key.public_key()));
  for (int i = 0; i < 6000; ++i, network.now += 1ms) {
    impostor.step(network.now);
    player.step(network.now);
  }
  CHECK(player.count(Kind::connected) == 0);
  CHECK(player.count(Kind::disconnected) == 1);
  CHECK(impostor.link->peer_count() == 0);
}

TEST_CASE(
    "strangers: without a key whoever answers is believed, and is known by its key from then") {
  MemoryPair pair;
  CHECK_FALSE(pair.player.link->relay_key(pair.to_relay));
  pair.connect(false);
  CHECK(pair.player.link->relay_key(pair.to_relay) == pair.key.public_key());
}

TEST_CASE("strangers: a player who found its relay without a key goes back to that one alone") {
  MemoryNetwork network;
  MemoryEnd relay(network, at(1, 4747), {}, SigningKey::create());
  MemoryEnd player(network, at(2), {.peers_max = 8}, std::nullopt);
  PeerId to_relay = player.link->connect({at(1, 4747)}, std::nullopt).value();
  const auto run = [&](MemoryEnd& there, Duration time) {
    for (const Instant end = network.now + time; network.now < end; network.now += 1ms) {
      there.step(network.now);
      player.step(network.now);
    }
  };
  run(relay, 100ms);
  REQUIRE(player.count(Kind::connected) == 1);
  // From now on somebody else has its address.
  relay.port->move_to(at(9));
  MemoryEnd impostor(network, at(1, 4747), {}, SigningKey::create());
  for (int attempt = 0; attempt < 2; ++attempt) {
    to_relay = player.link->reconnect(to_relay).value();
    run(impostor, 3s);
  }
  CHECK(player.count(Kind::connected) == 1);
  CHECK(impostor.arrivals.empty());
  relay.port->move_to(at(1, 4747));
  run(relay, 2s);
  CHECK(player.count(Kind::connected) == 2);
}

TEST_CASE("strangers: a copied answer that comes first, from elsewhere, leads nobody astray") {
  MemoryPair pair({.weather = {.delay = 20ms}});
  const Endpoint copier = at(66, 666);
  std::size_t copies = 0;
  std::size_t led_astray = 0;
  pair.network.tap = [&](const Endpoint& from, const Endpoint& to, BytesView bytes) {
    if (to == copier) ++led_astray;
    if (from != pair.relay.port->own() || bytes[0] != detail::response_mark) return;
    ++copies;
    pair.network.send(copier, to, bytes);  // the copy goes first
  };
  pair.connect();
  for (int i = 0; i < 20; ++i) {
    pair.player.link->send_play(pair.to_relay, Bytes(20));
    pair.run(10ms);
  }
  pair.run(50ms);
  CHECK(copies > 0);
  CHECK(led_astray == 0);
  CHECK(pair.relay.count(Kind::play) == 20);
}

TEST_CASE("strangers: a relay that lets in few handshakes a second lets somebody in") {
  MemoryPair pair({}, {.handshakes_per_neighbourhood = 0.2, .handshakes_in_all = 1});
  pair.connect();
  CHECK(pair.relay.link->peer_count() == 1);
}

TEST_CASE("strangers: a number of a living connection is not given to another one") {
  detail::PeerTable table({.peers_max = 8});
  table.name(table.add(at(1)), PeerId{1});
  table.name(table.add(at(2)), PeerId{2});
  CHECK(table.free_after(PeerId{7}) == PeerId{8});
  CHECK(table.free_after(PeerId{UINT32_MAX}) == PeerId{3});
}

TEST_CASE("strangers: another version gets one sentence") {
  MemoryPair pair;
  pair.network.tap = nullptr;
  Door door;
  detail::SealedPeers relay(door, {}, SigningKey::create());
  REQUIRE(pair.player.link->connect({at(7)}, std::nullopt));
  Bytes knock;
  pair.network.tap = [&](const Endpoint&, const Endpoint& to, BytesView bytes) {
    if (to == at(7)) knock.assign(bytes.begin(), bytes.end());
  };
  pair.step();
  REQUIRE(!knock.empty());
  knock[1] = std::byte{0xFE};  // as a client of another version would say it
  door.put(at(2), knock);
  relay.service(Instant{100s});
  Bytes answer = door.last;
  REQUIRE(answer.size() == detail::answer_head_bytes + 2);
  CHECK(answer[detail::answer_head_bytes] == static_cast<std::byte>(protocol_version & 0xFF));
  // And as ours hears it of a relay of another.
  answer[detail::answer_head_bytes] = std::byte{99};
  Bytes forged = answer;
  forged[6] ^= std::byte{1};
  pair.network.send(at(7), at(2), forged);
  pair.step();
  pair.step();
  CHECK(pair.player.arrivals.empty());
  pair.network.send(at(7), at(2), answer);
  pair.step();
  pair.step();
  REQUIRE(pair.player.count(Kind::disconnected) == 1);
  CHECK_THAT(std::string(as_text(pair.player.arrivals[0].bytes)),
             contains("the relay speaks version 99"));
}

TEST_CASE("strangers: one household and one neighbourhood get so many places and no more") {
  MemoryNetwork network;
  const SealedLinkOptions options{
      .peers_max = 30, .peers_per_household_max = 3, .peers_per_neighbourhood_max = 5};
  MemoryEnd relay(network, at(1, 4747), options, SigningKey::create());
  std::vector<std::unique_ptr<MemoryEnd>> clients;
  const auto come = [&](std::uint32_t host) {
    clients.push_back(std::make_unique<MemoryEnd>(
        network, at(host, static_cast<std::uint16_t>(2000 + clients.size())),
        SealedLinkOptions{.peers_max = 8}, std::nullopt));
    REQUIRE(clients.back()->link->connect({at(1, 4747)}, std::nullopt));
    for (int i = 0; i < 20; ++i, network.now += 1ms) {
      relay.step(network.now);
      clients.back()->step(network.now);
    }
    return clients.back()->count(Kind::connected) == 1;
  };
  CHECK(come(0x010001));
  CHECK(come(0x010001));
  CHECK(come(0x010001));
  CHECK_FALSE(come(0x010001));
  CHECK_THAT(std::string(as_text(clients.back()->arrivals.at(0).bytes)),
             contains("no more connections from this network"));
  CHECK(come(0x010002));
  CHECK(come(0x010003));
  CHECK_FALSE(come(0x010004));
  CHECK(come(0x010104));
}
