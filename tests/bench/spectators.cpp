// The cost of spectators to the relay: two players who change their controls 5 times a second,
// watched by so many, in virtual time. Only the relay's passes are timed; 20 ms to everybody, no
// loss.
//   build/bin/bench_spectators
// us_a_pass is the relay's CPU time for one pass of 4 ms. KB_s is what one spectator receives and
// sends, at the socket plus 28 bytes a datagram for IPv4 and UDP, in 1,000 bytes.

#include <benchmark/benchmark.h>

#include "guest.hpp"
#include "tutti/net/server.hpp"
#include "tutti/replay/simulated_storage.hpp"

namespace {

using namespace tutti;
using namespace tutti::bench;
using namespace std::chrono_literals;

double kilobytes(const StormTraffic& traffic) {
  constexpr std::uint64_t headers = 28;
  return static_cast<double>(traffic.bytes() +
                             headers * (traffic.play.sent + traffic.control.sent)) /
         1000;
}

void spectators(benchmark::State& state) {
  constexpr int seconds = 20;
  double passes = 0;
  double spent = 0;
  for (auto _ : state) {
    SimulatedStorage storage;
    StormNetwork network(1);
    const auto relay = network.listen();
    Result<Journal> journal = Journal::open(storage, "relay.journal", {});
    RelayServer server(*relay, *journal, {});
    std::vector<std::unique_ptr<Guest>> guests;
    Random random(1);
    const Hello player{.room = "BENCH", .rules = rules, .create = Setup{.rules = rules}};
    const Hello watching{.room = "BENCH", .rules = rules, .role = Role::spectator};
    for (int i = 0; i < 2; ++i)
      guests.push_back(std::make_unique<Guest>(network, *relay, player));
    int count = 0;
    for (Instant now{1000s}; now < Instant{1000s + std::chrono::seconds(seconds)}; now += 4ms) {
      if (now == Instant{1000s + 500ms}) {
        for (int i = 0; i < state.range(0); ++i)
          guests.push_back(std::make_unique<Guest>(network, *relay, watching));
      }
      const auto begun = std::chrono::steady_clock::now();
      server.pass(now);
      spent += std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begun)
                   .count();
      ++passes;
      if (++count % 4 != 0) continue;
      for (const auto& guest : guests)
        guest->frame(now, random);
    }
    if (guests.size() < 3) continue;
    const StormTotals one = network.totals(guests.back()->path);
    state.counters["down_KB_s"] = kilobytes(one.down) / seconds;
    state.counters["up_KB_s"] = kilobytes(one.up) / seconds;
  }
  state.counters["us_a_pass"] = spent / passes;
}

BENCHMARK(spectators)
    ->Arg(0)
    ->Arg(20)
    ->Arg(200)
    ->Arg(1000)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace
