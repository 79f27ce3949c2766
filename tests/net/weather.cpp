// The weather does what its options say, and the same thing for the same seed.

#include "tutti/net/weather.hpp"

#include <algorithm>
#include <vector>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using tutti::Duration;
using tutti::Instant;
using tutti::Weather;
using tutti::WeatherOptions;

namespace {

struct Sent {
  Instant at;
  Weather::Fate fate;
};

std::vector<Sent> send(Weather& weather, int count, Duration spacing) {
  std::vector<Sent> all;
  for (int i = 0; i < count; ++i) {
    const Instant now{i * spacing};
    all.push_back({now, weather.send(now)});
  }
  return all;
}

bool is_equal(const std::vector<Sent>& a, const std::vector<Sent>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Sent& x, const Sent& y) {
    return std::ranges::equal(x.fate.moments(), y.fate.moments());
  });
}

}  // namespace

TEST_CASE("calm weather delivers everything at once") {
  const WeatherOptions options;
  CHECK(options.is_calm());
  Weather weather(options);
  for (const Sent& sent : send(weather, 1000, 1ms)) {
    REQUIRE(sent.fate.count == 1);
    REQUIRE(sent.fate.arrivals[0] == sent.at);
  }
  CHECK(weather.statistics().sent == 1000);
  CHECK(weather.statistics().lost == 0);
  CHECK(weather.statistics().duplicated == 0);
  CHECK(weather.statistics().reordered == 0);
}

TEST_CASE("the same seed brings the same weather, another seed another") {
  const WeatherOptions options{.delay = 40ms,
                               .jitter = 20ms,
                               .loss_ppm = 100'000,
                               .duplicate_ppm = 50'000,
                               .reorder_ppm = 20'000};
  Weather one(options, 7), same(options, 7), other(options, 8);
  const auto trace = send(one, 2000, 5ms);
  CHECK(is_equal(trace, send(same, 2000, 5ms)));
  CHECK_FALSE(is_equal(trace, send(other, 2000, 5ms)));
}

TEST_CASE("losses, copies, delay and jitter come at the rates that were asked for") {
  Weather weather({.delay = 30ms, .jitter = 10ms, .loss_ppm = 100'000, .duplicate_ppm = 50'000});
  constexpr int count = 100'000;
  int lost = 0, doubled = 0;
  Duration sum{}, least = 1h, most{};
  for (const Sent& sent : send(weather, count, 1ms)) {
    lost += sent.fate.count == 0;
    doubled += sent.fate.count == 2;
    for (const Instant arrival : sent.fate.moments()) {
      const Duration delay = arrival - sent.at;
      least = std::min(least, delay);
      most = std::max(most, delay);
    }
    if (sent.fate.count > 0) sum += sent.fate.arrivals[0] - sent.at;
  }
  // Six standard deviations each.
  CHECK(std::abs(lost - 10'000) < 570);
  CHECK(std::abs(doubled - 4'500) < 400);
  CHECK(weather.statistics().lost == static_cast<unsigned>(lost));
  CHECK(weather.statistics().duplicated == static_cast<unsigned>(doubled));
  CHECK(least >= 30ms);
  CHECK(least < 30ms + 10us);
  CHECK(most <= 40ms);
  CHECK(most > 40ms - 10us);
  const Duration mean = sum / (count - lost);
  CHECK(mean > 34'900us);
  CHECK(mean < 35'100us);
}

TEST_CASE("the statistics count exactly those who arrive after a later one") {
  const auto [jitter, reorder_ppm] = GENERATE(std::pair<Duration, std::uint32_t>{0ms, 30'000},
                                              std::pair<Duration, std::uint32_t>{50ms, 0},
                                              std::pair<Duration, std::uint32_t>{3ms, 40'000});
  Weather weather({.delay = 20ms,
                   .jitter = jitter,
                   .loss_ppm = 50'000,
                   .duplicate_ppm = 50'000,
                   .reorder_ppm = reorder_ppm});
  const auto all = send(weather, 3000, 4ms);
  unsigned reordered = 0;
  const auto arrival = [](const Sent& sent) { return std::ranges::min(sent.fate.moments()); };
  for (auto sent = all.begin(); sent != all.end(); ++sent) {
    if (sent->fate.count == 0) continue;
    reordered += std::any_of(sent + 1, all.end(), [&](const Sent& later) {
      return later.fate.count > 0 && arrival(later) < arrival(*sent);
    });
  }
  CHECK(reordered > 50);
  CHECK(weather.statistics().reordered == reordered);
}

TEST_CASE("a reordered datagram is held back by another delay and jitter") {
  Weather weather({.delay = 20ms, .jitter = 5ms, .reorder_ppm = 1'000'000});
  for (const Sent& sent : send(weather, 1000, 1ms)) {
    REQUIRE(sent.fate.arrivals[0] - sent.at >= 40ms);
    REQUIRE(sent.fate.arrivals[0] - sent.at <= 50ms);
  }
}

TEST_CASE("the fate of one datagram does not change that of the next") {
  const WeatherOptions lossless{.delay = 20ms, .jitter = 30ms};
  WeatherOptions lossy = lossless;
  lossy.loss_ppm = 500'000;
  Weather one(lossless, 3), other(lossy, 3);
  const auto all = send(one, 500, 1ms), some = send(other, 500, 1ms);
  int arrived = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (some[i].fate.count == 0) continue;
    ++arrived;
    REQUIRE(some[i].fate.arrivals[0] == all[i].fate.arrivals[0]);
  }
  CHECK(arrived > 150);
  CHECK(arrived < 350);
}

TEST_CASE("weather can change, and its statistics go on") {
  Weather weather({.loss_ppm = 1'000'000});
  send(weather, 10, 1ms);
  CHECK(weather.statistics().lost == 10);
  weather.change({.delay = 5ms});
  const auto fate = weather.send(Instant{1s});
  REQUIRE(fate.count == 1);
  CHECK(fate.arrivals[0] == Instant{1s + 5ms});
  CHECK(weather.statistics().sent == 11);
}

TEST_CASE("outages take the share of the time that was asked for, and all that is sent in them") {
  Weather weather({.outage = 300ms, .outage_every = 3s});
  const auto all = send(weather, 100'000, 10ms);
  int outages = 0;
  int lost = 0;
  int longest = 0;
  int length = 0;
  for (const Sent& sent : all) {
    const bool is_lost = sent.fate.count == 0;
    outages += is_lost && length == 0;
    length = is_lost ? length + 1 : 0;
    lost += is_lost;
    longest = std::max(longest, length);
  }
  // Of 1,000 seconds
  CHECK(outages > 320);
  CHECK(outages < 350);
  CHECK(lost > 29 * outages);
  CHECK(lost < 32 * outages);
  CHECK(longest <= 31);
}

TEST_CASE("outages change nothing of what arrives between them") {
  const WeatherOptions steady{.delay = 20ms, .jitter = 30ms};
  WeatherOptions broken = steady;
  broken.outage = 100ms;
  broken.outage_every = 400ms;
  Weather one(steady, 3), other(broken, 3);
  const auto all = send(one, 2000, 1ms), some = send(other, 2000, 1ms);
  int arrived = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (some[i].fate.count == 0) continue;
    ++arrived;
    REQUIRE(some[i].fate.arrivals[0] == all[i].fate.arrivals[0]);
  }
  CHECK(arrived > 1300);
  CHECK(arrived < 1700);
}
