// What a tick of the bundled game costs: the step alone, and with two bots deciding.

#include "counterpoint/counterpoint.hpp"

#include <benchmark/benchmark.h>

#include <vector>

namespace {

using namespace counterpoint;
using Rows = std::vector<tutti::GameEvent<Controls>>;

Rows joins() {
  return {{tutti::EventKind::joined, tutti::PlayerId{0}, {}},
          {tutti::EventKind::joined, tutti::PlayerId{1}, {}}};
}

Rows decide(const State& state, tutti::Random& random) {
  Rows rows;
  for (std::uint8_t slot = 0; slot < 2; ++slot) {
    const tutti::PlayerId player{slot};
    if (const auto wish = Counterpoint::play(state, player, random)) {
      rows.push_back({tutti::EventKind::input, player, *wish});
    }
  }
  return rows;
}

/// The steps of one recorded minute of a fight, over and over.
void step_of_a_fight(benchmark::State& bench) {
  State state = Counterpoint::start({});
  tutti::Random random(1);
  tutti::Effects<Effect> nobody(nullptr);
  std::vector<Rows> minute{joins()};
  for (int i = 1; i < 3600; ++i) {
    Counterpoint::step(state, minute.back(), nobody);
    minute.push_back(decide(state, random));
  }
  std::size_t tick = minute.size();
  for (auto _ : bench) {
    if (tick == minute.size()) {
      state = Counterpoint::start({});
      tick = 0;
    }
    Counterpoint::step(state, minute[tick++], nobody);
    benchmark::DoNotOptimize(state);
  }
}
BENCHMARK(step_of_a_fight);

void step_with_deciding_bots(benchmark::State& bench) {
  State state = Counterpoint::start({});
  tutti::Random random(1);
  tutti::Effects<Effect> nobody(nullptr);
  Counterpoint::step(state, joins(), nobody);
  for (auto _ : bench) {
    Counterpoint::step(state, decide(state, random), nobody);
    benchmark::DoNotOptimize(state);
  }
}
BENCHMARK(step_with_deciding_bots);

}  // namespace
