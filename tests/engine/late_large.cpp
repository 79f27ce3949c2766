// Large states on their way to players who come late: those who play are not disturbed.

#include "engine/table.hpp"
#include "support/games.hpp"
#include "tutti/sim/paged.hpp"

using namespace tutti;
using namespace std::chrono_literals;
using tutti::test::Guest;
using tutti::test::Table;
using tutti::test::Tally;

namespace {

/// Sixteen megabytes in pages, which do not pack, and of which every tick changes some.
struct Vast {
  static constexpr const char* name = "vast";
  static constexpr const char* version = "1";
  static constexpr std::uint8_t players_max = 4;
  using Event = Tally::Event;
  using Noise = Paged<std::uint64_t, 2'097'152>;
  struct State {
    Noise noise;
    std::array<std::int64_t, players_max> hold{};
    std::uint64_t tick = 0;
    TUTTI_FIELDS(noise, hold, tick)
  };
  static State start(const Setup& setup) {
    State state;
    Random random(setup.seed);
    for (std::size_t i = 0; i < Noise::size(); ++i)
      state.noise.edit(i) = (std::uint64_t{random.next()} << 32) | random.next();
    return state;
  }
  static void step(State& state, Events<Event> events, Effects<>&) noexcept {
    for (const auto& event : events) {
      if (const Event* input = event.input()) state.hold[event.player.value % 4] = input->hold;
    }
    ++state.tick;
    for (std::size_t slot = 0; slot < players_max; ++slot) {
      state.noise.edit((state.tick * 4099 + slot * 524'288) % Noise::size()) +=
          static_cast<std::uint64_t>(state.hold[slot] + 10);
    }
  }
  static std::optional<Event> play(const State&, PlayerId, Random& random) {
    return Tally::play({}, {}, random);
  }
};

}  // namespace

TEST_CASE("16 MiB of state reach who comes late over 10 Mbit/s in 20 s, and play goes on beside") {
  struct Seen {
    std::int64_t lag_most = 0;  // of what is confirmed behind what is shown
    std::uint64_t depth_most = 0;
  };
  const auto played = [](bool is_anyone_late) {
    Table table(any_game<Vast>(), 3, 0);
    table.weather = {.delay = 20ms, .jitter = 2ms, .bytes_per_second = 1'250'000};
    table.join();
    table.join();
    table.run(35s);
    Guest* late = is_anyone_late ? &table.join({.tuning = {.catch_up_ticks = 2}}) : nullptr;
    Seen seen;
    bool is_waiting = false;
    table.run(20s, [&] {
      for (std::size_t i = 0; i < 2; ++i) {
        const Timeline& timeline = *table.guests[i]->session.timeline();
        seen.lag_most = std::max(seen.lag_most, timeline.present() - timeline.confirmed());
        is_waiting = is_waiting || table.guests[i]->session.status() != Status::playing;
      }
    });
    CHECK_FALSE(is_waiting);
    for (std::size_t i = 0; i < 2; ++i) {
      const SessionStatistics found = table.guests[i]->session.statistics();
      CHECK(found.late_events == 0);
      seen.depth_most = std::max(seen.depth_most, found.timeline.depth_max);
    }
    if (late != nullptr) {
      CHECK(late->session.statistics().snapshots == 1);
      table.run(25s);  // it folds what was played meanwhile, at two ticks a frame
      CHECK(late->session.status() == Status::playing);
      CHECK_FALSE(late->session.statistics().is_unverified);
      CHECK_FALSE(late->session.diverged());
    }
    return seen;
  };
  const Seen alone = played(false);
  const Seen beside = played(true);
  CAPTURE(alone.lag_most, alone.depth_most, beside.lag_most, beside.depth_most);
  CHECK(beside.lag_most <= alone.lag_most + 3);
  CHECK(beside.depth_most <= alone.depth_most + 3);
}
