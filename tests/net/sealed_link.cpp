// The sealed link over real sockets on the loopback interface. Moments are the clock's own, so
// nothing here asserts how long anything took, only that it came.

#include "tutti/net/sealed_link.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "link_ends.hpp"
#include "support/catch.hpp"
#include "support/udp_socket.hpp"

using namespace tutti::test;
using tutti::Arrival;
using tutti::Bytes;
using tutti::Fault;
using tutti::PeerId;
using tutti::SealedLink;

TEST_CASE("link: both sides learn of a connection") {
  End relay = listener(), player = client();
  const PeerId peer = player.link->connect(address_of(relay)).value();
  until([&] { return relay.has(Kind::connected) && player.has(Kind::connected); },
        [&] {
          relay.step();
          player.step();
        });
  REQUIRE(player.arrivals.size() == 1);
  CHECK(player.arrivals[0].peer == peer);
  CHECK(relay.arrivals.size() == 1);
}

TEST_CASE("link: control arrives both ways, in order, small and at its largest") {
  Pair pair;
  pair.connect();
  std::vector<Bytes> sent;
  for (std::uint32_t i = 0; i < 100; ++i)
    sent.push_back(filled(i % 10 == 9 ? tutti::limits::control_bytes : i, i));
  for (const Bytes& bytes : sent) {
    pair.player.link->send_control(pair.to_relay, bytes);
    pair.relay.link->send_control(pair.to_player, bytes);
  }
  pair.run_until([&] {
    return pair.relay.has(Kind::control, sent.size()) &&
           pair.player.has(Kind::control, sent.size());
  });
  for (const End* end : {&pair.relay, &pair.player}) {
    const auto found = end->all(Kind::control);
    REQUIRE(found.size() == sent.size());
    for (std::size_t i = 0; i < sent.size(); ++i)
      REQUIRE(is_same(found[i], sent[i]));
  }
  CHECK(pair.relay.link->statistics().refused == 0);
}

TEST_CASE("link: play arrives both ways, empty and at its largest") {
  Pair pair;
  pair.connect();
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, tutti::limits::play_bytes}) {
    pair.clear();
    const Bytes up = filled(size, 1), down = filled(size, 2);
    pair.player.link->send_play(pair.to_relay, up);
    pair.relay.link->send_play(pair.to_player, down);
    pair.run_until([&] { return pair.relay.has(Kind::play) && pair.player.has(Kind::play); });
    CHECK(pair.relay.arrivals[0].peer == pair.to_player);
    CHECK(is_same(pair.relay.arrivals[0].bytes, up));
    CHECK(is_same(pair.player.arrivals[0].bytes, down));
  }
  const auto statistics = pair.player.link->statistics();
  CHECK(statistics.datagrams_sent > 3);
  CHECK(statistics.bytes_sent > tutti::limits::play_bytes);
  CHECK(statistics.bytes_received > tutti::limits::play_bytes);
  CHECK(statistics.refused == 0);
}

TEST_CASE(
    "link: a peer that disconnects is done, the other side hears of it after all that was sent") {
  Pair pair;
  pair.connect();
  pair.player.link->send_control(pair.to_relay, filled(5000, 1));
  pair.player.link->disconnect(pair.to_relay);
  pair.player.link->send_control(pair.to_relay, filled(1, 2));
  pair.player.link->send_play(pair.to_relay, filled(1, 3));
  pair.run_until([&] { return pair.relay.has(Kind::disconnected); });
  for (int i = 0; i < 20; ++i)
    pair.step();
  REQUIRE(pair.relay.arrivals.size() == 2);
  CHECK(is_same(pair.relay.arrivals[0].bytes, filled(5000, 1)));
  CHECK(pair.relay.arrivals[1].kind == Kind::disconnected);
  CHECK(pair.player.arrivals.empty());
}

TEST_CASE("link: a link that is destroyed says goodbye") {
  Pair pair;
  pair.connect();
  SECTION("the client's") {
    pair.player.link.reset();
    until([&] { return pair.relay.has(Kind::disconnected); }, [&] { pair.relay.step(); });
    CHECK(pair.relay.arrivals.size() == 1);
  }
  SECTION("the relay's") {
    pair.relay.link.reset();
    until([&] { return pair.player.has(Kind::disconnected); }, [&] { pair.player.step(); });
    CHECK(pair.player.arrivals.size() == 1);
  }
}

TEST_CASE("link: a relay at all addresses answers from the one that it was spoken to at") {
  const std::string everywhere = GENERATE("", "0.0.0.0");
  End relay(std::move(SealedLink::listen({everywhere, 0}).value()));
  End player = client();
  // Without that, from 127.0.0.1, whose word on a connection to another address no client takes.
  REQUIRE(player.link->connect({"127.0.0.2", relay.link->local_port()}));
  const auto step = [&] {
    relay.step();
    player.step();
  };
  until([&] { return relay.has(Kind::connected) && player.has(Kind::connected); }, step);
  relay.link->send_control(relay.arrivals[0].peer, filled(1000, 1));
  player.link->send_control(player.arrivals[0].peer, filled(2000, 2));
  until([&] { return relay.has(Kind::control) && player.has(Kind::control); }, step);
  CHECK(player.all(Kind::control)[0].size() == 1000);
  CHECK(relay.all(Kind::control)[0].size() == 2000);
}

TEST_CASE("link: a peer that falls silent is gone after the silence allowed") {
  Pair pair({.silence_max = 1s});
  pair.connect();
  until([&] { return pair.relay.has(Kind::disconnected); }, [&] { pair.relay.step(); });
  CHECK(pair.relay.arrivals.size() == 1);
  // Back from its silence, the client learns that the relay no longer knows it.
  pair.run_until([&] { return pair.player.has(Kind::disconnected); });
  CHECK_FALSE(pair.player.has(Kind::connected));
}

TEST_CASE("link: a peer that cannot be reached is disconnected in bounded time") {
  UdpSocket silent;
  End player = client({.peers_max = 8, .connect_max = 200ms});
  const PeerId peer = player.link->connect({"127.0.0.1", silent.port()}).value();
  until([&] { return !player.arrivals.empty(); }, [&] { player.step(); });
  REQUIRE(player.arrivals.size() == 1);
  CHECK(player.arrivals[0].kind == Kind::disconnected);
  CHECK(player.arrivals[0].peer == peer);
}

TEST_CASE("link: a port in use, a strange host and too many connections are sentences") {
  End relay = listener(), player = client({.peers_max = 1});
  const auto taken = SealedLink::listen(address_of(relay));
  REQUIRE_FALSE(taken);
  CHECK(taken.error().fault == Fault::system);
  CHECK_THAT(taken.error().sentence,
             contains("UDP port " + std::to_string(relay.link->local_port()) +
                      " is in use by another program"));
  CHECK_FALSE(SealedLink::listen({"127.0.0.1", 0}, {.peers_max = 0}));
  CHECK_FALSE(SealedLink::listen({"127.0.0.1", 0}, {.peers_max = 20'000}));
  const auto foreign = SealedLink::listen({"192.0.2.1", 0});
  REQUIRE_FALSE(foreign);
  CHECK_THAT(foreign.error().sentence, contains("not an address of this machine"));
  const auto nowhere = player.link->connect({"", 4747});
  REQUIRE_FALSE(nowhere);
  CHECK_THAT(nowhere.error().sentence, contains("names no host"));
  CHECK(player.link->connect(address_of(relay)));
  const auto second = player.link->connect(address_of(relay));
  REQUIRE_FALSE(second);
  CHECK_THAT(second.error().sentence, contains("has its 1 connections already"));
}

TEST_CASE("link: a relay with no room left refuses in so many words") {
  End relay = listener({.peers_max = 1});
  End first = client(), second = client();
  CHECK(first.link->connect(address_of(relay)));
  until([&] { return first.has(Kind::connected); },
        [&] {
          relay.step();
          first.step();
        });
  CHECK(second.link->connect(address_of(relay)));
  until([&] { return second.has(Kind::disconnected); },
        [&] {
          relay.step();
          second.step();
        });
  REQUIRE(second.arrivals.size() == 1);
  CHECK_THAT(std::string(tutti::as_text(second.arrivals[0].bytes)), contains("no place"));
  CHECK(relay.arrivals.size() == 1);
  CHECK(relay.link->statistics().refused > 0);
}

TEST_CASE("link: fifty clients play at once") {
  End relay = listener();
  std::vector<End> players;
  std::vector<PeerId> peers;
  for (int i = 0; i < 50; ++i) {
    players.push_back(client());
    peers.push_back(players.back().link->connect(address_of(relay)).value());
  }
  const auto step_all = [&] {
    relay.step(0ms);
    for (End& player : players)
      player.step(0ms);
  };
  until([&] { return std::ranges::all_of(players, [](End& p) { return p.has(Kind::connected); }); },
        step_all);
  until([&] { return relay.has(Kind::connected, 50); }, step_all);
  CHECK(relay.count(Kind::connected) == 50);
  for (int i = 0; i < 50; ++i) {
    const auto n = static_cast<std::size_t>(i);
    players[n].link->send_play(peers[n], filled(100, static_cast<std::uint32_t>(i)));
  }
  until([&] { return relay.has(Kind::play, 50); }, step_all);
  for (const Arrival& arrival : std::vector(relay.arrivals)) {
    if (arrival.kind == Kind::play) relay.link->send_play(arrival.peer, arrival.bytes);
  }
  until([&] { return std::ranges::all_of(players, [](End& p) { return p.has(Kind::play); }); },
        step_all);
  for (std::size_t n = 0; n < players.size(); ++n)
    CHECK(is_same(players[n].all(Kind::play)[0], filled(100, static_cast<std::uint32_t>(n))));
}
