// The cost of a match on the wire; see support/wire.hpp.
//   build/bin/bench_wire

#include "support/wire.hpp"

#include <benchmark/benchmark.h>

namespace {

void wire(benchmark::State& state) {
  tutti::test::WireCost cost;
  for (auto _ : state)
    cost = tutti::test::wire_cost(static_cast<std::uint8_t>(state.range(0)));
  if (!cost.problems.empty()) state.SkipWithError(cost.problems.front().c_str());
  state.counters["up_KB_s"] = cost.up_KB_s;
  state.counters["down_KB_s"] = cost.down_KB_s;
  state.counters["confirmed_after_ticks"] = cost.confirmed_after_ticks;
  state.counters["rollback_ticks"] = cost.rollback_ticks;
}

BENCHMARK(wire)->Arg(2)->Arg(4)->Arg(8)->Arg(16)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
