// What a match costs on the wire: held input that changes 5 times a second, 50 ms to the relay, no
// loss. KB are 1,000 bytes at the socket plus 28 a datagram for IPv4 and UDP; virtual time, so the
// figures are the same on every machine.
//   build/bin/bench_wire

#include <benchmark/benchmark.h>

#include <algorithm>

#include "tutti/engine/storm.hpp"

namespace {

using namespace tutti;

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

constexpr std::int64_t seconds = 60;

double kilobytes_a_second(const StormTraffic& traffic) {
  constexpr std::uint64_t headers = 28;
  const std::uint64_t bytes =
      traffic.bytes() + headers * (traffic.play.sent + traffic.control.sent);
  return static_cast<double>(bytes) / 1000.0 / static_cast<double>(seconds);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void wire(benchmark::State& state) {
  std::vector<double> up;
  std::vector<double> down;
  double lag = 0;
  double depth = 0;
  for (auto _ : state) {
    StormMatch match({.game = any_game<Held>(),
                      .players = static_cast<std::uint8_t>(state.range(0)),
                      .ticks = Tick{seconds * 60},
                      .weather = {.delay = std::chrono::milliseconds(50)}});
    const StormReport& report = match.run();
    if (!report.problems.empty()) state.SkipWithError(report.problems.front().c_str());
    up.clear();
    down.clear();
    lag = depth = 0;
    for (const StormPlayer& player : report.players) {
      up.push_back(kilobytes_a_second(player.wire.up));
      down.push_back(kilobytes_a_second(player.wire.down));
      lag += player.confirmation_lag_ticks / static_cast<double>(report.players.size());
      depth += player.timeline.depth_mean() / static_cast<double>(report.players.size());
    }
  }
  state.counters["up_KB_s"] = median(up);
  state.counters["down_KB_s"] = median(down);
  state.counters["confirmed_after_ticks"] = lag;
  state.counters["rollback_ticks"] = depth;
}

BENCHMARK(wire)->Arg(2)->Arg(4)->Arg(8)->Arg(16)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
