#pragma once
// Peers at the door of a room: a player who gets in, and one without a client.

#include <memory>
#include <string>
#include <vector>

#include "rooms.hpp"

namespace tutti::test {

/// A player of a room that is being played in.
inline Player& playing(World& world, const Hello& hello) {
  Player& player = world.join(hello, calm, 1);
  REQUIRE(world.run_until([&] { return player.is_in(); }, std::chrono::seconds(3)));
  return player;
}

/// Somebody who speaks to a link and not through a client.
struct Stranger {
  explicit Stranger(World& world)
      : link(world.network.endpoint()),
        peer(world.network.connect(*link, world.link->storm()).value()) {
    wait(world, std::chrono::milliseconds(100));
  }
  void say(World& world, const Hello& hello) {
    link->send_control(peer, encode(ControlMessage(hello)));
    wait(world, std::chrono::milliseconds(100));
  }
  void wait(World& world, Duration length) {
    world.run(length, [&] {
      link->service(world.now);
      while (auto arrival = link->receive()) {
        is_connected = arrival->kind != Arrival::Kind::disconnected;
        if (arrival->kind != Arrival::Kind::control) continue;
        answers.push_back(*decode_control(arrival->bytes));
      }
    });
  }
  /// "welcome" or "refused 2" and so on.
  std::string last_answer() const {
    if (answers.empty()) return "nothing";
    if (std::holds_alternative<Welcome>(answers.back())) return "welcome";
    const auto* refused = std::get_if<Refused>(&answers.back());
    return refused ? "refused " + std::to_string(static_cast<int>(refused->reason)) : "other";
  }

  std::unique_ptr<Link> link;
  PeerId peer;
  bool is_connected = false;
  std::vector<ControlMessage> answers;
};

}  // namespace tutti::test
