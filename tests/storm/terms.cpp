// Whole matches run by their terms: held for lost players, in lockstep, with input delay by
// measure, and ended by the players who opened them.

#include "storm/scroll.hpp"
#include "storm/table.hpp"
#include "support/catch.hpp"
#include "support/games.hpp"
#include "tutti/engine/storm.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

std::vector<WeatherOptions> paths(std::size_t count, std::chrono::milliseconds delay) {
  return std::vector<WeatherOptions>(count, path_of(delay, 4ms));
}

}  // namespace

TEST_CASE("a match that holds for a lost player says so to everybody, and goes on as one match") {
  Table table({.game = any_game<Tally>(),
               .paths = paths(3, 30ms),
               .terms = {.ends_at = 900, .on_loss = LossPolicy::hold, .patience_seconds = 20}});
  table.run(5s);
  table.seat(2).is_frozen = true;
  table.run(2s);
  for (const std::size_t i : {0U, 1U}) {
    const AnySession& session = table.seat(i).session;
    CHECK(session.status() == Status::held);
    CHECK(session.awaited() == std::vector{*table.seat(2).session.player()});
  }
  const Tick held = table.seat(0).present();
  CHECK(table.seat(1).present() == held);
  table.run(5s);
  CHECK(table.seat(0).present() == held);
  CHECK(table.seat(0).session.statistics().confirmed == held);
  table.seat(2).is_frozen = false;
  table.run(1s);
  for (std::size_t i = 0; i < table.size(); ++i) {
    CHECK(table.seat(i).session.status() == Status::playing);
    CHECK(table.seat(i).session.awaited().empty());
    CHECK(std::abs(table.seat(i).present() - table.seat(0).present()) <= 1);
  }
  REQUIRE(table.run_to_end(20s));
  CHECK(table.is_equal());
  CHECK(table.seat(0).session.statistics().confirmed == Tick{900});
}

TEST_CASE("all stop at the tick of the hold, and nobody has shown the next") {
  Table table({.game = any_game<Tally>(),
               .paths = {path_of(10ms), path_of(80ms), path_of(40ms)},
               .terms = {.on_loss = LossPolicy::hold}});
  table.run(4s);
  table.seat(2).is_frozen = true;
  Tick furthest;
  for (int i = 0; i < 60; ++i) {
    table.run(50ms);
    furthest = std::max({furthest, table.seat(0).present(), table.seat(1).present()});
  }
  CHECK(table.seat(0).session.status() == Status::held);
  CHECK(table.seat(0).present() == furthest);
  CHECK(table.seat(1).present() == furthest);
}

TEST_CASE("the player who opened a match removes another and ends it, by events that all see") {
  Table table({.game = any_game<Tally>(), .paths = paths(3, 30ms)});
  table.run(3s);
  table.seat(1).session.kick(*table.seat(0).session.player());
  table.run(500ms);
  CHECK(table.seat(0).session.status() == Status::playing);
  table.seat(0).session.kick(*table.seat(2).session.player());
  table.run(500ms);
  CHECK(table.seat(2).session.status() == Status::failed);
  CHECK(table.seat(1).session.names()[2].empty());
  table.seat(0).session.correct(Correction::voided, Tick{120}, "she was in the way");
  table.run(500ms);
  REQUIRE(table.seat(1).session.corrections().size() == 1);
  CHECK(table.seat(1).session.corrections()[0].text == "she was in the way");
  CHECK(table.seat(0).session.corrections() == table.seat(1).session.corrections());
  table.seat(0).session.end_match();
  table.run(1s);
  CHECK(table.seat(0).session.status() == Status::ended);
  CHECK(table.seat(1).session.status() == Status::ended);
  CHECK(table.seat(0).session.statistics().fold == table.seat(1).session.statistics().fold);
}

TEST_CASE("in lockstep nobody ever rolls back, and all fold the same states") {
  const std::uint8_t players = GENERATE(std::uint8_t{2}, std::uint8_t{3}, std::uint8_t{4});
  const DelayPolicy policy = GENERATE(DelayPolicy::fixed, DelayPolicy::shared);
  StormOptions options{.game = any_game<Tally>(),
                       .players = players,
                       .ticks = Tick{1200},
                       .seed = players,
                       .weather = {.delay = 35ms, .jitter = 10ms, .loss_ppm = 20'000},
                       .terms = {.delay_policy = policy, .is_lockstep = true}};
  StormMatch match(options);
  const StormReport& report = match.run();
  CAPTURE(report.problems);
  CHECK(report.problems.empty());
  CHECK(report.ticks == Tick{1200});
  for (const StormPlayer& player : report.players) {
    CHECK(player.timeline.rollbacks == 0);
    CHECK(player.timeline.resimulated == 0);
    CHECK(player.offered > 30);
    CHECK((player.input_delay_ticks > 6) == (policy == DelayPolicy::shared));
  }
}

TEST_CASE("in lockstep the delay that paths need lets everybody show the present") {
  Table table({.game = any_game<Tally>(),
               .paths = paths(2, 35ms),
               .terms = {.delay_policy = DelayPolicy::shared, .is_lockstep = true}});
  table.run(8s);
  const Tick before = table.seat(0).present();
  std::int64_t stalled = 0;
  for (int i = 0; i < 250; ++i) {
    const Tick shown = table.seat(1).present();
    table.run(20ms);  // more than a tick
    stalled += table.seat(1).present() == shown;
  }
  CHECK(table.seat(0).present() - before >= 295);
  CHECK(stalled <= 20);
  CHECK(table.seat(0).session.statistics().input_delay_ticks <= 10);
}

TEST_CASE("input delay by measure halves the depth of rollbacks on long paths") {
  StormOptions options{.game = any_game<Tally>(),
                       .ticks = Tick{3600},
                       .seed = 4,
                       .weather = {.delay = 60ms, .jitter = 5ms, .loss_ppm = 10'000}};
  StormMatch direct(options);
  options.terms.delay_policy = GENERATE(DelayPolicy::shared, DelayPolicy::own);
  StormMatch adaptive(options);
  REQUIRE(direct.run().is_equal);
  REQUIRE(adaptive.run().problems.empty());
  for (std::size_t i = 0; i < 2; ++i) {
    const StormPlayer& before = direct.report().players[i];
    const StormPlayer& after = adaptive.report().players[i];
    CHECK(before.timeline.depth_mean() > 7);
    CHECK(after.timeline.depth_mean() < before.timeline.depth_mean() - 3);
    CHECK(after.input_delay_ticks >= 4);
    CHECK(after.input_delay_ticks <= 6);
  }
}

TEST_CASE("however the input delay changes, nothing is reordered, lost, doubled or merged") {
  const std::uint64_t seed = GENERATE(range(std::uint64_t{1}, std::uint64_t{7}));
  const DelayPolicy policy = seed % 2 == 0 ? DelayPolicy::shared : DelayPolicy::own;
  // Presses come in every tick, in bursts, or now and then.
  const std::uint32_t rarity = seed <= 2 ? 1 : seed <= 4 ? 3 : 20;
  Table table({.game = any_game<Scroll>(),
               .paths = {path_of(10ms), path_of(10ms)},
               .terms = {.delay_policy = policy},
               .seed = seed,
               .act = [&](Seat& seat) {
                 if (seat.random.chance(rarity)) seat.session.set_input(numbered(++seat.offered));
               }});
  Random random(seed);
  std::array<int, 2> changes{};
  std::array<std::int64_t, 2> delays{};
  for (int i = 0; i < 10; ++i) {
    for (const std::size_t seat : {0U, 1U})
      table.set_path(seat, path_of(std::chrono::milliseconds(random.between(5, 110))));
    for (int second = 0; second < 12; ++second) {
      table.run(1s);
      for (const std::size_t seat : {0U, 1U}) {
        const std::int64_t delay = table.seat(seat).session.statistics().input_delay_ticks;
        changes[seat] += delay != delays[seat];
        delays[seat] = delay;
      }
    }
  }
  table.seat(0).session.end_match();
  REQUIRE(table.run_to_end(10s));
  CHECK(table.is_equal());
  for (const std::size_t seat : {0U, 1U}) {
    const SessionStatistics statistics = table.seat(seat).session.statistics();
    const std::size_t slot = table.seat(seat).session.player()->value;
    CAPTURE(seed, seat, statistics.late_events, statistics.refused_events);
    CHECK(changes[seat] >= 4);
    // The last ones may have come after the end.
    CHECK(table.seat(seat).offered - scroll(table.seat(0)).last[slot] <= 24);
    CHECK(scroll(table.seat(seat)).wrong == 0);
    CHECK(scroll(table.seat(seat)).merged == 0);
  }
}
