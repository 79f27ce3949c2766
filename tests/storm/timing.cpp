// Nobody stalls the others: players who are late, absent for a while, many or far away, and what
// their input comes to.

#include "storm/scroll.hpp"
#include "storm/table.hpp"
#include "support/catch.hpp"
#include "support/games.hpp"
#include "tutti/engine/storm.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

/// As many as a session of friends has: everybody holds a number, and all is mixed into a hash.
struct Crowd {
  static constexpr const char* name = "crowd";
  static constexpr const char* version = "1";
  static constexpr std::uint8_t players_min = 1;
  static constexpr std::uint8_t players_max = 16;
  struct Event {
    std::uint8_t hold = 0;
    TUTTI_FIELDS(hold)
  };
  struct State {
    std::array<std::uint8_t, players_max> hold{};
    std::uint64_t hash = 0;
    TUTTI_FIELDS(hold, hash)
  };
  static State start(const Setup&) { return {}; }
  static void step(State& state, Events<Event> events, Effects<>&) noexcept {
    for (const auto& event : events) {
      if (const Event* input = event.input()) {
        state.hold[event.player.value % players_max] = input->hold;
      }
    }
    for (const std::uint8_t hold : state.hold)
      state.hash = (state.hash ^ hold) * 0x100000001B3 + 1;
  }
  static std::optional<Event> play(const State&, PlayerId, Random& random) {
    if (!random.chance(12)) return std::nullopt;
    return Event{static_cast<std::uint8_t>(random.below(256))};
  }
};

constexpr WeatherOptions uneven{.delay = 40ms, .jitter = 10ms, .loss_ppm = 20'000};
constexpr WeatherOptions lossless{.delay = 40ms, .jitter = 10ms};

/// A match of three as it was for those to whom nothing happened: bob and eve.
struct Others {
  std::uint64_t depth_max = 0;
  double depth_mean = 0;
  std::uint64_t waits = 0;
  bool is_equal = false;
  std::uint64_t late = 0;         // of ada's own events
  std::uint64_t late_in_log = 0;  // the same, as the match record has it
  std::uint64_t others_late = 0;  // of the others' events
  std::int64_t margin_least = 0;  // of ada's events
};

/// Something happens to ada, the first, four times.
Others match_in_which(const std::function<void(Table&)>& happens, Duration each = 12s,
                      const WeatherOptions& others_path = uneven, std::uint64_t seed = 9) {
  const auto ticks = static_cast<std::uint32_t>((3s + 8 * each) / 1s * 60);
  Table table({.game = any_game<Tally>(),
               .paths = {uneven, others_path, others_path},
               .terms = {.ends_at = ticks},
               .seed = seed});
  table.run(3s);
  for (int i = 0; i < 4; ++i) {
    happens(table);
    table.run(each / 2);
  }
  Others others;
  REQUIRE(table.run_to_end(8 * each));
  others.is_equal = table.is_equal();
  others.late = table.seat(0).session.statistics().late_events;
  for (const ArrivalMargins& margins : table.record().margins) {
    const bool is_ada = margins.player == table.seat(0).session.player();
    (is_ada ? others.late_in_log : others.others_late) += margins.late;
    if (is_ada) others.margin_least = std::min(others.margin_least, margins.least);
  }
  for (const std::size_t i : {1U, 2U}) {
    const TimelineStatistics timeline = table.seat(i).timeline();
    others.depth_max = std::max(others.depth_max, timeline.depth_max);
    others.depth_mean = std::max(others.depth_mean, timeline.depth_mean());
    others.waits += table.seat(i).waits;
  }
  return others;
}

}  // namespace

TEST_CASE("from one to sixteen players fold the same states in bad weather") {
  const std::uint8_t players = GENERATE(std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{3},
                                        std::uint8_t{4}, std::uint8_t{8}, std::uint8_t{16});
  StormMatch match({.game = any_game<Crowd>(),
                    .players = players,
                    .ticks = Tick{900},
                    .seed = players,
                    .weather = {.delay = 40ms, .jitter = 20ms, .loss_ppm = 100'000}});
  const StormReport& report = match.run();
  CAPTURE(players, report.problems);
  CHECK(report.problems.empty());
  CHECK(report.is_equal);
  REQUIRE(report.players.size() == players);
  for (const StormPlayer& player : report.players)
    CHECK(player.offered > 30);
}

TEST_CASE("in any order of coming, all show one present and share the work of prediction") {
  Table table({.game = any_game<Tally>(),
               .paths = {path_of(50ms), path_of(50ms), path_of(50ms)},
               .apart = 2500ms});
  table.run(5s);
  std::array<std::uint64_t, 3> rollbacks{};
  std::array<std::uint64_t, 3> depth{};
  for (std::size_t i = 0; i < 3; ++i) {
    rollbacks[i] = table.seat(i).timeline().rollbacks;
    depth[i] = table.seat(i).timeline().depth_total;
  }
  for (int sample = 0; sample < 100; ++sample) {
    table.run(300ms);
    for (std::size_t i = 1; i < 3; ++i)
      CHECK(std::abs(table.seat(i).present() - table.seat(0).present()) <= 1);
  }
  std::array<double, 3> mean{};
  for (std::size_t i = 0; i < 3; ++i) {
    const TimelineStatistics timeline = table.seat(i).timeline();
    REQUIRE(timeline.rollbacks > rollbacks[i] + 100);
    mean[i] = static_cast<double>(timeline.depth_total - depth[i]) /
              static_cast<double>(timeline.rollbacks - rollbacks[i]);
  }
  CHECK(std::abs(mean[0] - mean[1]) <= 0.5);
  CHECK(std::abs(mean[0] - mean[2]) <= 0.5);
}

TEST_CASE("a process that stands still recovers by itself and disturbs nobody") {
  const Duration length = GENERATE(Duration(100ms), Duration(1s), Duration(5s), Duration(30s));
  const auto freeze = [&](Table& table) {
    table.seat(0).is_frozen = true;
    table.run(length);
    table.seat(0).is_frozen = false;
    // Back within a second or two, whatever the relay thought of it meanwhile.
    table.run(1500ms);
    CHECK(table.seat(0).session.status() == Status::playing);
    CHECK(std::abs(table.seat(0).present() - table.seat(1).present()) <= 1);
  };
  const Others usual = match_in_which([](Table&) {}, length + 5s);
  const Others frozen = match_in_which(freeze, length + 5s);
  CHECK(frozen.is_equal);
  CHECK(usual.waits == 0);
  CHECK(frozen.waits == 0);
  CHECK(frozen.depth_max <= usual.depth_max + 2);
  CHECK(frozen.depth_mean <= usual.depth_mean + 0.5);
}

TEST_CASE("a lag switch harms only its user, however long it is held") {
  const Duration length =
      GENERATE(Duration(100ms), Duration(300ms), Duration(1s), Duration(3s), Duration(10s));
  const auto lag = [&](Table& table) {
    table.switch_lag(0, length);
    table.run(length);
  };
  // Only her own path loses anything, so that what happens to the others is her doing. Of several
  // matches, since how far they roll back at most depends on which datagrams are lost.
  std::uint64_t usual_depth = 0, lagging_depth = 0;
  std::uint64_t usual_late = 0, lagging_late = 0;
  for (std::uint64_t seed = 9; seed < 14; ++seed) {
    const Others usual = match_in_which([](Table&) {}, length + 8s, lossless, seed);
    const Others lagging = match_in_which(lag, length + 8s, lossless, seed);
    CAPTURE(length.count(), seed, lagging.depth_mean, usual.depth_mean);
    CHECK(lagging.is_equal);
    CHECK(usual.waits == 0);
    CHECK(lagging.waits == 0);
    CHECK(lagging.depth_mean <= usual.depth_mean + 0.5);
    if (length > 200ms) {
      // Everybody who has the log can see it.
      CHECK(lagging.late_in_log >= lagging.late);
      CHECK(lagging.late_in_log > lagging.others_late);
      CHECK(lagging.margin_least < usual.margin_least - 6);
    }
    usual_depth = std::max(usual_depth, usual.depth_max);
    lagging_depth = std::max(lagging_depth, lagging.depth_max);
    usual_late += usual.late;
    lagging_late += lagging.late;
  }
  CAPTURE(length.count());
  CHECK(lagging_depth <= usual_depth + 2);
  if (length > 200ms) CHECK(lagging_late > usual_late);
}

TEST_CASE(
    "a burst out of a lag switch rolls the others back by its user's window, and no further") {
  const Duration length = GENERATE(Duration(100ms), Duration(300ms), Duration(600ms), Duration(3s));
  const Others usual = match_in_which([](Table&) {}, length + 8s, lossless);
  const auto lag = [&](Table& table) {
    table.switch_lag(0, length);
    table.run(length);
  };
  const Others lagging = match_in_which(lag, length + 8s, lossless);
  CAPTURE(length.count());
  // The window is the path's delay, which is usual, its jitter (2 ticks here) and 2.
  CHECK(lagging.depth_max <= usual.depth_max + 4);
}

TEST_CASE("a tap is never eaten: press and release of different ticks stay apart, however late") {
  Table table({.game = any_game<Scroll>(),
               .paths = {path_of(40ms, 30ms), path_of(20ms)},
               .seed = 3,
               .act = [](Seat& seat) {
                 // Presses now and then, each released a tick or two later.
                 const bool is_down = seat.offered % 2 == 1;
                 if (seat.random.chance(is_down ? 2 : 20)) {
                   seat.session.set_input(numbered(++seat.offered));
                 }
               }});
  table.run(2s);
  for (int i = 0; i < 20; ++i) {
    table.switch_lag(0, std::chrono::milliseconds(50 + 15 * i));
    table.run(2s);
  }
  table.seat(0).session.end_match();
  REQUIRE(table.run_to_end(10s));
  const SessionStatistics statistics = table.seat(0).session.statistics();
  CHECK(statistics.late_events > 10);
  CHECK(table.is_equal());
  CHECK(scroll(table.seat(1)).merged == 0);
  CHECK(scroll(table.seat(1)).wrong <= 2 * statistics.refused_events);
}

TEST_CASE("input that changes in every tick takes a datagram a tick, and nothing of it is lost") {
  Table table({.game = any_game<Scroll>(),
               .paths = {{.delay = 40ms, .jitter = 5ms, .loss_ppm = 50'000},
                         {.delay = 40ms, .jitter = 5ms, .loss_ppm = 50'000}},
               .seed = 5,
               .act = [](Seat& seat) { seat.session.set_input(numbered(++seat.offered)); }});
  table.run(2s);
  const StormTotals before = table.wire(0);
  table.run(20s);
  const StormTotals after = table.wire(0);
  constexpr std::uint64_t ticks = 20 * 60;
  CHECK(after.up.play.sent - before.up.play.sent <= ticks + 10);
  CHECK(after.down.play.sent - before.down.play.sent <= 2 * ticks);
  CHECK((after.up.bytes() - before.up.bytes()) / ticks < 200);
  table.seat(0).session.end_match();
  REQUIRE(table.run_to_end(10s));
  CHECK(table.is_equal());
  for (const std::size_t seat : {0U, 1U}) {
    const Scroll::State& state = scroll(table.seat(seat));
    CHECK(table.seat(seat).session.statistics().refused_events == 0);
    CHECK(state.wrong == 0);
    CHECK(state.merged == 0);
    CHECK(state.last[0] > 1200);
  }
}
