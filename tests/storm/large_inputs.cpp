// Inputs that do not fit one datagram in a round trip: all of them arrive, soon and at a cost that
// is known.

#include "support/catch.hpp"
#include "support/stream.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

StormOptions streamed(const AnyGame& game, std::uint8_t players, std::int64_t seconds,
                      const WeatherOptions& weather) {
  return {.game = game, .players = players, .ticks = Tick{seconds * 60}, .weather = weather};
}

std::size_t played(const MatchRecord& record) {
  const auto events = record.log.events();
  return static_cast<std::size_t>(
      std::count_if(events.begin(), events.end(),
                    [](const EventView& event) { return !event.author.is_relay(); }));
}

double mean_lag(const StormReport& report) {
  double sum = 0;
  for (const StormPlayer& player : report.players)
    sum += player.confirmation_lag_ticks;
  return sum / static_cast<double>(report.players.size());
}

}  // namespace

TEST_CASE("large inputs: every one of them is in the log, 100 and 150 ms from the relay") {
  const bool is_far = GENERATE(false, true);
  StormMatch match(streamed(is_far ? any_game<Stream<255>>() : any_game<Stream<64>>(), 2, 20,
                            {.delay = is_far ? 150ms : 100ms}));
  const StormReport& report = match.run();
  CHECK(report.problems == std::vector<std::string>{});
  std::uint64_t offered = 0;
  for (const StormPlayer& player : report.players) {
    offered += player.offered;
    CHECK(player.offered > 1100);
    CHECK(player.refused_events == 0);
    CHECK(player.late_events == 0);
    // Each goes up twice and comes down once.
    const double payload = static_cast<double>(player.offered) * (is_far ? 255 : 64);
    CHECK(static_cast<double>(player.network.record_bytes_up) < 3 * payload);
    CHECK(static_cast<double>(player.network.record_bytes_down) < 1.6 * payload);
  }
  // But for those at the end of the match, which were on their way.
  const std::size_t on_their_way = 2 * (is_far ? 25 : 18);
  CHECK(played(match.record()) + on_their_way >= offered);
}

TEST_CASE("large inputs: a loss of 2 % costs at most half as much time again") {
  const auto lag = [](StormOptions options, std::uint32_t loss_ppm) {
    options.weather.loss_ppm = loss_ppm;
    StormMatch match(std::move(options));
    const StormReport& report = match.run();
    CHECK(report.problems == std::vector<std::string>{});
    return mean_lag(report);
  };
  const auto costs_little = [&](const AnyGame& game, std::uint8_t players, std::int64_t seconds) {
    const StormOptions options = streamed(game, players, seconds, {.delay = 50ms});
    const double without = lag(options, 0);
    CAPTURE(players, without);
    CHECK(without < 10);
    CHECK(lag(options, 20'000) <= 1.5 * without);
  };
  costs_little(any_game<Stream<64>>(), 16, 6);
  costs_little(any_game<Stream<4>>(), 64, 4);
  // A second copy of everything would be more than the budget.
  costs_little(any_game<Stream<32>>(), 64, 4);
}

TEST_CASE("large inputs: an event is shown though others before it are missing yet") {
  std::vector<std::int64_t> ages;
  StormOptions options =
      streamed(any_game<Stream<64>>(), 16, 25, {.delay = 100ms, .loss_ppm = 20'000});
  options.terms.input_delay_ticks = 0;
  StormMatch match(std::move(options));
  newest_input_ages = &ages;
  const StormReport& report = match.run();
  newest_input_ages = nullptr;
  CHECK(report.problems == std::vector<std::string>{});
  std::sort(ages.begin(), ages.end());
  REQUIRE(ages.size() > 50'000);
  const auto old = ages.end() - std::upper_bound(ages.begin(), ages.end(), 18);
  CAPTURE(ages[ages.size() * 99 / 100], ages[ages.size() * 999 / 1000], ages.back(), old);
  CHECK(ages.back() < 36);
  CHECK(old < 800);
}

TEST_CASE("large inputs: events that cannot be carried are counted") {
  // 18 x 255 bytes in every tick are 275 KB/s, more than a reader's budget has for events; 64 are
  // four times as much.
  const bool is_full = GENERATE(false, true);
  StormMatch match(
      streamed(any_game<Stream<255>>(), is_full ? 64 : 18, is_full ? 2 : 4, {.delay = 30ms}));
  const StormReport& report = match.run();
  CHECK(report.problems == std::vector<std::string>{});
  for (const StormPlayer& player : report.players) {
    CHECK(player.refused_events * 20 > player.offered);
    CHECK(player.refused_events < player.offered);
    CHECK(player.network.is_over_budget);
  }
}
