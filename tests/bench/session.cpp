// What the engine costs a game at every tick: `Session::advance` with 2 players, a state of 1 KiB
// and a link in memory that delivers one relay datagram a tick, beside the game's own step and
// copy.
//   build/bin/bench_session --benchmark_repetitions=5 --benchmark_report_aggregates_only=true
// advance/held: what the two players hold changes 5 times a second each; nothing is rolled back.
// advance/busy: the other player changes every tick; nothing is rolled back.
// advance/rollback_8: the same, but known 8 ticks late: every tick re-simulates 8.
// bare/step_and_copy: what one tick costs without an engine.

#include <benchmark/benchmark.h>

#include <array>
#include <cstring>
#include <deque>

#include "tutti/engine/session.hpp"
#include "tutti/net/messages.hpp"

namespace {

using namespace tutti;

/// A state of 1 KiB, events of 8 bytes, a step that does next to nothing: what remains is the
/// engine.
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

constexpr std::int64_t ticks_a_second = 60;
constexpr Duration tick_length = Duration(std::chrono::seconds(1)) / ticks_a_second;
/// How many ticks old the relay's news are.
constexpr std::int64_t path_ticks = 3;
/// A player changes what it holds with p = 1/12 a tick, 5 times a second.
constexpr std::uint32_t change_one_in = 12;

/// Plays the relay's side: what it would say at each tick, written before the clock starts.
class ScriptedLink final : public Link {
 public:
  ScriptedLink() : relay_{1} {
    arrivals_.push_back({Arrival::Kind::connected, relay_, {}});
    Welcome welcome{
        .room = "BENCH", .player = PlayerId{0}, .setup = any_game<Kilobyte>().setup(1, 2)};
    arrivals_.push_back({Arrival::Kind::control, relay_, encode(ControlMessage(welcome))});
  }
  PeerId relay() const { return relay_; }

  void deliver(Bytes datagram) {
    arrivals_.push_back({Arrival::Kind::play, relay_, std::move(datagram)});
  }
  /// Each call lets one datagram in; the first one what precedes it too.
  void service(Instant) override { due_ = is_open_ ? 1 : 3; }
  std::optional<Arrival> receive() override {
    if (arrivals_.empty() || due_ == 0) return std::nullopt;
    --due_;
    is_open_ = true;
    Arrival arrival = std::move(arrivals_.front());
    arrivals_.pop_front();
    return arrival;
  }
  void send_control(PeerId, BytesView) override {}
  void send_play(PeerId, BytesView bytes) override { bytes_sent_ += bytes.size(); }
  void disconnect(PeerId) override {}
  LinkStatistics statistics() const override { return {.bytes_sent = bytes_sent_}; }

 private:
  PeerId relay_;
  std::deque<Arrival> arrivals_;
  std::uint64_t bytes_sent_ = 0;
  int due_ = 0;
  bool is_open_ = false;
};

struct Shape {
  std::uint32_t other_changes_one_in;
  std::int64_t other_known_late;  // in ticks: 0 is just in time
};

/// What the relay says at each tick. Our own events come back as offered after `path_ticks` each
/// way; the other player's arrive just before they are needed, or late.
class Script {
 public:
  Script(std::int64_t ticks, Shape shape) {
    Random random(9);
    std::vector<AcceptedEvent> news{joined(0, 1), joined(1, 2)};
    std::deque<std::int64_t> offered;
    std::uint32_t own_counter = 0;
    std::uint32_t other_counter = 0;
    std::uint32_t sequence = 0;
    for (std::int64_t tick = 0; tick < ticks; ++tick) {
      offers_.push_back(tick > 20 && random.chance(change_one_in));
      if (offers_.back()) offered.push_back(tick);
      if (!offered.empty() && offered.front() + 2 * path_ticks <= tick) {
        offered.pop_front();
        news.push_back({.tick = {},
                        .author = author_of(PlayerId{0}),
                        .counter = own_counter++,
                        .is_as_offered = true});
      }
      if (tick > 20 && random.chance(shape.other_changes_one_in)) {
        Bytes payload;
        write_canonical(Kilobyte::Event{random.next()}, payload);
        news.push_back({Tick{tick + 1 - shape.other_known_late}, author_of(PlayerId{1}),
                        other_counter++, false, payload});
      }
      const Tick horizon{std::max<std::int64_t>(0, tick - 2 * path_ticks - shape.other_known_late)};
      messages_.push_back({.number = static_cast<std::uint8_t>(tick),
                           .clock = Tick{tick},
                           .clock_fraction = 64,
                           .horizon = horizon,
                           .counted = own_counter,
                           .first_sequence = sequence,
                           .events = news,
                           .is_all = true});
      sequence += static_cast<std::uint32_t>(news.size());
      news.clear();
    }
  }

  bool offers_at(std::int64_t tick) const { return offers_[static_cast<std::size_t>(tick)]; }
  /// Encoded for a client that said something just before `now`.
  Bytes datagram(std::int64_t tick, Instant now) const {
    PlayDown message = messages_[static_cast<std::size_t>(tick)];
    constexpr std::chrono::microseconds wire_unit{100};
    message.echo = static_cast<std::uint16_t>(now.time_since_epoch() / wire_unit);
    Bytes bytes;
    encode(message, bytes);
    return bytes;
  }

 private:
  static AcceptedEvent joined(std::uint8_t slot, std::uint32_t counter) {
    return {Tick{1}, relay_author, counter, false,
            encode(RelayEvent{.kind = EventKind::joined, .player = PlayerId{slot}})};
  }
  std::vector<PlayDown> messages_;
  std::vector<bool> offers_;
};

void advance(benchmark::State& state, Shape shape) {
  constexpr std::int64_t ticks = 6000;
  constexpr Instant begin{std::chrono::seconds(100)};
  const Script script(ticks, shape);
  const AnyGame game = any_game<Kilobyte>();
  SessionStatistics statistics;
  for (auto _ : state) {
    state.PauseTiming();
    auto link = std::make_unique<ScriptedLink>();
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
      if (script.offers_at(tick)) session->offer({random.next()});
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
