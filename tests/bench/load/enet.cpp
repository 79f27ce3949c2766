// What a relay costs at the least, for comparison: a forwarder over ENet, and its clients. Players
// sit in pairs. Each sends unreliable packets at an even rate; the forwarder hands each packet on
// to the other of the pair, and does nothing else: no order, no clock, no log, no disk, no seal.
// Nothing in Tutti's libraries uses ENet.
//   bench_load_enet role=forward [port=PORT]
//   bench_load_enet role=clients port=PORT matches=200 rate=25 bytes=30 [warm=5] [seconds=10]
// The clients print what bench_load_clients prints.

#include <enet/enet.h>

#include <cstring>
#include <utility>

#include "load/load.hpp"

namespace {

using namespace tutti;
using namespace std::chrono_literals;

struct Figures {
  std::uint64_t datagrams_out = 0, datagrams_in = 0, bytes_out = 0, bytes_in = 0;
  explicit Figures(const ENetHost& host)
      : datagrams_out(host.totalSentPackets),
        datagrams_in(host.totalReceivedPackets),
        bytes_out(host.totalSentData),
        bytes_in(host.totalReceivedData) {}
};

ENetHost* open(std::uint16_t port, std::size_t peers) {
  ENetAddress address{ENET_HOST_ANY, port};
  enet_address_set_host_ip(&address, "127.0.0.1");
  ENetHost* host = enet_host_create(port == 0 ? nullptr : &address, peers, 1, 0, 0);
  if (host == nullptr) {
    std::fputs("no socket for ENet\n", stderr);
    std::exit(3);
  }
  enet_socket_set_option(host->socket, ENET_SOCKOPT_RCVBUF, 2 * 1024 * 1024);
  enet_socket_set_option(host->socket, ENET_SOCKOPT_SNDBUF, 2 * 1024 * 1024);
  return host;
}

// ---- The forwarder ------------------------------------------------------------------------------

/// Says for how many packets it was waited: one flush for all that a wake has brought.
void forward(ENetHost& host) {
  ENetEvent event;
  if (enet_host_service(&host, &event, 2) <= 0) return;
  do {
    if (event.type == ENET_EVENT_TYPE_CONNECT) {
      // Two who come one after the other are a pair: the first word says the number.
      event.peer->data = nullptr;
    } else if (event.type == ENET_EVENT_TYPE_RECEIVE) {
      // The clients come in order, so the peers of a pair are neighbours.
      const std::size_t other = event.peer->incomingPeerID ^ 1U;
      ENetPeer& to = host.peers[other];
      if (to.state != ENET_PEER_STATE_CONNECTED || enet_peer_send(&to, 0, event.packet) != 0) {
        enet_packet_destroy(event.packet);
      }
    }
  } while (enet_host_check_events(&host, &event) > 0);
  enet_host_flush(&host);
}

int run_forwarder(const under_load::Words& words) {
  ENetHost* host = nullptr;
  std::uint16_t port = static_cast<std::uint16_t>(words.count("port", 0));
  for (std::uint16_t tried = port != 0 ? port : 20'000; host == nullptr; ++tried) {
    ENetAddress address{ENET_HOST_ANY, tried};
    enet_address_set_host_ip(&address, "127.0.0.1");
    host = enet_host_create(&address, ENET_PROTOCOL_MAXIMUM_PEER_ID, 1, 0, 0);
    port = tried;
    if (tried == 30'000) return std::fputs("no port for ENet\n", stderr), 3;
  }
  enet_socket_set_option(host->socket, ENET_SOCKOPT_RCVBUF, 2 * 1024 * 1024);
  enet_socket_set_option(host->socket, ENET_SOCKOPT_SNDBUF, 2 * 1024 * 1024);
  std::printf("{\"port\": %u}\n", port);
  std::fflush(stdout);
  for (;;)
    forward(*host);
}

// ---- The clients --------------------------------------------------------------------------------

class Senders {
 public:
  explicit Senders(const under_load::Words& words)
      : count_(2 * words.count("matches", 1)),
        bytes_(std::max<std::size_t>(words.count("bytes", 30), sizeof(std::int64_t))),
        host_(open(0, count_)),
        turns_(
            std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 / words.number("rate", 25)))) {
    enet_address_set_host_ip(&address_, "127.0.0.1");
    address_.port = static_cast<std::uint16_t>(words.count("port", 0));
  }

  bool is_complete() const { return connected_ == count_; }
  const ENetHost& host() const { return *host_; }
  std::size_t lost() const { return count_ - connected_; }

  void run(under_load::Latencies* latencies, std::chrono::nanoseconds& latest) {
    ENetEvent event;
    if (enet_host_service(host_, &event, 1) > 0) {
      do
        take(event, latencies);
      while (enet_host_check_events(host_, &event) > 0);
    }
    const under_load::Time now = under_load::Clock::now();
    if (!is_complete()) return connect_next();
    if (!std::exchange(has_begun_, true)) spread(now);
    turns_.run(now, [&](std::size_t client) { send(client); });
    enet_host_flush(host_);
    latest = std::max(latest, turns_.late(under_load::Clock::now()));
  }

 private:
  // One after the other, so that the forwarder's peers have their order.
  void connect_next() {
    if (peers_.size() == count_ || peers_.size() > connected_) return;
    peers_.push_back(enet_host_connect(host_, &address_, 1, 0));
  }
  // The two of a pair do not take their turns one after the other.
  void spread(under_load::Time now) {
    for (std::size_t i = 0; i < count_; ++i)
      turns_.add(
          i / 2 + i % 2 * (count_ / 2),
          now + turns_.period() * static_cast<std::int64_t>(i) / static_cast<std::int64_t>(count_));
  }
  void take(const ENetEvent& event, under_load::Latencies* latencies) {
    if (event.type == ENET_EVENT_TYPE_CONNECT) ++connected_;
    if (event.type == ENET_EVENT_TYPE_DISCONNECT) --connected_;
    if (event.type != ENET_EVENT_TYPE_RECEIVE) return;
    std::int64_t sent = 0;
    std::memcpy(&sent, event.packet->data, sizeof(sent));
    if (latencies != nullptr) {
      latencies->add(std::chrono::nanoseconds(under_load::nanoseconds_now() - sent));
    }
    enet_packet_destroy(event.packet);
  }
  void send(std::size_t client) {
    ENetPacket* packet = enet_packet_create(nullptr, bytes_, 0);
    const std::int64_t now = under_load::nanoseconds_now();
    std::memset(packet->data, 0, bytes_);
    std::memcpy(packet->data, &now, sizeof(now));
    if (enet_peer_send(peers_[client], 0, packet) != 0) enet_packet_destroy(packet);
  }

  std::size_t count_;
  std::size_t bytes_;
  ENetHost* host_;
  ENetAddress address_{};
  std::vector<ENetPeer*> peers_;
  std::size_t connected_ = 0;
  bool has_begun_ = false;
  under_load::Rhythm turns_;
};

int run_clients(const under_load::Words& words) {
  Senders senders(words);
  std::chrono::nanoseconds latest{};
  const under_load::Time opened = under_load::Clock::now();
  while (!senders.is_complete()) {
    senders.run(nullptr, latest);
    if (under_load::Clock::now() - opened > 120s) return std::fputs("not all came in\n", stderr), 1;
  }
  std::puts("{\"event\": \"ready\"}");
  std::fflush(stdout);
  const under_load::Time warm = under_load::Clock::now() + words.seconds("warm", 5);
  while (under_load::Clock::now() < warm)
    senders.run(nullptr, latest);
  std::puts("{\"event\": \"begin\"}");
  std::fflush(stdout);
  under_load::Latencies latencies;
  latest = {};
  const Figures before(senders.host());
  const under_load::Time begun = under_load::Clock::now();
  const auto length = words.seconds("seconds", 10);
  while (under_load::Clock::now() - begun < length)
    senders.run(&latencies, latest);
  const Figures after(senders.host());
  const double seconds = std::chrono::duration<double>(under_load::Clock::now() - begun).count();
  // ENet counts in 32 bits.
  const auto rate = [&](std::uint64_t from, std::uint64_t to) {
    return static_cast<double>(static_cast<std::uint32_t>(to - from)) / seconds;
  };
  std::printf(
      "{\"event\": \"end\", \"latencies\": %zu, \"p50_us\": %.0f, \"p99_us\": %.0f,"
      " \"p999_us\": %.0f, \"most_us\": %.0f, \"up_a_second\": %.0f, \"down_a_second\": %.0f,"
      " \"up_bytes_a_second\": %.0f, \"down_bytes_a_second\": %.0f, \"lost_clients\": %zu,"
      " \"late_ms\": %.1f}\n",
      latencies.count(), latencies.percentile(50), latencies.percentile(99),
      latencies.percentile(99.9), latencies.percentile(100),
      rate(before.datagrams_out, after.datagrams_out),
      rate(before.datagrams_in, after.datagrams_in), rate(before.bytes_out, after.bytes_out),
      rate(before.bytes_in, after.bytes_in), senders.lost(),
      std::chrono::duration<double>(latest).count() * 1e3);
  std::fflush(stdout);
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const under_load::Words words(count, arguments);
  if (enet_initialize() != 0) return 3;
  return words.text("role") == "forward" ? run_forwarder(words) : run_clients(words);
}
