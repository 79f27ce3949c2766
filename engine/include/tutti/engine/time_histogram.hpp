#pragma once
// Counts of how long something took, by bounds, as Prometheus has them.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace tutti {

/// The bounds are microseconds, ascending.
template <std::int64_t... bounds_us>
struct TimeHistogram {
  /// The bounds, in seconds.
  static constexpr std::array<double, sizeof...(bounds_us)> bounds{(bounds_us * 1e-6)...};
  /// So many took at most each bound.
  std::array<std::uint64_t, sizeof...(bounds_us)> within{};
  std::uint64_t count = 0;  ///< of all
  double sum = 0;           ///< seconds

  /// Counts one more.
  void add(std::chrono::nanoseconds took) {
    const double seconds = std::chrono::duration<double>(took).count();
    for (std::size_t i = 0; i < bounds.size(); ++i)
      within[i] += seconds <= bounds[i];
    ++count;
    sum += seconds;
  }
};

}  // namespace tutti
