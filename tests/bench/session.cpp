// The cost of the engine to a game at every tick: `Session::advance` with 2 players, a state of 1
// KiB and a link in memory that delivers one relay datagram a tick, beside the game's own step and
// copy.
//   build/bin/bench_session --benchmark_repetitions=5 --benchmark_report_aggregates_only=true
// advance/held: the controls of the two players change 5 times a second each; nothing is rolled
// back. advance/busy: the other player changes every tick; nothing is rolled back.
// advance/rollback_8: the same, but known 8 ticks late: every tick re-simulates 8.
// bare/step_and_copy: the cost of one tick without an engine.

#include <benchmark/benchmark.h>

#include <array>
#include <cstring>

#include "bench/scripted_relay.hpp"
#include "tutti/engine/session.hpp"

namespace {

using namespace tutti;
using namespace tutti::bench;

/// A state of 1 KiB, events of 8 bytes, a step that does next to nothing: the rest is the engine.
struct Kilobyte {
  static constexpr const char* name = "kilobyte";
  static constexpr const char* version = "1";
  struct Event {
    std::uint64_t buttons = 0;
    TUTTI_FIELDS(buttons)
  };
  struct State {
    std::array<std::uint64_t, 2> held{};
    std::array<std::uint64_t, 126> rest{};
    TUTTI_FIELDS(held, rest)
  };
  static State start(const Setup&) { return {}; }
  static void step(State& state, Events<Event> events, Effects<>&) noexcept {
    for (const auto& event : events) {
      if (const Event* input = event.input()) state.held[event.player.value] = input->buttons;
    }
    for (std::size_t i = 0; i < 3; ++i)
      state.rest[i] += state.held[i & 1] + i;
  }
};
static_assert(sizeof(Kilobyte::State) == 1024);

void advance(benchmark::State& state, Shape shape) {
  constexpr std::int64_t ticks = 6000;
  constexpr Instant begin{std::chrono::seconds(100)};
  const Script script(ticks, shape, [](Random& random) {
    Bytes payload;
    write_canonical(Kilobyte::Event{random.next()}, payload);
    return payload;
  });
  const AnyGame game = any_game<Kilobyte>();
  SessionStatistics statistics;
  for (auto _ : state) {
    state.PauseTiming();
    auto link = std::make_unique<ScriptedLink>(game.setup(1, 2));
    for (std::int64_t tick = 0; tick < ticks; ++tick) {
      link->deliver(script.datagram(tick, begin + tick_length * tick));
    }
    const PeerId relay = link->relay();
    std::optional<Session<Kilobyte>> session(
        AnySession::over(game, std::move(link), relay, Hello{.rules = game.rules()}, {}));
    Random random(4);
    state.ResumeTiming();
    for (std::int64_t tick = 0; tick < ticks; ++tick) {
      session->advance(begin + tick_length * tick);
      if (script.offers_at(tick)) session->set_input({random.next()});
      benchmark::DoNotOptimize(session->state().held[0]);
    }
    state.PauseTiming();
    statistics = session->statistics();
    session.reset();
    state.ResumeTiming();
  }
  state.counters["per_tick"] =
      benchmark::Counter(static_cast<double>(state.iterations() * ticks),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["rollbacks"] = static_cast<double>(statistics.timeline.rollbacks);
  state.counters["resimulated"] = static_cast<double>(statistics.timeline.resimulated);
  state.counters["events"] = static_cast<double>(statistics.events);
  state.counters["confirmed"] = static_cast<double>(statistics.confirmed.value);
}

void step_and_copy(benchmark::State& state) {
  constexpr std::size_t ring_ticks = Timeline::Options{}.ring_ticks;
  std::vector<Kilobyte::State> ring(ring_ticks);
  std::size_t tick = 0;
  Effects<> effects(nullptr);
  for (auto _ : state) {
    Kilobyte::State& next = ring[(tick + 1) % ring_ticks];
    std::memcpy(&next, &ring[tick % ring_ticks], sizeof(next));
    Kilobyte::step(next, {}, effects);
    benchmark::DoNotOptimize(next.held[0]);
    ++tick;
  }
  state.counters["per_tick"] =
      benchmark::Counter(static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

BENCHMARK_CAPTURE(advance, held, Shape{12, 0})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(advance, busy, Shape{1, 0})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(advance, rollback_8, Shape{1, 8})->Unit(benchmark::kMillisecond);
BENCHMARK(step_and_copy)->Name("bare/step_and_copy");

}  // namespace
