// Coming late into a long match: a state that others send, the log that says whether it is right,
// and no trouble for those who play. Real relay and sessions, simulated network and clock.

#include "engine/noisy.hpp"
#include "engine/table.hpp"
#include "support/games.hpp"
#include "support/tiles.hpp"

using namespace tutti;
using namespace std::chrono_literals;
using tutti::test::Guest;
using tutti::test::Table;
using tutti::test::Tally;

namespace {

/// A megabyte that does not pack, of which every tick changes a little.
struct Heavy : tutti::test::Noisy<std::array<std::uint64_t, 131'072>> {
  static constexpr const char* name = "heavy";
};

/// A game whose steps take so long that ten minutes of it are not folded in a moment.
constexpr SessionOptions slow{.tuning = {.catch_up_ticks = 60}};

}  // namespace

TEST_CASE("a player who joins after ten minutes begins at a state that two players vouch for") {
  Table table(any_game<Tally>(), 3, 38'000);
  table.join();
  table.join();
  table.run(600s);
  const auto role = GENERATE(Role::player, Role::spectator);
  Guest& late = table.join(slow, role);
  double most = 0;
  bool is_shown = false;
  table.run(4s, [&] {
    const SessionStatistics found = late.session.statistics();
    CHECK(found.catch_up >= 0);
    CHECK(found.catch_up <= 1);
    most = std::max(most, found.catch_up);
    is_shown = is_shown || late.session.status() == Status::catching_up;
    CHECK_FALSE(found.is_unverified);
  });
  CHECK(late.session.status() == Status::playing);
  CHECK(late.session.statistics().snapshots == 1);
  CHECK(late.session.statistics().timeline.steps < 30'000);
  CHECK(is_shown);
  CHECK(most > 0.99);
  CHECK(table.server().statistics().snapshots == 1);
  table.run(45s);
  CHECK(table.final_state(late) == table.final_state(*table.guests[0]));
  CHECK(table.final_state(late) == table.final_state(*table.guests[1]));
  for (const auto& guest : table.guests)
    CHECK_FALSE(guest->session.diverged());
}

TEST_CASE("a state in pages reaches a player who joins late") {
  Table table(any_game<tutti::test::Tiles<20'000>>(), 3, 6'000);
  table.join();
  table.join();
  table.run(60s);
  Guest& late = table.join({.tuning = {.catch_up_ticks = 4}});
  table.run(6s);
  CHECK(late.session.status() == Status::playing);
  CHECK(late.session.statistics().snapshots == 1);
  CHECK(table.server().statistics().snapshots_refused == 0);
  table.run(40s);
  for (const auto& guest : table.guests) {
    CHECK(guest->session.status() == Status::ended);
    CHECK_FALSE(guest->session.diverged());
    CHECK(table.final_state(*guest) == table.final_state(late));
  }
}

TEST_CASE("a joiner who comes soon, or folds fast, asks nobody for a state") {
  Table table(any_game<Tally>(), 3, 38'000);
  table.join();
  table.join();
  table.run(20s);
  table.join(slow);
  table.run(580s);
  Guest& spectator = table.join({}, Role::spectator);
  table.run(3s);
  CHECK(spectator.session.status() == Status::playing);
  CHECK(table.server().statistics().snapshots == 0);
}

TEST_CASE("a relay whose memory for states is full asks for none, and the log is folded") {
  const std::size_t room = limits::packed_snapshot_bytes - GENERATE(std::size_t{0}, std::size_t{1});
  Table table(any_game<Tally>(), 3, 12'000, {.snapshot_bytes_max = room});
  table.join();
  table.join();
  table.run(120s);
  Guest& late = table.join(slow);
  table.run(20s);
  CHECK(late.session.status() == Status::playing);
  CHECK(late.session.statistics().snapshots == (room < limits::packed_snapshot_bytes ? 0U : 1U));
  CHECK(table.server().statistics().snapshots == (room < limits::packed_snapshot_bytes ? 0U : 1U));
}

TEST_CASE("a state that is a lie is refused, and another player's is taken") {
  Table table(any_game<Tally>(), 3, 38'000);
  Guest& liar = table.join({}, Role::player, true);
  table.join();
  table.run(600s);
  Guest& late = table.join(slow);
  table.run(34s);
  CHECK(liar.lying->lies == 1);
  CHECK(late.session.statistics().snapshots == 1);
  CHECK(table.final_state(late) == table.final_state(*table.guests[1]));
  table.run(6s);
  CHECK(table.server().statistics().snapshots_refused == 1);
}

TEST_CASE("a state that one player alone vouches for is unverified until the log is folded to it") {
  const bool is_wrong = GENERATE(false, true);
  Table table(any_game<Tally>(), 2, 38'000);
  Guest& only = table.join();
  table.run(600s);
  Guest& late = table.join(slow, Role::spectator, is_wrong);
  bool was_unverified = false;
  table.run(4s,
            [&] { was_unverified = was_unverified || late.session.statistics().is_unverified; });
  CHECK(late.session.statistics().snapshots == 1);
  CHECK(was_unverified);
  CHECK(late.session.status() == Status::playing);
  table.run(100s);
  CHECK_FALSE(late.session.statistics().is_unverified);
  CHECK(table.final_state(late) == table.final_state(only));
}

TEST_CASE("a player whose state is not what it reported itself is believed by nobody") {
  Table table(any_game<Tally>(), 2, 38'000);
  Guest& liar = table.join({}, Role::player, true);
  table.run(600s);
  Guest& late = table.join(slow, Role::spectator);
  table.run(40s);
  CHECK(liar.lying->lies > 0);
  CHECK(late.session.statistics().snapshots == 0);
  CHECK(table.final_state(late) == table.final_state(liar));
}

TEST_CASE("a spectator who watches from behind is not shown by a state what lies ahead") {
  Table table(any_game<Tally>(), 2, 38'000);
  table.join();
  table.join();
  table.run(600s);
  Guest& late = table.join(slow, Role::spectator, false, 20);
  Tick furthest;
  table.run(10s, [&] { furthest = std::max(furthest, late.session.statistics().present); });
  CHECK(furthest < Tick{610 * 60 - 20 * 60});
  CHECK(late.session.statistics().snapshots == 0);
}

TEST_CASE("who stands still while the match ends sees its end") {
  for (const Role role : {Role::player, Role::spectator}) {
    for (const Duration standing : {300ms, 600ms, 1200ms, 2400ms, 4800ms}) {
      CAPTURE(role, standing.count());
      Table table(any_game<Tally>(), 2, 600);
      table.join();
      table.join();
      Guest& third = role == Role::player ? *table.guests.back() : table.join({}, role);
      table.run(9900ms);
      third.stands_still = true;
      table.run(standing);
      third.stands_still = false;
      table.run(2s);
      CHECK(third.session.status() == Status::ended);
      CHECK(third.session.statistics().confirmed == Tick{600});
    }
  }
}

TEST_CASE("a megabyte of state for who comes late does not disturb those who play", "[long]") {
  const auto played = [](bool is_anyone_late) {
    Table table(any_game<Heavy>(), 3, 5100);
    table.join();
    table.join();
    table.run(40s);
    const SessionOptions slower{.tuning = {.catch_up_ticks = 2}};
    Guest* late = is_anyone_late ? &table.join(slower) : nullptr;
    int waits = 0;
    table.run(50s, [&] {
      for (std::size_t i = 0; i < 2; ++i)
        waits += table.guests[i]->session.status() == Status::waiting;
    });
    CHECK(waits == 0);
    if (late != nullptr) {
      CHECK(late->session.statistics().snapshots == 1);
      CHECK(table.final_state(*late) == table.final_state(*table.guests[0]));
    }
    const SessionStatistics found = table.guests[0]->session.statistics();
    CHECK(found.late_events == 0);
    return found.timeline.depth_max;
  };
  const auto alone = played(false);
  CHECK(played(true) <= alone + 2);
}

namespace {

/// Four megabytes, of which every tick changes a little.
struct Heavier {
  static constexpr const char* name = "heavier";
  static constexpr const char* version = "1";
  using Event = Tally::Event;
  struct State {
    std::array<std::uint64_t, 524'288> noise{};
    std::uint64_t tick = 0;
    TUTTI_FIELDS(noise, tick)
  };
  static State start(const Setup&) { return {}; }
  static void step(State& state, Events<Event> events, Effects<>&) noexcept {
    for (const auto& event : events) {
      if (const Event* input = event.input())
        state.noise[7] += static_cast<std::uint64_t>(input->hold);
    }
    ++state.tick;
    state.noise[state.tick % state.noise.size()] += state.tick * state.noise[7];
  }
};

}  // namespace

TEST_CASE("one advance spends no more on catching up than it may, and the connection lives") {
  Table table(any_game<Tally>(), 3, 0);
  table.join();
  table.join();
  table.run(40s);
  // A game of which each step takes 3 ms: three of them are over the 8 that one advance may take.
  CountingClock slow_clock(3ms);
  Guest& late = table.join({.tuning = {.cost_clock = &slow_clock}});
  std::uint64_t steps = 0;
  std::uint64_t most = 0;
  std::uint64_t frames_behind = 0;
  table.run(6s, [&] {
    const std::uint64_t now = late.session.statistics().timeline.steps;
    const bool is_behind = late.session.status() == Status::catching_up;
    if (is_behind && now >= steps) most = std::max(most, now - steps);
    frames_behind += is_behind;
    steps = now;
  });
  CHECK(frames_behind > 20);
  CHECK(most >= 2);
  CHECK(most <= 4);
  // Folding alone would take long: it was helped by a state that others sent
  CHECK(late.session.statistics().snapshots == 1);
  CHECK(late.session.status() == Status::playing);
}

TEST_CASE("a state of 4 MiB joins late without standing still", "[long]") {
  Table table(any_game<Heavier>(), 3, 0);
  const SessionOptions real{.tuning = {.ring_ticks = limits::prediction_ticks + 2}};
  table.join(real);
  table.join(real);
  table.run(47s);
  SessionOptions measured = real;
  class RealClock final : public CostClock {
   public:
    Instant now() override { return std::chrono::steady_clock::now(); }
  } clock;
  measured.tuning.cost_clock = &clock;
  Guest& late = table.join(measured);
  table.run(1s);  // it has its memory by now
  std::uint64_t most = 0;
  std::uint64_t steps = late.session.statistics().timeline.steps;
  table.run(20s, [&] {
    const std::uint64_t now = late.session.statistics().timeline.steps;
    if (late.session.status() == Status::catching_up) most = std::max(most, now - steps);
    steps = now;
  });
  CHECK(most > 0);
  CHECK(most < 200);
  CHECK(late.session.status() == Status::playing);
}
