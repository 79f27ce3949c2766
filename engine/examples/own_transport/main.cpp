// A game that has connections of its own, where the engine would open a UDP socket: TCP here; a
// game might have WebSockets, a platform's sockets or a serial line (tcp_link.hpp). A relay and two
// players run in this one process, in one loop, over the loopback.

#include <arpa/inet.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>
#include <tutti/tutti.hpp>
#include <utility>
#include <vector>

#include "../arena/arena.hpp"
#include "tcp_link.hpp"
#include "tutti/net/server.hpp"
#include "tutti/replay/simulated_storage.hpp"

namespace {

/// The two ends of a new TCP connection over the loopback.
std::pair<int, int> connection() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  const int listener = socket(AF_INET, SOCK_STREAM, 0), here = socket(AF_INET, SOCK_STREAM, 0);
  const bool is_well = bind(listener, raw, size) == 0 && listen(listener, 1) == 0 &&
                       getsockname(listener, raw, &size) == 0 && connect(here, raw, size) == 0;
  const int there = is_well ? accept(listener, nullptr, nullptr) : -1;
  close(listener);
  return {here, there};
}

}  // namespace

int main() {
  // The relay: a link, a journal (here in memory), and the server, which this loop steps.
  TcpLink relay_link;
  tutti::SimulatedStorage disk;
  tutti::Journal journal = std::move(*tutti::Journal::open(disk, "relay.journal"));
  tutti::RelayServer relay(relay_link, journal, {});

  std::vector<tutti::Session<Arena>> players;
  for (const char* name : {"Ada", "Ben"}) {
    const auto [here, there] = connection();
    if (there < 0) return std::perror("a connection over the loopback"), 1;
    relay_link.add(there);
    auto link = std::make_unique<TcpLink>();
    const tutti::PeerId peer = link->add(here);
    const tutti::SoloOptions match{.terms = {.ends_at = 90}};
    auto session = tutti::join_over<Arena>(std::move(link), peer,
                                           {.room = "KAZ22", .name = name, .create = match});
    if (!session) return std::puts(session.error().sentence.c_str()), 1;
    players.push_back(std::move(*session));
  }

  const auto is_over = [](const auto& player) { return player.status() >= tutti::Status::ended; };
  for (int frame = 0; !std::ranges::all_of(players, is_over); ++frame) {
    relay.pass(std::chrono::steady_clock::now());
    for (auto& player : players) {
      player.set_input({.x = std::int8_t(frame / 50 % 3 - 1)});
      if (frame % 50 == 0) player.send(Arena::Shot{.x = 3});
      player.advance(std::chrono::steady_clock::now());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(4));
  }
  for (const auto& player : players) {
    if (player.status() == tutti::Status::failed)
      return std::puts(player.failure().sentence.c_str()), 1;
    std::printf("%lld ticks, at %d:%d and %d:%d, %llu rollbacks\n",
                (long long)player.statistics().confirmed.value, player.state().players[0].x,
                player.state().players[0].shots, player.state().players[1].x,
                player.state().players[1].shots,
                (unsigned long long)player.statistics().timeline.rollbacks);
  }
}
