// How fast a match of ten minutes is verified, written and read, and what a journal's pass costs:
// build/bin/bench_replay

#include <benchmark/benchmark.h>

#include "replay/matches.hpp"
#include "tutti/replay/journal.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/simulated_storage.hpp"
#include "tutti/replay/verify.hpp"

namespace {

using namespace tutti;

constexpr std::int64_t ten_minutes = 36000;

void verify_ten_minutes(benchmark::State& state) {
  const AnyGame game = any_game<test::Tally>();
  const MatchRecord match = test::record_of(ten_minutes, 5, 60);
  const bool folds_all_ticks = state.range(0) != 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(verify(game, match, {.folds_all_ticks = folds_all_ticks}));
  state.SetItemsProcessed(state.iterations() * ten_minutes);
}
BENCHMARK(verify_ten_minutes)->ArgName("all_ticks")->Arg(0)->Arg(1);

void write_ten_minutes(benchmark::State& state) {
  const MatchRecord match = test::record_of(ten_minutes, 5, 60);
  for (auto _ : state)
    benchmark::DoNotOptimize(write_match(match));
}
BENCHMARK(write_ten_minutes);

void read_ten_minutes(benchmark::State& state) {
  const Bytes file = write_match(test::record_of(ten_minutes, 5, 60));
  for (auto _ : state)
    benchmark::DoNotOptimize(read_match(file));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(file.size()));
}
BENCHMARK(read_ten_minutes);

// One pass of a relay: two events and a horizon for each match, then one write to memory.
void journal_pass(benchmark::State& state) {
  const std::vector<Event> events = test::play(60, 60);
  const std::vector<EventView> batch = {events[2].view(), events[3].view()};
  const auto matches = static_cast<std::uint32_t>(state.range(0));
  SimulatedStorage storage;
  std::optional<Journal> journal;
  std::int64_t pass = 0;
  for (auto _ : state) {
    if (pass % 1000 == 0) {
      state.PauseTiming();
      journal.reset();
      storage = SimulatedStorage();
      journal.emplace(std::move(*Journal::open(storage, "journal")));
      state.ResumeTiming();
    }
    ++pass;
    for (std::uint32_t match = 1; match <= matches; ++match)
      journal->append(MatchNumber{match}, EventBatch{1, batch, Tick{pass}});
    benchmark::DoNotOptimize(journal->flush(std::chrono::milliseconds(16) * pass));
  }
  state.SetItemsProcessed(state.iterations() * matches);
}
BENCHMARK(journal_pass)->ArgName("matches")->Arg(1)->Arg(100);

}  // namespace
