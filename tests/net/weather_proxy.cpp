// The proxy does on real sockets what the weather says. Its clock is an argument, so the moments
// here are invented; only the sockets are real.

#include "tutti/net/weather_proxy.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "link_ends.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/udp_socket.hpp"
#include "tutti/sim/bytes.hpp"

using namespace tutti::test;
using tutti::ByteReader;
using tutti::Bytes;
using tutti::Duration;
using tutti::Instant;
using tutti::WeatherOptions;
using tutti::WeatherProxy;
using tutti::WeatherProxyOptions;

namespace {

// A client, a target and the proxy between them.
struct Rig {
  explicit Rig(const WeatherProxyOptions& options)
      : proxy(std::move(
            WeatherProxy::open({"127.0.0.1", 0}, {"127.0.0.1", target.port()}, options).value())) {}
  void advance(Duration by) {
    now += by;
    proxy->service(Instant{now});
  }
  // The datagrams in a socket, as numbers.
  static std::vector<std::uint32_t> numbers(UdpSocket& socket) {
    std::vector<std::uint32_t> found;
    while (const auto received = socket.receive())
      found.push_back(ByteReader(received->bytes).u32());
    return found;
  }
  // Sends 0..count-1 up, one a millisecond, and collects what comes out at the target.
  std::vector<std::uint32_t> send(std::uint32_t count) {
    std::vector<std::uint32_t> found;
    for (std::uint32_t i = 0; i < count + 1000; ++i) {
      if (i < count) client.send(proxy->local_port(), numbered(i));
      advance(1ms);
      for (const std::uint32_t number : numbers(target))
        found.push_back(number);
    }
    return found;
  }

  UdpSocket client, target;
  std::unique_ptr<WeatherProxy> proxy;
  Duration now = 1s;
};

}  // namespace

TEST_CASE("proxy: in calm weather everything passes, both ways and in order") {
  Rig rig({});
  CHECK(rig.send(500).size() == 500);
  rig.client.send(rig.proxy->local_port(), numbered(1));
  rig.advance(1ms);
  const auto up = rig.target.receive();
  REQUIRE(up);
  for (std::uint32_t i = 0; i < 100; ++i)
    rig.target.send(up->port, numbered(i));
  rig.advance(1ms);
  const auto down = Rig::numbers(rig.client);
  REQUIRE(down.size() == 100);
  CHECK(std::is_sorted(down.begin(), down.end()));
  CHECK(rig.proxy->statistics().up.sent == 501);
  CHECK(rig.proxy->statistics().bytes_up == 4 * 501);
  CHECK(rig.proxy->statistics().down.sent == 100);
  CHECK(rig.proxy->statistics().clients == 1);
}

TEST_CASE("proxy: a datagram passes when its delay is over, not before") {
  Rig rig({.up = {.delay = 40ms}, .down = {.delay = 10ms}});
  rig.client.send(rig.proxy->local_port(), numbered(1));
  rig.advance(0ms);
  rig.advance(39ms);
  CHECK_FALSE(rig.target.receive());
  rig.advance(1ms);
  const auto up = rig.target.receive();
  REQUIRE(up);
  rig.target.send(up->port, numbered(2));
  rig.advance(0ms);
  rig.advance(9ms);
  CHECK_FALSE(rig.client.receive());
  rig.advance(1ms);
  CHECK(rig.client.receive());
}

TEST_CASE("proxy: it loses, doubles and reorders as it was told, and counts it") {
  Rig rig({.up = {.delay = 20ms, .jitter = 10ms, .loss_ppm = 200'000, .duplicate_ppm = 100'000},
           .seed = 5});
  const auto found = rig.send(3000);
  const auto up = rig.proxy->statistics().up;
  CHECK(up.sent == 3000);
  CHECK(up.lost > 450);
  CHECK(up.lost < 750);
  CHECK(up.duplicated > 150);
  CHECK(up.reordered > 500);
  CHECK(found.size() == up.sent - up.lost + up.duplicated);
  CHECK_FALSE(std::is_sorted(found.begin(), found.end()));
}

TEST_CASE("proxy: the same seed loses the same datagrams, another seed others") {
  const WeatherOptions weather{.delay = 20ms, .jitter = 10ms, .loss_ppm = 200'000};
  Rig one({.up = weather, .seed = 5}), same({.up = weather, .seed = 5});
  Rig another({.up = weather, .seed = 6});
  const auto found = one.send(500);
  CHECK(found == same.send(500));
  CHECK(found != another.send(500));
}

TEST_CASE("proxy: each client has a way of its own, and their number is bounded") {
  Rig rig({.clients_max = 3, .forget_after = 10s});
  std::vector<std::unique_ptr<UdpSocket>> clients;
  for (std::uint32_t i = 0; i < 5; ++i) {
    clients.push_back(std::make_unique<UdpSocket>());
    clients.back()->send(rig.proxy->local_port(), numbered(i));
  }
  rig.advance(1ms);
  int answered = 0;
  while (const auto received = rig.target.receive()) {
    rig.target.send(received->port, received->bytes);
    ++answered;
  }
  CHECK(answered == 3);
  rig.advance(1ms);
  for (std::uint32_t i = 0; i < 3; ++i)
    CHECK(Rig::numbers(*clients[i]) == std::vector{i});
  CHECK(rig.proxy->statistics().refused == 2);

  rig.advance(11s);
  CHECK(rig.proxy->statistics().clients == 0);
  CHECK(rig.proxy->statistics().up.sent == 3);
  clients[4]->send(rig.proxy->local_port(), numbered(4));
  rig.advance(1ms);
  CHECK(rig.proxy->statistics().clients == 1);
}

TEST_CASE("proxy: the datagrams under way are bounded") {
  Rig rig({.up = {.delay = 1s}, .datagrams_max = 10});
  for (std::uint32_t i = 0; i < 15; ++i)
    rig.client.send(rig.proxy->local_port(), numbered(i));
  rig.advance(1ms);
  rig.advance(1s);
  CHECK(Rig::numbers(rig.target).size() == 10);
  CHECK(rig.proxy->statistics().refused == 5);
}

TEST_CASE("proxy: the weather can change") {
  Rig rig({});
  CHECK(rig.send(10).size() == 10);
  rig.proxy->set_weather({.loss_ppm = 1'000'000}, {});
  CHECK(rig.send(10).empty());
  rig.proxy->set_weather({}, {});
  CHECK(rig.send(10).size() == 10);
}

TEST_CASE("proxy: a link over UDP keeps its control to what every path carries") {
  Pair pair;
  const WeatherOptions narrow{.delay = 1ms, .datagram_bytes_max = 548};
  const auto opened =
      WeatherProxy::open({"127.0.0.1", 0}, address_of(pair.relay), {.up = narrow, .down = narrow});
  REQUIRE(opened);
  WeatherProxy& proxy = **opened;
  pair.between = [&] {
    proxy.wait(1ms);
    proxy.service(clock_now());
  };
  pair.connect(proxy.local_port());
  pair.player.link->send_control(pair.to_relay, filled(tutti::limits::control_bytes, 1));
  pair.relay.link->send_control(pair.to_player, filled(tutti::limits::control_bytes, 2));
  pair.run_until([&] { return pair.relay.has(Kind::control) && pair.player.has(Kind::control); });
  CHECK(is_same(pair.relay.all(Kind::control)[0], filled(tutti::limits::control_bytes, 1)));
  CHECK(proxy.statistics().up.lost == 0);
  CHECK(proxy.statistics().down.lost == 0);
}

TEST_CASE("proxy: a port in use and a target without a host are sentences") {
  Rig rig({});
  const auto taken = WeatherProxy::open({"127.0.0.1", rig.proxy->local_port()}, {"localhost", 1});
  REQUIRE_FALSE(taken);
  CHECK_THAT(taken.error().sentence, contains("is in use by another program"));
  const auto nowhere = WeatherProxy::open({"", 0}, {"", 4747});
  REQUIRE_FALSE(nowhere);
  CHECK_THAT(nowhere.error().sentence, contains("names no host"));
}

TEST_CASE("proxy: a link over UDP works through gales weather") {
  Pair pair;
  const WeatherOptions gales{
      .delay = 3ms, .jitter = 3ms, .loss_ppm = 100'000, .duplicate_ppm = 50'000};
  const auto opened = WeatherProxy::open({"127.0.0.1", 0}, address_of(pair.relay),
                                         {.up = gales, .down = gales, .seed = 3});
  REQUIRE(opened);
  WeatherProxy& proxy = **opened;
  pair.between = [&] {
    proxy.wait(1ms);
    proxy.service(clock_now());
  };
  pair.connect(proxy.local_port());
  for (std::uint32_t i = 0; i < 100; ++i) {
    pair.player.link->send_control(pair.to_relay, filled(1000, i));
    for (int many = 0; many < 5; ++many)
      pair.relay.link->send_play(pair.to_player, filled(100, i));
    pair.step();
  }
  pair.run_until([&] { return pair.relay.has(Kind::control, 100); });
  const auto found = pair.relay.all(Kind::control);
  for (std::uint32_t i = 0; i < 100; ++i)
    REQUIRE(is_same(found[i], filled(1000, i)));
  pair.run_until([&] { return proxy.statistics().down.sent >= 500; });
  CHECK(pair.player.count(Kind::play) > 300);
  CHECK(proxy.statistics().up.lost > 0);
  CHECK(proxy.statistics().down.lost > 20);
}
