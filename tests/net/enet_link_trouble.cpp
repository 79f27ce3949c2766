// The ENet link among strangers, and on networks that change under it.

#include <algorithm>
#include <memory>
#include <optional>

#include "enet_ends.hpp"
#include "support/catch.hpp"
#include "support/udp_socket.hpp"
#include "tutti/net/enet_link.hpp"
#include "tutti/net/link_frames.hpp"

using namespace tutti::test;
using tutti::Bytes;
using tutti::BytesView;
using tutti::Random;

namespace {

Bytes play_datagram(std::uint32_t connection, std::size_t payload_bytes) {
  const auto header = tutti::play_header(connection);
  Bytes datagram(header.size() + payload_bytes, std::byte{7});
  std::ranges::copy(header, datagram.begin());
  return datagram;
}

// A network between a client and a relay that can be told to lose ENet's datagrams, or everything,
// and to give the client another address.
class Between {
 public:
  explicit Between(std::uint16_t relay) : relay_(relay) {}

  std::uint16_t port() const { return near_.port(); }
  void step() {
    while (const auto up = near_.receive()) {
      client_ = up->port;
      if (is_play(up->bytes)) connection_ = tutti::decode_play_frame(up->bytes)->connection;
      connects += is_connect(up->bytes);
      if (passes(up->bytes)) far_->send(relay_, up->bytes);
    }
    while (const auto down = far_->receive()) {
      if (passes(down->bytes)) near_.send(client_, down->bytes);
    }
  }
  void change_address() { far_ = std::make_unique<UdpSocket>(); }
  // The id of the connection, once a play datagram passed by.
  std::optional<std::uint32_t> connection() const { return connection_; }

  bool loses_enet = false;
  bool loses_all = false;
  int connects = 0;  ///< attempts of ENet to connect, lost ones too

 private:
  // ENet's CONNECT is for no peer yet.
  static bool is_connect(BytesView bytes) {
    return bytes.size() > 2 && (bytes[0] & std::byte{0x4F}) == std::byte{0x0F} &&
           bytes[1] == std::byte{0xFF};
  }
  static bool is_play(BytesView bytes) { return tutti::decode_play_frame(bytes).has_value(); }
  bool passes(BytesView bytes) const { return !loses_all && (!loses_enet || is_play(bytes)); }

  UdpSocket near_;
  std::unique_ptr<UdpSocket> far_ = std::make_unique<UdpSocket>();
  std::uint16_t relay_;
  std::uint16_t client_ = 0;
  std::optional<std::uint32_t> connection_;
};

// A connected pair with a network between.
struct Route {
  explicit Route(const tutti::EnetLinkOptions& options = {})
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

TEST_CASE("enet: an unknown connection id is dropped, counted and not answered") {
  Pair pair;
  pair.connect();
  UdpSocket stranger;
  const auto before = pair.relay.link->statistics();
  stranger.send(pair.relay.link->local_port(), play_datagram(0x12345678, 100));
  pair.run_until([&] { return pair.relay.link->statistics().refused > before.refused; });
  CHECK(pair.relay.link->statistics().refused == before.refused + 1);
  CHECK(pair.relay.arrivals.empty());
  CHECK_FALSE(stranger.wait(50));
}

TEST_CASE("enet: strangers who say CONNECT take no place and get less than they send") {
  // ENet's first words, as a socket without a relay behind it hears them.
  UdpSocket deaf;
  End caller = client();
  REQUIRE(caller.link->connect({"127.0.0.1", deaf.port()}));
  caller.step();
  REQUIRE(deaf.wait(1000));
  const Bytes connect = deaf.receive()->bytes;
  REQUIRE(tutti::is_enet_connect(connect));

  End relay = listener({.peers_max = 4});
  const std::uint16_t port = relay.link->local_port();
  std::size_t sent = 0;
  std::size_t received = 0;
  std::size_t answers = 0;
  for (int i = 0; i < 200; ++i) {
    UdpSocket stranger;
    for (int again = 0; again < 10; ++again, sent += connect.size())
      stranger.send(port, connect);
    relay.step();
    while (const auto answer = stranger.receive()) {
      received += answer->bytes.size();
      answers += tutti::decode_challenge(answer->bytes).has_value();
    }
  }
  CHECK(answers > 1000);
  CHECK(received == answers * tutti::challenge_bytes);
  CHECK(received * 5 < sent);
  CHECK(relay.arrivals.empty());

  std::vector<End> players;
  for (int i = 0; i < 4; ++i) {
    players.push_back(client());
    REQUIRE(players.back().link->connect({"127.0.0.1", port}));
  }
  until([&] { return relay.has(Kind::connected, 4); },
        [&] {
          relay.step();
          for (End& player : players)
            player.step();
        });
}

TEST_CASE("enet: nobody gets in by somebody else's answer, an old one, or none") {
  End relay = listener();
  const std::uint16_t port = relay.link->local_port();
  UdpSocket deaf;
  End caller = client();
  REQUIRE(caller.link->connect({"127.0.0.1", deaf.port()}));
  caller.step();
  REQUIRE(deaf.wait(1000));
  const Bytes connect = deaf.receive()->bytes;
  const auto exchange = [&](UdpSocket& socket, BytesView bytes) {
    socket.send(port, bytes);
    for (int i = 0; i < 5; ++i)
      relay.step();
    std::vector<Bytes> answers;
    while (const auto answer = socket.receive())
      answers.push_back(answer->bytes);
    return answers;
  };
  UdpSocket ada;
  UdpSocket eve;
  const auto challenge = exchange(ada, connect);
  REQUIRE(challenge.size() == 1);
  CHECK(exchange(eve, challenge[0]).empty());
  const auto still = exchange(eve, connect);
  REQUIRE(still.size() == 1);
  CHECK(tutti::decode_challenge(still[0]));
  CHECK(still[0] != challenge[0]);
  // A peer that answers the question it was asked is heard by ENet.
  CHECK(exchange(ada, challenge[0]).empty());
  const auto heard = exchange(ada, connect);
  REQUIRE(!heard.empty());
  CHECK_FALSE(tutti::decode_challenge(heard[0]));
}

TEST_CASE("enet: a client answers no strangers and believes play from its relay alone") {
  Route route;
  route.play();
  UdpSocket stranger;
  const std::uint16_t player = route.pair.player.link->local_port();
  const auto before = route.pair.player.link->statistics().refused;
  stranger.send(player, play_datagram(route.between.connection().value(), 10));
  stranger.send(player, Bytes{std::byte{0x8F}, std::byte{0xFF}, std::byte{0}, std::byte{0}});
  route.pair.run_until([&] { return route.pair.player.link->statistics().refused >= before + 2; });
  CHECK_FALSE(route.pair.player.has(Kind::play));
  CHECK_FALSE(stranger.wait(50));
}

TEST_CASE("enet: a play datagram that is too large is refused, whoever sends it") {
  Route route;
  route.play();
  UdpSocket stranger;
  const auto before = route.pair.relay.link->statistics().refused;
  const std::uint32_t connection = route.between.connection().value();
  stranger.send(route.pair.relay.link->local_port(),
                play_datagram(connection, tutti::limits::play_bytes + 1));
  route.pair.run_until([&] { return route.pair.relay.link->statistics().refused > before; });
  CHECK_FALSE(route.pair.relay.has(Kind::play));
}

TEST_CASE("enet: garbage harms nobody") {
  Pair pair;
  pair.connect();
  UdpSocket stranger;
  Random random(6);
  constexpr int count = 3000;
  for (int i = 0; i < count; ++i) {
    // Every size: nothing at all, ENet's and ours, and more than ENet's buffer holds.
    const std::size_t size = random.below(i % 10 == 0 ? 9000 : 80);
    Bytes garbage = filled(size, random.next());
    if (size >= 2 && i % 3 == 0) {  // for one of the first peers, or a connection attempt
      garbage[0] = static_cast<std::byte>(i % 2 == 0 ? 0x80 : 0x8F);
      garbage[1] = static_cast<std::byte>(i % 2 == 0 ? i % 4 : 0xFF);
    }
    if (size >= 1 && i % 5 == 0) garbage[0] = tutti::play_mark;
    stranger.send(pair.relay.link->local_port(), garbage);
    stranger.send(pair.player.link->local_port(), garbage);
    if (i % 50 == 0) pair.step();
  }
  pair.player.link->send_control(pair.to_relay, filled(100, 1));
  pair.run_until([&] { return pair.relay.has(Kind::control); });
  CHECK(is_same(pair.relay.all(Kind::control)[0], filled(100, 1)));
  CHECK(pair.relay.count(Kind::play) == 0);
  CHECK(pair.relay.count(Kind::disconnected) == 0);
  CHECK(pair.relay.link->statistics().refused > count / 10);
  CHECK(pair.player.link->statistics().refused > count / 2);
}

TEST_CASE("enet: play follows a client whose address changes, and control comes after") {
  Route route({.reconnect_after = 300ms});
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

TEST_CASE("enet: losing ENet's peer ends nothing, loses no control and doubles none") {
  Route route({.silence_max = 5s, .reconnect_after = 200ms});
  Pair& pair = route.pair;
  const auto play = [&] {
    pair.player.link->send_play(pair.to_relay, filled(10, 1));
    pair.relay.link->send_play(pair.to_player, filled(10, 2));
  };
  const auto talk = [&](std::uint32_t first, std::uint32_t end) {
    for (std::uint32_t i = first; i < end; ++i) {
      pair.player.link->send_control(pair.to_relay, filled(500, i));
      pair.relay.link->send_control(pair.to_player, filled(500, i));
      play();
      pair.step();
    }
  };
  for (std::uint32_t first = 0; first < 300; first += 100) {
    talk(first, first + 40);
    route.between.loses_enet = true;
    talk(first + 40, first + 80);
    const int connects = route.between.connects;
    pair.run_until([&] {  // until the client gives its ENet peer up
      play();
      return route.between.connects > connects;
    });
    route.between.loses_enet = false;
    talk(first + 80, first + 100);
  }
  pair.run_until(
      [&] { return pair.relay.has(Kind::control, 300) && pair.player.has(Kind::control, 300); });
  for (const End* end : {&pair.relay, &pair.player}) {
    const auto found = end->all(Kind::control);
    REQUIRE(found.size() == 300);
    for (std::uint32_t i = 0; i < 300; ++i)
      REQUIRE(is_same(found[i], filled(500, i)));
    CHECK(end->has(Kind::play, 200));
    CHECK(end->count(Kind::disconnected) == 0);
    CHECK(end->count(Kind::connected) == 0);
  }
  CHECK(route.between.connects >= 4);
}

TEST_CASE("enet: when everything is lost, both sides find out") {
  Route route({.silence_max = 300ms, .reconnect_after = 200ms});
  route.play();
  route.between.loses_all = true;
  route.pair.run_until([&] {
    return route.pair.relay.has(Kind::disconnected) && route.pair.player.has(Kind::disconnected);
  });
  CHECK(route.pair.relay.arrivals.size() == 1);
  CHECK(route.pair.player.arrivals.size() == 1);
}

TEST_CASE("enet: a peer that takes no control in is given up before it costs much memory") {
  Route route;
  route.between.loses_enet = true;
  const Bytes large = filled(tutti::limits::control_bytes, 1);
  for (std::size_t sent = 0; sent <= tutti::limits::control_waiting_bytes; sent += large.size())
    route.pair.relay.link->send_control(route.pair.to_player, large);
  route.pair.relay.step();
  CHECK(route.pair.relay.has(Kind::disconnected));
}
