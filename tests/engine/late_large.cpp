// Large states on their way to players who come late: those who play are not disturbed.

#include "engine/noisy.hpp"
#include "engine/table.hpp"
#include "tutti/sim/paged.hpp"

using namespace tutti;
using namespace std::chrono_literals;
using tutti::test::Guest;
using tutti::test::Table;

namespace {

/// Sixteen megabytes in pages, which do not pack, and of which every tick changes some.
struct Vast : tutti::test::Noisy<Paged<std::uint64_t, 2'097'152>> {
  static constexpr const char* name = "vast";
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
