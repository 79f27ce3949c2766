// How fast a match of ten minutes is written and read, what a journal's pass costs, and how quickly
// one goes through an hour of Counterpoint that two bots play:
//   build/bin/bench_replay
// hour_opened: the part that a list of matches reads; hour_loaded: all of it, ready to be played.
// hour_cold_seek: to the end, with no snapshot yet, as fast as it goes, beside hour_bare_steps: the
// game's own steps in a loop, and hour_watched_seek: the same in all frames of a session that
// watches and goes there first of all. hour_filled: the cost of all snapshots. hour_seeks,
// hour_back: the 99th percentile (p99_us) of random places and of one tick back, filled.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "counterpoint/counterpoint.hpp"
#include "replay/matches.hpp"
#include "tutti/engine/session.hpp"
#include "tutti/replay/cursor.hpp"
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

constexpr std::int64_t an_hour = 216'000;

/// An hour of Counterpoint by two bots, with a digest every second.
const MatchRecord& hour() {
  static const MatchRecord record = [] {
    const AnyGame game = any_game<counterpoint::Counterpoint>();
    MatchRecord played({.room = "BENCH", .build = "bench", .setup = game.setup(1, 2)});
    StateBox state = start(game, played.log.setup());
    Random random(1);
    std::uint32_t counter = 0;
    for (Tick tick{1}; tick.value <= an_hour; ++tick) {
      for (std::uint8_t slot = 0; slot < 2; ++slot) {
        if (tick == Tick{1}) {
          const RelayEvent joined{.kind = EventKind::joined, .player = PlayerId{slot}};
          played.log.add({tick, relay_author, ++counter, encode(joined)});
        } else if (const auto wish = game.play(state.get(), PlayerId{slot}, random)) {
          played.log.add({tick, author_of(PlayerId{slot}), ++counter, *wish});
        }
      }
      played.log.close(tick);
      step_state(game, state.get(), played.log.events_at(tick), nullptr);
      if (tick.value % 60 == 0) {
        played.digests.push_back({tick, played.log.head(), digest_state(game, state.get())});
      }
    }
    played.end = EndReason::time_over;
    return played;
  }();
  return record;
}

std::string hour_file() {
  static const std::string path = [] {
    std::string file = std::filesystem::temp_directory_path() / "tutti-bench-hour.tutti";
    if (!write_match_file(file, hour())) std::abort();
    return file;
  }();
  return path;
}

Cursor hour_cursor() { return *Cursor::open(any_game<counterpoint::Counterpoint>(), hour().log); }

Cursor filled_cursor() {
  Cursor cursor = hour_cursor();
  while (!cursor.fill(10'000)) {
  }
  return cursor;
}

void hour_opened(benchmark::State& state) {
  const std::string path = hour_file();
  for (auto _ : state)
    benchmark::DoNotOptimize(read_summary_file(path));
  const auto bytes = static_cast<double>(std::filesystem::file_size(path));
  state.counters["bytes_a_minute"] = bytes / 60;
  state.counters["events"] = static_cast<double>(hour().log.events().size());
}
BENCHMARK(hour_opened)->Unit(benchmark::kMicrosecond);

void hour_loaded(benchmark::State& state) {
  const std::string path = hour_file();
  for (auto _ : state)
    benchmark::DoNotOptimize(read_match_file(path));
}
BENCHMARK(hour_loaded)->Unit(benchmark::kMillisecond);

void hour_cold_seek(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    Cursor cursor = hour_cursor();
    state.ResumeTiming();
    cursor.seek(Tick{an_hour});
    benchmark::DoNotOptimize(cursor.state());
  }
}
BENCHMARK(hour_cold_seek)->Unit(benchmark::kMillisecond);

void hour_watched_seek(benchmark::State& state) {
  const AnyGame game = any_game<counterpoint::Counterpoint>();
  for (auto _ : state) {
    state.PauseTiming();
    auto session = AnySession::watch(game, hour_file(), {});
    Instant now{std::chrono::seconds(100)};
    session->playback()->set_paused(true);
    session->advance(now);  // takes in the log
    session->playback()->seek(Tick{an_hour});
    state.ResumeTiming();
    while (session->timeline()->present() < Tick{an_hour})
      session->advance(now += std::chrono::milliseconds(16));
  }
}
BENCHMARK(hour_watched_seek)->Unit(benchmark::kMillisecond);

void hour_filled(benchmark::State& state) {
  for (auto _ : state) {
    const Cursor cursor = filled_cursor();
    state.counters["snapshots"] = static_cast<double>(cursor.statistics().snapshots);
    state.counters["bytes"] = static_cast<double>(cursor.statistics().bytes);
  }
}
BENCHMARK(hour_filled)->Unit(benchmark::kMillisecond);

/// Times each of 1,000 moves and says how long the slow ones took.
template <class Move>
void time_moves(benchmark::State& state, Move move) {
  Cursor cursor = filled_cursor();
  Random random(3);
  std::vector<double> times;
  for (auto _ : state) {
    for (int i = 0; i < 1000; ++i) {
      const auto before = std::chrono::steady_clock::now();
      move(cursor, random);
      const std::chrono::duration<double, std::micro> took =
          std::chrono::steady_clock::now() - before;
      times.push_back(took.count());
    }
  }
  std::sort(times.begin(), times.end());
  state.counters["p50_us"] = times[times.size() / 2];
  state.counters["p99_us"] = times[times.size() * 99 / 100];
  state.counters["max_us"] = times.back();
}

void hour_seeks(benchmark::State& state) {
  time_moves(state,
             [](Cursor& cursor, Random& random) { cursor.seek(Tick{random.below(an_hour + 1)}); });
}
BENCHMARK(hour_seeks)->Unit(benchmark::kMillisecond)->Iterations(5);

void hour_back(benchmark::State& state) {
  time_moves(state, [](Cursor& cursor, Random&) {
    if (!cursor.back()) cursor.seek(Tick{an_hour});
  });
}
BENCHMARK(hour_back)->Unit(benchmark::kMillisecond)->Iterations(5);

void hour_bare_steps(benchmark::State& state) {
  const AnyGame game = any_game<counterpoint::Counterpoint>();
  const std::span<const EventView> events = hour().log.events();
  for (auto _ : state) {
    StateBox box = start(game, hour().log.setup());
    std::size_t next = 1;
    for (Tick tick{1}; tick.value <= an_hour; ++tick) {
      std::size_t end = next;
      while (end < events.size() && events[end].tick == tick)
        ++end;
      step_state(game, box.get(), events.subspan(next, end - next), nullptr);
      next = end;
    }
    benchmark::DoNotOptimize(box.get());
  }
  state.SetItemsProcessed(state.iterations() * an_hour);
}
BENCHMARK(hour_bare_steps)->Unit(benchmark::kMillisecond);

void hour_verified(benchmark::State& state) {
  const AnyGame game = any_game<counterpoint::Counterpoint>();
  for (auto _ : state)
    benchmark::DoNotOptimize(verify(game, hour()));
}
BENCHMARK(hour_verified)->Unit(benchmark::kMillisecond);

}  // namespace
