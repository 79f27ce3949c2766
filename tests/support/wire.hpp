#pragma once
// The cost of a match on the wire: held input that changes 5 times a second, 50 ms to the relay, no
// loss. KB are 1,000 bytes at the socket plus 28 a datagram for IPv4 and UDP; virtual time, so the
// figures are the same on every machine.

#include <algorithm>
#include <vector>

#include "tutti/engine/storm.hpp"

namespace tutti::test {

/// Eight bytes held, changed each tick with p = 1/12.
struct Held {
  static constexpr const char* name = "held";
  static constexpr const char* version = "1";
  static constexpr std::uint8_t players_max = 64;
  struct Event {
    std::uint64_t buttons = 0;
    TUTTI_FIELDS(buttons)
  };
  struct State {
    std::array<std::uint64_t, 64> held{};
    std::uint64_t ticks = 0;
    TUTTI_FIELDS(held, ticks)
  };
  static State start(const Setup&) { return {}; }
  static void step(State& state, Events<Event> events, Effects<>&) noexcept {
    ++state.ticks;
    for (const auto& event : events) {
      if (const Event* input = event.input()) state.held[event.player.value] = input->buttons;
    }
  }
  static std::optional<Event> play(const State&, PlayerId, Random& random) {
    if (!random.chance(12)) return std::nullopt;
    return Event{(std::uint64_t{random.next()} << 32) | random.next()};
  }
};

inline constexpr std::int64_t wire_seconds = 60;

inline double kilobytes_a_second(const StormTraffic& traffic) {
  constexpr std::uint64_t headers = 28;
  const std::uint64_t bytes =
      traffic.bytes() + headers * (traffic.play.sent + traffic.control.sent);
  return static_cast<double>(bytes) / 1000.0 / static_cast<double>(wire_seconds);
}

/// The bytes that sealing adds: 24 a datagram in the place of a header of 5.
inline std::uint64_t seal_bytes_of(const StormTraffic& traffic) {
  return (limits::seal_bytes - 5) * (traffic.play.sent + traffic.control.sent);
}
inline double seal_kilobytes_a_second(const StormTraffic& traffic) {
  return static_cast<double>(seal_bytes_of(traffic)) / 1000.0 / static_cast<double>(wire_seconds);
}

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// Of the median player; the lag and the depth of rollbacks are means over all.
struct WireCost {
  double up_KB_s = 0;
  double down_KB_s = 0;
  double up_seal_KB_s = 0;
  double down_seal_KB_s = 0;
  double confirmed_after_ticks = 0;
  double rollback_ticks = 0;
  std::vector<std::string> problems{};
};

inline WireCost wire_cost(std::uint8_t players) {
  StormMatch match({.game = any_game<Held>(),
                    .players = players,
                    .ticks = Tick{wire_seconds * 60},
                    .weather = {.delay = std::chrono::milliseconds(50)}});
  const StormReport& report = match.run();
  WireCost cost{.problems = report.problems};
  std::vector<double> up;
  std::vector<double> down;
  std::vector<double> up_seal;
  std::vector<double> down_seal;
  for (const StormPlayer& player : report.players) {
    up.push_back(kilobytes_a_second(player.wire.up));
    down.push_back(kilobytes_a_second(player.wire.down));
    up_seal.push_back(seal_kilobytes_a_second(player.wire.up));
    down_seal.push_back(seal_kilobytes_a_second(player.wire.down));
    cost.confirmed_after_ticks += player.confirmation_lag_ticks / players;
    cost.rollback_ticks += player.timeline.depth_mean() / players;
  }
  cost.up_KB_s = median(std::move(up));
  cost.down_KB_s = median(std::move(down));
  cost.up_seal_KB_s = median(std::move(up_seal));
  cost.down_seal_KB_s = median(std::move(down_seal));
  return cost;
}

}  // namespace tutti::test
