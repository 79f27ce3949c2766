#include "client/path_meter.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "wire/wire.hpp"

namespace tutti::detail {

namespace {

constexpr std::uint16_t held_too_long = 0xFFFF;
/// A longer round trip than this is a clock that wrapped, or nonsense.
constexpr std::chrono::seconds round_trip_most{3};
/// An event that was refused for the budget is told of so long.
constexpr std::chrono::seconds over_budget_time{1};

}  // namespace

std::uint16_t wire_time(Instant now) {
  return static_cast<std::uint16_t>(now.time_since_epoch() / wire_unit);
}

void PathMeter::count_down(std::size_t bytes) {
  statistics_.bytes_down += bytes;
  ++statistics_.datagrams_down;
}

void PathMeter::count_up(std::size_t bytes) {
  statistics_.bytes_up += bytes;
  ++statistics_.datagrams_up;
}

void PathMeter::review(Instant now) {
  if (std::exchange(is_over_budget_, false)) over_budget_until_ = now + over_budget_time;
  statistics_.is_over_budget = relay_is_over_budget_ || now < over_budget_until_;
}

std::optional<int> PathMeter::count_losses(std::optional<std::uint8_t>& last, std::uint8_t number) {
  int lost = 0;
  if (last) {
    const auto step = static_cast<std::uint8_t>(number - *last);
    if (step >= 128) return std::nullopt;
    lost = std::max(0, step - 1);
    for (int i = 1; i <= step; ++i) {
      statistics_.loss += ((i < step ? 1.0 : 0.0) - statistics_.loss) / 128;
    }
  }
  last = number;
  return lost;
}

std::optional<Duration> PathMeter::take_echo(const PlayDown& message, Instant now) {
  if (message.echo_held == held_too_long) return std::nullopt;
  const auto units = static_cast<std::uint16_t>(wire_time(now) - message.echo - message.echo_held);
  const Duration round_trip = units * wire_unit;
  if (round_trip > round_trip_most) return std::nullopt;
  const double sample = std::chrono::duration<double, std::milli>(round_trip).count();
  if (!has_round_trip_) {
    has_round_trip_ = true;
    statistics_.round_trip_ms = sample;
    statistics_.jitter_ms = sample / 2;
  } else {
    statistics_.jitter_ms +=
        (std::abs(sample - statistics_.round_trip_ms) - statistics_.jitter_ms) / 16;
    statistics_.round_trip_ms += (sample - statistics_.round_trip_ms) / 16;
  }
  return round_trip;
}

}  // namespace tutti::detail
