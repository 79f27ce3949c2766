// The sealed link over real sockets among strangers, and on networks that change under it.

#include <algorithm>
#include <memory>
#include <optional>

#include "link_ends.hpp"
#include "support/catch.hpp"
#include "support/udp_socket.hpp"
#include "tutti/net/sealed_link.hpp"

using namespace tutti::test;
using tutti::Bytes;
using tutti::BytesView;
using tutti::Random;

namespace {

// A network between a client and a relay that can be told to lose everything, to give the client
// another address, and to send changed copies of what passes.
class Between {
 public:
  explicit Between(std::uint16_t relay) : relay_(relay) {}

  std::uint16_t port() const { return near_.port(); }
  void step() {
    while (const auto up = near_.receive()) {
      client_ = up->port;
      if (up->bytes.size() > 5 && up->bytes[0] == std::byte{0x54}) {
        connection_ = Bytes(up->bytes.begin(), up->bytes.begin() + 5);
      }
      if (loses_all) continue;
      if (forges) far_->send(relay_, changed(up->bytes));
      far_->send(relay_, up->bytes);
      if (forges) far_->send(relay_, up->bytes);
    }
    while (const auto down = far_->receive()) {
      if (loses_all) continue;
      if (forges) near_.send(client_, changed(down->bytes));
      near_.send(client_, down->bytes);
      if (forges) near_.send(client_, down->bytes);
    }
  }
  void change_address() { far_ = std::make_unique<UdpSocket>(); }
  // The beginning of the client's play datagrams, once one has passed.
  const std::optional<Bytes>& connection() const { return connection_; }

  bool loses_all = false;
  bool forges = false;

 private:
  Bytes changed(Bytes bytes) {
    if (!bytes.empty())
      bytes[random_.below(static_cast<std::uint32_t>(bytes.size()))] ^= std::byte{4};
    return bytes;
  }

  UdpSocket near_;
  std::unique_ptr<UdpSocket> far_ = std::make_unique<UdpSocket>();
  std::uint16_t relay_;
  std::uint16_t client_ = 0;
  std::optional<Bytes> connection_;
  Random random_{3};
};

// A connected pair with a network between.
struct Route {
  explicit Route(const tutti::SealedLinkOptions& options = {})
      : pair(options), between(pair.relay.link->local_port()) {
    pair.between = [this] { between.step(); };
    pair.connect(between.port());
  }
  // Play both ways until it arrives on both sides; then nothing is under way any more.
  void play() {
    pair.run_until([&] {
      pair.player.link->send_play(pair.to_relay, filled(10, 1));
      pair.relay.link->send_play(pair.to_player, filled(10, 2));
      return pair.relay.has(Kind::play) && pair.player.has(Kind::play);
    });
    for (int i = 0; i < 10; ++i)
      pair.step();
    pair.clear();
  }
  Pair pair;
  Between between;
};

}  // namespace

TEST_CASE("link: datagrams of an unknown connection are dropped, counted and not answered") {
  Pair pair;
  pair.connect();
  UdpSocket stranger;
  const auto before = pair.relay.link->statistics();
  Bytes datagram(100, std::byte{7});
  for (const int mark : {0x54, 0x53, 0x50, 0x4C, 0x42}) {
    datagram[0] = static_cast<std::byte>(mark);
    stranger.send(pair.relay.link->local_port(), datagram);
  }
  pair.run_until([&] { return pair.relay.link->statistics().refused >= before.refused + 5; });
  CHECK(pair.relay.link->statistics().refused == before.refused + 5);
  CHECK(pair.relay.arrivals.empty());
  CHECK_FALSE(stranger.wait(50));
}

TEST_CASE("link: a client answers no strangers, and believes what its relay sealed") {
  Route route;
  route.play();
  UdpSocket stranger;
  const std::uint16_t player = route.pair.player.link->local_port();
  const auto before = route.pair.player.link->statistics().refused;
  Bytes datagram = *route.between.connection();
  datagram.resize(60, std::byte{9});
  stranger.send(player, datagram);
  stranger.send(player, Bytes(508, std::byte{0x48}));
  stranger.send(player, Bytes{std::byte{0x8F}, std::byte{0xFF}, std::byte{0}, std::byte{0}});
  route.pair.run_until([&] { return route.pair.player.link->statistics().refused >= before + 3; });
  CHECK_FALSE(route.pair.player.has(Kind::play));
  CHECK_FALSE(stranger.wait(50));
}

TEST_CASE("link: garbage harms nobody") {
  Route route;
  route.play();
  Pair& pair = route.pair;
  UdpSocket stranger;
  Random random(6);
  constexpr int count = 3000;
  for (int i = 0; i < count; ++i) {
    // Every size: nothing at all, ours, and more than any of ours.
    const std::size_t size = random.below(i % 10 == 0 ? 9000 : 80);
    Bytes garbage = filled(size, random.next());
    constexpr int marks[] = {0x54, 0x53, 0x50, 0x4C, 0x42, 0x48, 0x43, 0x52, 0x56};
    if (size >= 1 && i % 3 == 0) garbage[0] = static_cast<std::byte>(marks[i / 3 % 9]);
    if (size >= 5 && i % 5 == 0) std::ranges::copy(*route.between.connection(), garbage.begin());
    stranger.send(pair.relay.link->local_port(), garbage);
    stranger.send(pair.player.link->local_port(), garbage);
    if (i % 50 == 0) pair.step();
  }
  pair.player.link->send_control(pair.to_relay, filled(100, 1));
  pair.run_until([&] { return pair.relay.has(Kind::control); });
  CHECK(is_same(pair.relay.all(Kind::control)[0], filled(100, 1)));
  CHECK(pair.relay.count(Kind::play) == 0);
  CHECK(pair.relay.count(Kind::disconnected) == 0);
  CHECK(pair.relay.link->statistics().refused > count / 2);
  CHECK(pair.player.link->statistics().refused > count / 2);
}

TEST_CASE("link: copies of everything, changed and unchanged, do nothing") {
  Route route;
  Pair& pair = route.pair;
  route.between.forges = true;
  for (std::uint32_t i = 0; i < 100; ++i) {
    pair.player.link->send_control(pair.to_relay, filled(700, i));
    pair.relay.link->send_control(pair.to_player, filled(700, i));
    pair.player.link->send_play(pair.to_relay, filled(50, i));
    pair.relay.link->send_play(pair.to_player, filled(50, i));
    pair.step();
  }
  pair.run_until([&] {
    return pair.relay.has(Kind::control, 100) && pair.player.has(Kind::control, 100) &&
           pair.relay.has(Kind::play, 100) && pair.player.has(Kind::play, 100);
  });
  for (int i = 0; i < 50; ++i)
    pair.step();
  for (const End* end : {&pair.relay, &pair.player}) {
    CHECK(end->count(Kind::control) == 100);
    CHECK(end->count(Kind::play) == 100);
    CHECK(end->count(Kind::disconnected) == 0);
    CHECK(end->link->statistics().refused > 200);
    for (std::uint32_t i = 0; i < 100; ++i)
      REQUIRE(is_same(end->all(Kind::control)[i], filled(700, i)));
  }
}

TEST_CASE("link: play and control follow a client whose address changes") {
  Route route;
  route.play();
  route.between.change_address();
  route.play();
  route.pair.player.link->send_control(route.pair.to_relay, filled(10, 1));
  route.pair.relay.link->send_control(route.pair.to_player, filled(10, 2));
  route.pair.run_until(
      [&] { return route.pair.relay.has(Kind::control) && route.pair.player.has(Kind::control); });
  CHECK(route.pair.relay.arrivals.size() == 1);
  CHECK(route.pair.player.arrivals.size() == 1);
}

TEST_CASE("link: an outage ends nothing, loses no control and doubles none") {
  Route route;
  Pair& pair = route.pair;
  const auto talk = [&](std::uint32_t first, std::uint32_t end) {
    for (std::uint32_t i = first; i < end; ++i) {
      pair.player.link->send_control(pair.to_relay, filled(500, i));
      pair.relay.link->send_control(pair.to_player, filled(500, i));
      pair.step();
    }
  };
  for (std::uint32_t first = 0; first < 300; first += 100) {
    talk(first, first + 40);
    route.between.loses_all = true;
    talk(first + 40, first + 80);
    const auto end = clock_now() + 300ms;
    pair.run_until([&] { return clock_now() > end; });
    route.between.loses_all = false;
    talk(first + 80, first + 100);
  }
  pair.run_until(
      [&] { return pair.relay.has(Kind::control, 300) && pair.player.has(Kind::control, 300); });
  for (const End* end : {&pair.relay, &pair.player}) {
    const auto found = end->all(Kind::control);
    REQUIRE(found.size() == 300);
    for (std::uint32_t i = 0; i < 300; ++i)
      REQUIRE(is_same(found[i], filled(500, i)));
    CHECK(end->count(Kind::disconnected) == 0);
    CHECK(end->count(Kind::connected) == 0);
  }
}

TEST_CASE("link: when everything is lost, both sides find out") {
  Route route({.silence_max = 1s});
  route.play();
  route.between.loses_all = true;
  route.pair.run_until([&] {
    return route.pair.relay.has(Kind::disconnected) && route.pair.player.has(Kind::disconnected);
  });
  CHECK(route.pair.relay.arrivals.size() == 1);
  CHECK(route.pair.player.arrivals.size() == 1);
}

TEST_CASE("link: one relay is reached by IPv4, by IPv6 and by name") {
  End relay(std::move(tutti::SealedLink::listen({"", 0}).value()));
  const std::uint16_t port = relay.link->local_port();
  std::vector<End> players;
  for (const char* host : {"127.0.0.1", "::1", "localhost"}) {
    players.push_back(client());
    REQUIRE(players.back().link->connect({host, port}, relay.link->known_by()));
  }
  const auto is_connected = [](End& end) { return end.has(Kind::connected); };
  until([&] { return std::ranges::all_of(players, is_connected) && relay.has(Kind::connected, 3); },
        [&] {
          relay.step();
          for (End& player : players)
            player.step();
        });
  CHECK(relay.count(Kind::connected) == 3);
}

TEST_CASE("link: localhost is found where the relay listens by one family alone") {
  for (const char* host : {"127.0.0.1", "::1"}) {
    End relay(std::move(tutti::SealedLink::listen({host, 0}).value()));
    End player = client();
    REQUIRE(player.link->connect({"localhost", relay.link->local_port()}));
    until([&] { return player.has(Kind::connected); },
          [&] {
            relay.step();
            player.step();
          });
  }
}
