// The cost of large inputs on the wire and in time: every player changes so many bytes in every
// tick. Virtual time, so the figures are the same on every machine.
//   build/bin/bench_large_inputs

#include <benchmark/benchmark.h>

#include "support/stream.hpp"

namespace {

using namespace tutti;

constexpr std::int64_t stream_seconds = 10;

/// Arguments: players, milliseconds to the relay, loss in percent. Rates are payloads of play
/// datagrams, for each player, over the rate of the inputs themselves.
template <std::size_t size>
void stream(benchmark::State& state) {
  const auto players = static_cast<std::uint8_t>(state.range(0));
  double lag = 0;
  double up = 0;
  double down = 0;
  double refused = 0;
  for (auto _ : state) {
    StormMatch match(
        {.game = any_game<test::Stream<size>>(),
         .players = players,
         .ticks = Tick{stream_seconds * 60},
         .weather = {.delay = std::chrono::milliseconds(state.range(1)),
                     .loss_ppm = static_cast<std::uint32_t>(state.range(2)) * 10'000}});
    const StormReport& report = match.run();
    if (!report.problems.empty()) state.SkipWithError(report.problems.front().c_str());
    for (const StormPlayer& player : report.players) {
      lag += player.confirmation_lag_ticks / players;
      up += static_cast<double>(player.wire.up.play_bytes) / players;
      down += static_cast<double>(player.wire.down.play_bytes) / players;
      refused += static_cast<double>(player.refused_events);
    }
  }
  const double own_bytes = static_cast<double>(size * stream_seconds * 60);
  state.counters["confirmed_after_ticks"] = lag;
  state.counters["up_per_input_byte"] = up / own_bytes;
  state.counters["down_per_input_byte"] = down / own_bytes / (players - 1);
  state.counters["down_KB_s"] = down / 1000 / static_cast<double>(stream_seconds);
  state.counters["refused_events"] = refused;
}

BENCHMARK(stream<64>)->Args({2, 100, 0})->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(stream<128>)->Args({2, 100, 0})->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(stream<255>)->Args({2, 150, 0})->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(stream<4>)
    ->Args({64, 50, 0})
    ->Args({64, 50, 2})
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(stream<64>)
    ->Args({16, 50, 0})
    ->Args({16, 50, 2})
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(stream<32>)
    ->Args({64, 50, 0})
    ->Args({64, 50, 2})
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace
