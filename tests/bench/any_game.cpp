// The cost of a call into a game's code beside the code itself: the guard of the floating-point
// environment.
//   build/bin/bench_any_game
// Of many short repetitions the smallest counts (`_least`): other work of the machine can only
// add. step/bare: the game's function alone, through a pointer as always. step/guarded: the same
// under UnderDefaultFloats; the difference is what every call pays. step/guarded_in_altered: the
// same on a thread that flushes and rounds upwards.

#include <benchmark/benchmark.h>

#include <algorithm>

#include "support/float_game.hpp"
#include "tutti/sim/any_game.hpp"
#include "tutti/sim/float_environment.hpp"

namespace {

using namespace tutti;

double least(const std::vector<double>& times) {
  return *std::min_element(times.begin(), times.end());
}

void many_and_short(benchmark::internal::Benchmark* measured) {
  measured->Repetitions(400)->Iterations(20000)->ReportAggregatesOnly()->ComputeStatistics("least",
                                                                                           least);
}

struct Stepped {
  AnyGame game = any_game<test::Drift>();
  StateBox state = start(game, game.setup(1, 2));

  void bare() { game.table().step(state.get(), nullptr, 0, nullptr); }
  void guarded() {
    const UnderDefaultFloats guard;
    bare();
  }
};

void step_bare(benchmark::State& state) {
  Stepped stepped;
  for (auto _ : state)
    stepped.bare();
}
BENCHMARK(step_bare)->Name("step/bare")->Apply(many_and_short);

void step_guarded(benchmark::State& state) {
  Stepped stepped;
  for (auto _ : state)
    stepped.guarded();
}
BENCHMARK(step_guarded)->Name("step/guarded")->Apply(many_and_short);

void step_guarded_in_altered(benchmark::State& state) {
  Stepped stepped;
  FloatEnvironment{Rounding::upwards, true}.apply();
  for (auto _ : state)
    stepped.guarded();
  FloatEnvironment{}.apply();
}
BENCHMARK(step_guarded_in_altered)->Name("step/guarded_in_altered")->Apply(many_and_short);

}  // namespace
