// The cost of a tick of the bundled game with two and with four players: the step alone, and with
// bots deciding.

#include "counterpoint/counterpoint.hpp"

#include <benchmark/benchmark.h>

#include <vector>

namespace {

using namespace counterpoint;
using Rows = std::vector<tutti::GameEvent<Controls>>;

State start(std::uint8_t players) {
  tutti::Setup setup;
  setup.players = players;
  return Counterpoint::start(setup);
}

Rows joins(std::uint8_t players) {
  Rows rows;
  for (std::uint8_t slot = 0; slot < players; ++slot)
    rows.push_back({tutti::EventKind::joined, tutti::PlayerId{slot}, {}});
  return rows;
}

Rows decide(const State& state, tutti::Random& random) {
  Rows rows;
  for (std::uint8_t slot = 0; slot < state.players; ++slot) {
    const tutti::PlayerId player{slot};
    if (const auto wish = Counterpoint::play(state, player, random)) {
      rows.push_back({tutti::EventKind::input, player, *wish});
    }
  }
  return rows;
}

/// The steps of one recorded minute of a fight, over and over.
void step_of_a_fight(benchmark::State& bench) {
  const auto players = static_cast<std::uint8_t>(bench.range(0));
  State state = start(players);
  tutti::Random random(1);
  tutti::Effects<Effect> nobody(nullptr);
  std::vector<Rows> minute{joins(players)};
  for (int i = 1; i < 3600; ++i) {
    Counterpoint::step(state, minute.back(), nobody);
    minute.push_back(decide(state, random));
  }
  std::size_t tick = minute.size();
  for (auto _ : bench) {
    if (tick == minute.size()) {
      state = start(players);
      tick = 0;
    }
    Counterpoint::step(state, minute[tick++], nobody);
    benchmark::DoNotOptimize(state);
  }
}
BENCHMARK(step_of_a_fight)->Arg(2)->Arg(4);

void step_with_deciding_bots(benchmark::State& bench) {
  const auto players = static_cast<std::uint8_t>(bench.range(0));
  State state = start(players);
  tutti::Random random(1);
  tutti::Effects<Effect> nobody(nullptr);
  Counterpoint::step(state, joins(players), nobody);
  for (auto _ : bench) {
    Counterpoint::step(state, decide(state, random), nobody);
    benchmark::DoNotOptimize(state);
  }
}
BENCHMARK(step_with_deciding_bots)->Arg(2)->Arg(4);

}  // namespace
