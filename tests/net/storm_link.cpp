// The storm network behaves as a network does, and does it again for the same seed.

#include "tutti/net/storm_link.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using tutti::Arrival;
using tutti::ByteReader;
using tutti::Bytes;
using tutti::Duration;
using tutti::Instant;
using tutti::Link;
using tutti::PeerId;
using tutti::StormNetwork;
using tutti::WeatherOptions;

namespace {

const WeatherOptions bad{.delay = 40ms,
                         .jitter = 30ms,
                         .loss_ppm = 100'000,
                         .duplicate_ppm = 50'000,
                         .reorder_ppm = 50'000};

struct Taken {
  Duration at{};
  Arrival arrival;
};

// One client, one listener, and what arrived at them, in steps of a millisecond.
struct StormPair {
  explicit StormPair(std::uint64_t seed, const WeatherOptions& up = {},
                     const WeatherOptions& down = {})
      : network(seed), listener(network.listen()), client(network.endpoint()) {
    peer = network.connect(*client, *listener, up, down).value();
  }

  void run(Duration length) {
    for (const Duration end = now + length; now < end; now += 1ms) {
      take(*listener, at_listener);
      take(*client, at_client);
    }
  }
  void run_until_connected() {
    for (int i = 0; i < 5000 && at_listener.empty(); ++i)
      run(1ms);
    REQUIRE(at_listener.size() == 1);
    REQUIRE(at_listener[0].arrival.kind == Arrival::Kind::connected);
    REQUIRE(at_client.size() == 1);
    REQUIRE(at_client[0].arrival.kind == Arrival::Kind::connected);
    at_listener.clear();
    at_client.clear();
  }
  void take(Link& link, std::vector<Taken>& taken) const {
    link.service(Instant{now});
    while (auto arrival = link.receive())
      taken.push_back({now, std::move(*arrival)});
  }

  StormNetwork network;
  std::unique_ptr<Link> listener;
  std::unique_ptr<Link> client;
  PeerId peer{};
  Duration now{};
  std::vector<Taken> at_listener;
  std::vector<Taken> at_client;
};

Bytes sized(std::uint32_t number, std::size_t size = 4) {
  Bytes bytes(size, std::byte{0xA5});
  for (std::size_t i = 0; i < 4; ++i)
    bytes[i] = static_cast<std::byte>((number >> (8 * i)) & 0xFF);
  return bytes;
}
std::uint32_t number(const Arrival& arrival) { return ByteReader(arrival.bytes).u32(); }

std::vector<std::uint32_t> numbers(const std::vector<Taken>& all, Arrival::Kind kind) {
  std::vector<std::uint32_t> found;
  for (const Taken& taken : all) {
    if (taken.arrival.kind == kind) found.push_back(number(taken.arrival));
  }
  return found;
}

int count(const std::vector<Taken>& all, Arrival::Kind kind) {
  int found = 0;
  for (const Taken& taken : all)
    found += taken.arrival.kind == kind;
  return found;
}

// A second of play and control both ways, as text that names every arrival and its moment.
std::string trace(std::uint64_t seed) {
  StormPair pair(seed, bad, bad);
  pair.run_until_connected();
  for (std::uint32_t i = 0; i < 500; ++i) {
    pair.client->send_play(pair.peer, sized(i));
    pair.listener->send_play(pair.peer, sized(1000 + i));
    if (i % 50 == 0) pair.client->send_control(pair.peer, sized(2000 + i));
    pair.run(2ms);
  }
  std::string text;
  for (const auto* side : {&pair.at_listener, &pair.at_client}) {
    for (const Taken& taken : *side) {
      text += std::to_string(taken.at.count()) + ":" + std::to_string(number(taken.arrival)) + " ";
    }
  }
  return text;
}

}  // namespace

TEST_CASE("storm: a client is connected after a round trip, then the listener") {
  StormPair pair(1, {.delay = 30ms}, {.delay = 20ms});
  pair.run(200ms);
  REQUIRE(pair.at_client.size() == 1);
  CHECK(pair.at_client[0].arrival.kind == Arrival::Kind::connected);
  CHECK(pair.at_client[0].arrival.peer == pair.peer);
  CHECK(pair.at_client[0].at == 50ms);
  REQUIRE(pair.at_listener.size() == 1);
  CHECK(pair.at_listener[0].arrival.kind == Arrival::Kind::connected);
  CHECK(pair.at_listener[0].at == 80ms);
}

TEST_CASE("storm: a play datagram arrives when its delay has passed, not before") {
  StormPair pair(1, {.delay = 30ms}, {.delay = 20ms});
  pair.run_until_connected();
  const Duration sent = pair.now;
  pair.client->send_play(pair.peer, sized(7, tutti::limits::play_bytes));
  pair.listener->send_play(pair.peer, sized(8));
  pair.run(100ms);
  REQUIRE(pair.at_listener.size() == 1);
  CHECK(pair.at_listener[0].arrival.kind == Arrival::Kind::play);
  CHECK(pair.at_listener[0].arrival.bytes == sized(7, tutti::limits::play_bytes));
  CHECK(pair.at_listener[0].at == sent + 30ms);
  REQUIRE(pair.at_client.size() == 1);
  CHECK(number(pair.at_client[0].arrival) == 8);
  CHECK(pair.at_client[0].at == sent + 20ms);
}

TEST_CASE("storm: in calm weather everything arrives once and in order") {
  StormPair pair(1);
  pair.run_until_connected();
  for (std::uint32_t i = 0; i < 1000; ++i) {
    pair.client->send_play(pair.peer, sized(i));
    if (i % 3 == 0) pair.run(1ms);
  }
  pair.run(5ms);
  const auto found = numbers(pair.at_listener, Arrival::Kind::play);
  REQUIRE(found.size() == 1000);
  CHECK(std::is_sorted(found.begin(), found.end()));
}

TEST_CASE("storm: bad weather loses, doubles and reorders play, and the totals say so") {
  StormPair pair(5, bad);
  pair.run_until_connected();
  constexpr std::uint32_t sent = 20'000;
  for (std::uint32_t i = 0; i < sent; ++i) {
    pair.client->send_play(pair.peer, sized(i, 20));
    pair.run(2ms);
  }
  pair.run(1s);
  const auto found = numbers(pair.at_listener, Arrival::Kind::play);
  CHECK_FALSE(std::is_sorted(found.begin(), found.end()));
  const auto up = pair.network.totals(pair.peer).up;
  CHECK(up.play.sent == sent);
  CHECK(found.size() == up.play.sent - up.play.lost + up.play.duplicated);
  CHECK(up.play.lost > 1500);
  CHECK(up.play.lost < 2500);
  CHECK(up.play.duplicated > 500);
  CHECK(up.play.reordered > 500);
  CHECK(up.play_bytes == sent * (20 + limits::seal_bytes));
  const auto down = pair.network.totals().down;
  CHECK(down.play.sent == 0);
  CHECK(down.control.sent > 0);
  CHECK(pair.client->statistics().datagrams_sent == up.play.sent + up.control.sent);
  CHECK(pair.client->statistics().bytes_sent == up.bytes());
}

TEST_CASE("storm: control arrives once and in order through 60 % loss") {
  const WeatherOptions terrible{
      .delay = 50ms, .jitter = 40ms, .loss_ppm = 600'000, .duplicate_ppm = 200'000};
  StormPair pair(9, terrible, terrible);
  pair.run_until_connected();
  for (std::uint32_t i = 0; i < 300; ++i) {
    pair.client->send_control(pair.peer, sized(i, 10 + (i % 7) * 2000));
    pair.listener->send_control(pair.peer, sized(i));
    pair.run(20ms);
  }
  pair.run(60s);
  for (const auto* side : {&pair.at_listener, &pair.at_client}) {
    const auto found = numbers(*side, Arrival::Kind::control);
    REQUIRE(found.size() == 300);
    for (std::uint32_t i = 0; i < 300; ++i)
      REQUIRE(found[i] == i);
    CHECK(count(*side, Arrival::Kind::disconnected) == 0);
  }
  CHECK(pair.at_listener[6].arrival.bytes == sized(6, 10 + 6 * 2000));
  CHECK(pair.network.totals().up.control.lost > 300);
}

TEST_CASE("storm: a lost control message costs about a round trip and a half") {
  StormPair pair(1, {.delay = 100ms}, {.delay = 100ms});
  pair.run_until_connected();
  pair.network.set_weather(pair.peer, {.delay = 100ms, .loss_ppm = 1'000'000}, {.delay = 100ms});
  const Duration sent = pair.now;
  pair.client->send_control(pair.peer, sized(1));
  pair.run(1ms);
  pair.network.set_weather(pair.peer, {.delay = 100ms}, {.delay = 100ms});
  pair.run(1s);
  REQUIRE(pair.at_listener.size() == 1);
  CHECK(pair.at_listener[0].at == sent + 300ms + 100ms);
}

TEST_CASE("storm: an outage shorter than the silence allowed costs only what was lost in it") {
  StormPair pair(1, {.delay = 10ms}, {.delay = 10ms});
  pair.run_until_connected();
  const WeatherOptions dark{.loss_ppm = 1'000'000};
  pair.network.set_weather(pair.peer, dark, dark);
  pair.client->send_control(pair.peer, sized(1));
  pair.client->send_play(pair.peer, sized(2));
  pair.run(StormNetwork::silence_max - 3s);
  CHECK(pair.at_listener.empty());
  pair.network.set_weather(pair.peer, {}, {});
  pair.run(5s);
  REQUIRE(pair.at_listener.size() == 1);
  CHECK(number(pair.at_listener[0].arrival) == 1);
  CHECK(pair.at_client.empty());
}

TEST_CASE("storm: a disconnected peer hears of it, after what was sent before, and no one else") {
  StormPair pair(3, bad, bad);
  pair.run_until_connected();
  for (std::uint32_t i = 0; i < 20; ++i)
    pair.listener->send_control(pair.peer, sized(i));
  pair.listener->disconnect(pair.peer);
  pair.listener->send_control(pair.peer, sized(99));
  pair.client->send_play(pair.peer, sized(5));
  pair.run(5s);
  REQUIRE(pair.at_client.size() == 21);
  CHECK(numbers(pair.at_client, Arrival::Kind::control).size() == 20);
  CHECK(pair.at_client.back().arrival.kind == Arrival::Kind::disconnected);
  CHECK(pair.at_listener.empty());
}

TEST_CASE(
    "storm: a peer that moves to another address hears nothing until it was heard from there") {
  StormPair pair(1, {.delay = 20ms}, {.delay = 20ms});
  pair.run_until_connected();
  pair.run(100ms);
  pair.at_client.clear();
  pair.network.change_address(pair.peer);
  pair.listener->send_play(pair.peer, sized(1));
  pair.run(100ms);
  CHECK(count(pair.at_client, Arrival::Kind::play) == 0);
  pair.client->send_play(pair.peer, sized(2));
  pair.run(100ms);
  pair.listener->send_play(pair.peer, sized(3));
  pair.run(100ms);
  CHECK(numbers(pair.at_client, Arrival::Kind::play) == std::vector<std::uint32_t>{3});
}

TEST_CASE("storm: a peer that crashes is missed after the silence allowed") {
  StormPair pair(3, {.delay = 10ms}, {.delay = 10ms});
  pair.run_until_connected();
  pair.client.reset();
  Duration gone{};
  for (const Duration crashed = pair.now; pair.now < crashed + 15s; pair.now += 1ms) {
    pair.take(*pair.listener, pair.at_listener);
    if (!pair.at_listener.empty() && gone == Duration{}) gone = pair.now - crashed;
  }
  REQUIRE(pair.at_listener.size() == 1);
  CHECK(pair.at_listener[0].arrival.kind == Arrival::Kind::disconnected);
  CHECK(gone > StormNetwork::silence_max - 1s);
  CHECK(gone < StormNetwork::silence_max + 1s);
  pair.listener->send_play(pair.peer, sized(1));  // to nobody: nothing
  pair.listener->service(Instant{pair.now});
}

TEST_CASE("storm: a listener that is gone cannot be reached") {
  StormPair pair(3, {.delay = 10ms}, {.delay = 10ms});
  pair.listener.reset();
  for (; pair.now < 10s; pair.now += 1ms)
    pair.take(*pair.client, pair.at_client);
  REQUIRE(pair.at_client.size() == 1);
  CHECK(pair.at_client[0].arrival.kind == Arrival::Kind::disconnected);
  CHECK(pair.at_client[0].at == StormNetwork::connect_max);
}

TEST_CASE("storm: a connection attempt reaches whoever listens when the first is gone") {
  StormNetwork network(1);
  std::unique_ptr<Link> listener = network.listen();
  const std::unique_ptr<Link> client = network.endpoint();
  const WeatherOptions weather{.delay = 50ms};
  const PeerId path = network.connect(*client, *listener, weather, weather).value();
  Instant now{1000s};
  client->service(now);
  listener.reset();  // with the hello on its way to it
  const std::unique_ptr<Link> next = network.listen();
  bool is_connected = false;
  for (int ms = 0; ms < 1000 && !is_connected; ++ms) {
    now += 1ms;
    client->service(now);
    next->service(now);
    while (const auto arrival = client->receive())
      is_connected = arrival->kind == Arrival::Kind::connected && arrival->peer == path;
  }
  CHECK(is_connected);
}

TEST_CASE("storm: only a listener of the same network can be connected to") {
  StormNetwork network(1), other(1);
  const auto listener = network.listen(), client = network.endpoint(), stranger = other.endpoint();
  CHECK(network.connect(*client, *listener));
  CHECK_FALSE(network.connect(*listener, *client));
  CHECK_FALSE(network.connect(*stranger, *listener));
}

TEST_CASE("storm: links outlive their network, and it them") {
  auto network = std::make_unique<StormNetwork>(1);
  const auto listener = network->listen();
  auto client = network->endpoint();
  const auto peer = network->connect(*client, *listener);
  REQUIRE(peer);
  client.reset();
  CHECK(network->totals(*peer).up.play.sent == 0);
  network.reset();
  listener->service(Instant{1s});
  CHECK_FALSE(listener->receive());
}

TEST_CASE("storm: several clients of one listener are told apart") {
  StormNetwork network(4);
  const auto listener = network.listen();
  std::vector<std::pair<std::unique_ptr<Link>, PeerId>> clients;
  for (int i = 0; i < 10; ++i) {
    auto client = network.endpoint();
    const PeerId peer = network.connect(*client, *listener, bad, bad).value();
    clients.emplace_back(std::move(client), peer);
  }
  int heard = 0;
  for (Duration now{}; now < 5s; now += 1ms) {
    for (auto& [client, peer] : clients) {
      client->send_play(peer, sized(peer.value));
      client->service(Instant{now});
      while (client->receive()) {
      }
    }
    listener->service(Instant{now});
    while (const auto arrival = listener->receive()) {
      if (arrival->kind != Arrival::Kind::play) continue;
      REQUIRE(number(*arrival) == arrival->peer.value);
      ++heard;
    }
  }
  CHECK(heard > 30'000);
}

TEST_CASE("storm: the same seed brings the same trace, another seed another") {
  const std::string first = trace(11);
  CHECK(first.size() > 5000);
  CHECK(first == trace(11));
  CHECK(first != trace(12));
}
