// The cost of the simulated network itself (build/bin/bench_storm_link): a match of ten minutes
// between two players and a relay, 60 play datagrams a second in each direction, in bad weather.

#include "tutti/net/storm_link.hpp"

#include <benchmark/benchmark.h>

#include <array>

namespace {

using namespace std::chrono_literals;
using namespace tutti;

void ten_minutes(benchmark::State& state) {
  const WeatherOptions weather{.delay = 40ms, .jitter = 20ms, .loss_ppm = 50'000};
  const Bytes up(30), down(60);
  std::uint64_t sent = 0, taken = 0;
  for (auto _ : state) {
    StormNetwork network(1);
    const auto relay = network.listen();
    std::array players{network.endpoint(), network.endpoint()};
    std::array<PeerId, 2> peers{};
    for (std::size_t i = 0; i < 2; ++i)
      peers[i] = network.connect(*players[i], *relay, weather, weather).value();
    const auto take_in = [&](Link& link, Instant now) {
      link.service(now);
      while (link.receive())
        ++taken;
    };
    for (Duration now{}; now < 600s; now += 16'666'667ns) {
      for (std::size_t i = 0; i < 2; ++i) {
        players[i]->send_play(peers[i], up);
        take_in(*players[i], Instant{now});
        relay->send_play(peers[i], down);
      }
      take_in(*relay, Instant{now});
    }
    sent += network.totals().up.play.sent + network.totals().down.play.sent;
  }
  state.counters["datagrams"] =
      benchmark::Counter(static_cast<double>(sent), benchmark::Counter::kAvgIterations);
  state.counters["taken_in"] =
      benchmark::Counter(static_cast<double>(taken), benchmark::Counter::kAvgIterations);
}
BENCHMARK(ten_minutes)->Unit(benchmark::kMillisecond);

}  // namespace
