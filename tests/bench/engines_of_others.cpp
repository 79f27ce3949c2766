// The cost of a tick in the example games that stand on an engine of somebody else.
//   build/bin/bench_engines_of_others
// step/<game>: a tick after the one before it; back/<game>: a tick of an older state, into which
// the engine has to be brought back first; copy, save and load of a state. Read the CPU column.

#include <benchmark/benchmark.h>

#include "tutti/engine/catalog.hpp"
#include "tutti/sim/crowd.hpp"

namespace {

using namespace tutti;

/// A match of four players after ten seconds.
struct Playing {
  explicit Playing(const AnyGame& game) : state(start(game, game.setup(5, 4))) {
    Crowd crowd(game, {.seed = 5, .players = 4});
    for (Tick tick{1}; tick.value <= 600; ++tick)
      step_state(game, state.get(), crowd.next(tick, state.get()), nullptr);
  }
  StateBox state;
};

void measure(const AnyGame& game) {
  const auto add = [&](const std::string& what, auto run) {
    const auto whole = [game, run](benchmark::State& state) {
      Playing playing(game);
      StateBox other = playing.state;
      Bytes bytes;
      save_state(game, playing.state.get(), bytes);
      for (auto _ : state)
        run(game, playing.state, other, bytes);
    };
    benchmark::RegisterBenchmark((what + "/" + game.name()).c_str(), whole)
        ->Unit(benchmark::kMicrosecond);
  };
  add("step", [](const AnyGame& g, StateBox& now, StateBox&, Bytes&) {
    step_state(g, now.get(), {}, nullptr);
  });
  add("back", [](const AnyGame& g, StateBox& now, StateBox& other, Bytes&) {
    copy_state(g, other.get(), now.get());
    step_state(g, other.get(), {}, nullptr);
  });
  add("copy", [](const AnyGame& g, StateBox& now, StateBox& other, Bytes&) {
    copy_state(g, other.get(), now.get());
  });
  add("save", [](const AnyGame& g, StateBox& now, StateBox&, Bytes& bytes) {
    save_state(g, now.get(), bytes);
  });
  add("load", [](const AnyGame& g, StateBox&, StateBox& other, Bytes& bytes) {
    benchmark::DoNotOptimize(load_state(g, other.get(), bytes));
  });
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const GameCatalog catalog(GameCatalog::usual_folders());
  for (const char* name : {"physics", "scripted", "wasm_rules"}) {
    if (const Result<AnyGame> game = catalog.find(name)) measure(*game);
  }
  benchmark::RunSpecifiedBenchmarks();
}
