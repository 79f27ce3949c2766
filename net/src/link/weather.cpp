// The dice of the weather.

#include "tutti/net/weather.hpp"

#include <algorithm>

namespace tutti {

namespace {

constexpr std::uint32_t million = 1'000'000;
constexpr std::uint64_t outage_stream = 23;
constexpr std::chrono::milliseconds outage_least{1};
/// After nobody looked for so long, the outages in between are not drawn any more.
constexpr std::chrono::minutes unseen_most{10};

}  // namespace

Weather::Weather(const WeatherOptions& options, std::uint64_t seed)
    : options_(options), random_(seed), outages_(seed, outage_stream) {}

Weather::Fate Weather::send(Instant now, std::size_t bytes) {
  const bool is_lost = draw_chance(options_.loss_ppm);
  const bool is_duplicated = draw_chance(options_.duplicate_ppm);
  const bool is_held_back = draw_chance(options_.reorder_ppm);
  const Duration jitter = draw_jitter();
  const Duration held_back = options_.delay + draw_jitter();
  const Duration copy_jitter = draw_jitter();

  ++statistics_.sent;
  Fate fate;
  const bool is_too_large = options_.datagram_bytes_max > 0 && bytes > options_.datagram_bytes_max;
  if (is_out(now) || is_lost || is_too_large) {
    ++statistics_.lost;
    return fate;
  }
  Instant arrival = now + options_.delay + jitter;
  if (is_held_back) arrival += held_back;
  fate.arrivals[fate.count++] = arrival;
  if (is_duplicated) {
    ++statistics_.duplicated;
    const Instant copy = now + options_.delay + copy_jitter;
    fate.arrivals[fate.count++] = copy;
    arrival = std::min(arrival, copy);
  }
  count_overtaken(now, arrival);
  return fate;
}

bool Weather::is_out(Instant now) {
  if (options_.outage <= Duration{} || options_.outage_every <= Duration{}) return false;
  if (now - outage_end_ > unseen_most) outage_end_ = now;
  while (now >= outage_end_) {
    const Duration length = std::max<Duration>(options_.outage, outage_least);
    const Duration gap = std::max(options_.outage_every - length, Duration{});
    // From half the mean to half as much again.
    outage_begin_ = outage_end_ + gap / 2 + gap / 1000 * outages_.below(1001);
    outage_end_ = outage_begin_ + length;
  }
  return now >= outage_begin_;
}

// Multiply and shift instead of Random::below: its rejection would roll a varying number of dice.
bool Weather::draw_chance(std::uint32_t ppm) {
  return ((std::uint64_t{random_.next()} * million) >> 32) < ppm;
}

Duration Weather::draw_jitter() {
  using std::chrono::microseconds;
  const auto most = std::clamp(std::chrono::duration_cast<microseconds>(options_.jitter),
                               microseconds(0), microseconds(std::chrono::hours(1)));
  const std::uint64_t choices = static_cast<std::uint64_t>(most.count()) + 1;
  return microseconds((std::uint64_t{random_.next()} * choices) >> 32);
}

// Datagrams sent before this one that still have a later arrival will arrive reordered. The others
// stay ascending, so the search ends at the first that is not passed.
void Weather::count_overtaken(Instant now, Instant arrival) {
  while (!not_overtaken_.empty() && not_overtaken_.back() > arrival) {
    not_overtaken_.pop_back();
    ++statistics_.reordered;
  }
  while (!not_overtaken_.empty() && not_overtaken_.front() <= now)
    not_overtaken_.pop_front();
  not_overtaken_.push_back(arrival);
}

}  // namespace tutti
