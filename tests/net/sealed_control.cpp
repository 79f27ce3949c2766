// Control over sealed datagrams in bad weather, and how it shares a narrow line with play.

#include <algorithm>
#include <cstdio>
#include <vector>

#include "link/stream_receiver.hpp"
#include "link/stream_sender.hpp"
#include "memory_network.hpp"
#include "support/catch.hpp"
#include "tutti/sim/random.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;
using Kind = Arrival::Kind;

namespace {

Bytes random_bytes(std::size_t size, std::uint32_t seed) {
  Random random(seed);
  Bytes bytes(size);
  for (std::byte& byte : bytes)
    byte = static_cast<std::byte>(random.next() & 0xFF);
  return bytes;
}

std::vector<Bytes> messages_at(const MemoryEnd& end) {
  std::vector<Bytes> found;
  for (const Arrival& arrival : end.arrivals) {
    if (arrival.kind == Kind::control) found.push_back(arrival.bytes);
  }
  return found;
}

}  // namespace

TEST_CASE(
    "control: all of it arrives in order, each once, whatever the network does to datagrams") {
  const WeatherOptions storm{.delay = 30ms,
                             .jitter = 40ms,
                             .loss_ppm = 300'000,
                             .duplicate_ppm = 100'000,
                             .reorder_ppm = 100'000};
  MemoryPair pair({.weather = storm});
  pair.connect();
  std::vector<Bytes> sent;
  for (std::uint32_t i = 0; i < 100; ++i)
    sent.push_back(random_bytes(i % 20 == 19 ? limits::control_bytes : 7 * i, i));
  for (const Bytes& message : sent) {
    pair.player.link->send_control(pair.to_relay, message);
    pair.relay.link->send_control(pair.to_player, message);
    pair.run(5ms);
  }
  pair.run_until([&] {
    return pair.relay.count(Kind::control) == sent.size() &&
           pair.player.count(Kind::control) == sent.size();
  });
  pair.run(3s);
  CHECK(messages_at(pair.relay) == sent);
  CHECK(messages_at(pair.player) == sent);
}

TEST_CASE("control: a message is little later than the network, and twice after one loss") {
  MemoryPair pair({.weather = {.delay = 40ms}});
  pair.connect();
  const Instant begin = pair.network.now;
  for (std::uint32_t i = 0; i < 20; ++i) {
    pair.player.link->send_control(pair.to_relay, random_bytes(50, i));
    pair.run(100ms);
  }
  CHECK(pair.relay.count(Kind::control) == 20);
  CHECK(pair.network.now - begin < 2100ms);
  CHECK(pair.network.overflows == 0);
}

// 16 MiB over 10 Mbit/s with 50 ms each way: the line alone takes 15.5 s.
TEST_CASE("control: a snapshot's bulk fills a narrow line, and play passes it") {
  MemoryPair pair({.weather = {.delay = 50ms}, .bytes_per_second = 1'250'000});
  pair.connect();
  constexpr std::size_t total = 16 * 1024 * 1024;
  const Bytes message = random_bytes(limits::control_bytes, 1);
  std::size_t queued = 0;
  std::vector<Duration> delays;
  std::vector<Instant> asked;
  std::size_t seen = 0;
  const Instant begin = pair.network.now;
  Bytes play(100);
  while (pair.relay.count(Kind::control) * limits::control_bytes < total) {
    // As the pieces of a snapshot are handed to the link: a few at a time.
    const std::size_t arrived = pair.relay.count(Kind::control) * limits::control_bytes;
    while (queued < total && queued - arrived < 512 * 1024) {
      pair.player.link->send_control(pair.to_relay, message);
      queued += message.size();
    }
    if ((pair.network.now - begin) / 20ms >= static_cast<std::int64_t>(asked.size())) {
      play[0] = static_cast<std::byte>(asked.size() & 0xFF);
      play[1] = static_cast<std::byte>(asked.size() >> 8);
      pair.player.link->send_play(pair.to_relay, play);
      asked.push_back(pair.network.now);
    }
    pair.step();
    for (; seen < pair.relay.arrivals.size(); ++seen) {
      const Arrival& arrival = pair.relay.arrivals[seen];
      if (arrival.kind == Kind::play) {
        delays.push_back(pair.network.now - asked[ByteReader(arrival.bytes).u16()]);
      }
    }
    REQUIRE(pair.network.now - begin < 30s);
  }
  const Duration took = pair.network.now - begin;
  std::ranges::sort(delays);
  const auto ms = [](Duration time) {
    return std::chrono::duration<double, std::milli>(time).count();
  };
  std::printf("16 MiB in %.1f s; play after %.0f ms (median), %.0f ms (99 %%), %.0f ms (worst)\n",
              ms(took) / 1000, ms(delays[delays.size() / 2]), ms(delays[delays.size() * 99 / 100]),
              ms(delays.back()));
  CHECK(took < 20s);
  CHECK(delays[delays.size() / 2] < 100ms);
  CHECK(delays[delays.size() * 99 / 100] < 150ms);
  CHECK(delays.size() * 100 > asked.size() * 97);
}

TEST_CASE("control: a peer that takes nothing in is given up before it costs much memory") {
  MemoryPair pair;
  pair.connect();
  const Bytes large(limits::control_bytes);
  for (std::size_t sent = 0; sent <= limits::control_waiting_bytes; sent += large.size())
    pair.relay.link->send_control(pair.to_player, large);
  pair.network.now += 20ms;
  pair.relay.step(pair.network.now);
  CHECK(pair.relay.count(Kind::disconnected) == 1);
}

TEST_CASE("control: many small messages count with the memory that they take") {
  MemoryPair pair;
  pair.connect();
  const Bytes small(1);
  for (std::size_t i = 0; i * 65 <= limits::control_waiting_bytes; ++i)
    pair.relay.link->send_control(pair.to_player, small);
  pair.relay.link->send_control(pair.to_player, small);
  pair.network.now += 20ms;
  pair.relay.step(pair.network.now);
  CHECK(pair.relay.count(Kind::disconnected) == 1);
}

TEST_CASE("control: where a message had no room the connection ends, whatever arrives meanwhile") {
  // Between two looks at all peers, in each of which acknowledgements may come first.
  for (int phase = 0; phase < 10; ++phase) {
    MemoryPair pair;
    pair.connect();
    pair.run(phase * 1ms);
    const Bytes piece(detail::piece_bytes_most);
    std::size_t pushed = 0;
    for (std::size_t bytes = 0; bytes <= limits::control_waiting_bytes; bytes += piece.size()) {
      pair.relay.link->send_control(pair.to_player, piece);
      ++pushed;
    }
    pair.relay.link->send_control(pair.to_player, piece);  // for which there is no room
    ++pushed;
    pair.run_until([&] {
      return pair.player.count(Kind::control) == pushed ||
             pair.relay.count(Kind::disconnected) == 1;
    });
  }
}

TEST_CASE("control: peers that take nothing in cost no more together than a budget") {
  constexpr std::size_t budget = 512 * 1024;
  MemoryNetwork network;
  MemoryEnd relay(network, at(1, 4747), {.control_waiting_bytes_in_all = budget},
                  SigningKey::create());
  std::vector<std::unique_ptr<MemoryEnd>> players;
  for (std::uint32_t i = 0; i < 4; ++i) {
    players.push_back(
        std::make_unique<MemoryEnd>(network, at(2 + i), SealedLinkOptions{}, std::nullopt));
    REQUIRE(players.back()->link->connect({at(1, 4747)}, std::nullopt));
  }
  for (int i = 0; i < 50; ++i, network.now += 1ms) {
    relay.step(network.now);
    for (auto& player : players)
      player->step(network.now);
  }
  REQUIRE(relay.count(Kind::connected) == players.size());
  const Bytes message(10'000);
  // One takes in what it is sent; to three others goes more than the budget, and they are silent.
  for (int i = 0; i < 100; ++i, network.now += 1ms) {
    for (std::size_t to = 0; to < players.size(); ++to) {
      if (to > 0 || i % 10 == 0) relay.link->send_control(relay.arrivals[to].peer, message);
    }
    relay.step(network.now);
    players[0]->step(network.now);
  }
  CHECK(relay.count(Kind::disconnected) == 3);
  CHECK(players[0]->count(Kind::disconnected) == 0);
  CHECK(players[0]->count(Kind::control) == 10);
}

TEST_CASE(
    "control: a receiver keeps no more than may be under way, and refuses what is too large") {
  detail::EarlyPieces shared;
  {
    detail::StreamReceiver receiver(shared);
    const Bytes bytes(detail::piece_bytes_most);
    for (std::uint32_t number = 1; number < detail::pieces_under_way; ++number)
      CHECK(receiver.take({.number = number, .is_last = false, .bytes = bytes}));
    CHECK_FALSE(
        receiver.take({.number = detail::pieces_under_way, .is_last = false, .bytes = bytes}));
    CHECK(shared.bytes < 512 * 1024);
    // The first one makes a message of them that is larger than any.
    CHECK_FALSE(receiver.take({.number = 0, .is_last = false, .bytes = bytes}));
  }
  CHECK(shared.bytes == 0);
}

TEST_CASE("control: an acknowledgement of what was not sent cannot be") {
  detail::StreamSender sender;
  sender.push(Bytes(10));
  CHECK_FALSE(sender.acknowledge({.received = 1}, Instant{1s}));
  REQUIRE(sender.next(Instant{1s}));
  CHECK_FALSE(sender.acknowledge({.received = 2}, Instant{1s}));
  const Bytes mask(1, std::byte{1});
  CHECK_FALSE(sender.acknowledge({.received = 0, .mask = mask}, Instant{1s}));
  CHECK(sender.acknowledge({.received = 1}, Instant{1s}));
  CHECK(sender.is_idle());
}

TEST_CASE("control: random texts decode to nothing or to what encodes to them") {
  Random random(1);
  int decoded = 0;
  for (int i = 0; i < 100'000; ++i) {
    Bytes bytes(random.below(16));
    for (std::byte& byte : bytes)
      byte = static_cast<std::byte>(random.below(i % 2 == 0 ? 3 : 256));
    const auto text = detail::decode_stream_text(bytes);
    if (!text) continue;
    ++decoded;
    Bytes again;
    detail::encode(*text, again);
    REQUIRE(again == bytes);
  }
  CHECK(decoded > 1000);
}
