// The cost of large inputs on the wire and in time: every player changes so many bytes in every
// tick. Virtual time, so the figures are the same on every machine.
//   build/bin/bench_large_inputs

#include <benchmark/benchmark.h>

#include "support/stream.hpp"

namespace {

using namespace tutti;

constexpr std::int64_t stream_seconds = 10;

/// Arguments: players, milliseconds to the relay, loss in percent.
template <std::size_t size>
StormOptions options_of(const benchmark::State& state) {
  return {.game = any_game<test::Stream<size>>(),
          .players = static_cast<std::uint8_t>(state.range(0)),
          .ticks = Tick{stream_seconds * 60},
          .weather = {.delay = std::chrono::milliseconds(state.range(1)),
                      .loss_ppm = static_cast<std::uint32_t>(state.range(2)) * 10'000}};
}

/// Rates are bytes of event records with their repeats, for each player, over the rate of the
/// inputs themselves.
template <std::size_t size>
void stream(benchmark::State& state) {
  const auto players = static_cast<std::uint8_t>(state.range(0));
  double lag = 0;
  double up = 0;
  double down = 0;
  double all_down = 0;
  double refused = 0;
  for (auto _ : state) {
    StormMatch match(options_of<size>(state));
    const StormReport& report = match.run();
    if (!report.problems.empty()) state.SkipWithError(report.problems.front().c_str());
    for (const StormPlayer& player : report.players) {
      lag += player.confirmation_lag_ticks / players;
      up += static_cast<double>(player.network.record_bytes_up) / players;
      down += static_cast<double>(player.network.record_bytes_down) / players;
      all_down += static_cast<double>(player.network.bytes_down) / players;
      refused += static_cast<double>(player.refused_events);
    }
  }
  const double own_bytes = static_cast<double>(size * stream_seconds * 60);
  state.counters["confirmed_after_ticks"] = lag;
  state.counters["up_per_input_byte"] = up / own_bytes;
  state.counters["down_per_input_byte"] = down / own_bytes / (players - 1);
  state.counters["down_KB_s"] = all_down / 1000 / static_cast<double>(stream_seconds);
  state.counters["refused_events"] = refused;
}

/// How old the newest input is that a player knows of another, in ticks since it was offered. No
/// input is delayed. tests/bench/mesh has the same of GekkoNet.
template <std::size_t size>
void newest(benchmark::State& state) {
  std::vector<std::int64_t> ages;
  for (auto _ : state) {
    StormOptions options = options_of<size>(state);
    options.terms.input_delay_ticks = 0;
    options.ticks = Tick{1500};
    StormMatch match(std::move(options));
    test::newest_input_ages = &ages;
    const StormReport& report = match.run();
    test::newest_input_ages = nullptr;
    if (!report.problems.empty()) state.SkipWithError(report.problems.front().c_str());
  }
  std::sort(ages.begin(), ages.end());
  double sum = 0;
  for (const std::int64_t age : ages)
    sum += static_cast<double>(age);
  state.counters["age_mean"] = sum / static_cast<double>(ages.size());
  state.counters["age_p99"] = static_cast<double>(ages[ages.size() * 99 / 100]);
  state.counters["age_max"] = static_cast<double>(ages.back());
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

BENCHMARK(newest<64>)
    ->Args({2, 100, 0})
    ->Args({2, 100, 2})
    ->Args({16, 50, 0})
    ->Args({16, 50, 2})
    ->Args({16, 100, 2})
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(newest<4>)->Args({64, 50, 2})->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(newest<32>)->Args({64, 50, 2})->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
