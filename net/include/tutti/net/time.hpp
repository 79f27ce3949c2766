#pragma once
// Time is an argument. Nothing in net reads a clock: the owner of the loop passes `now`.

#include <chrono>

namespace tutti {

using Duration = std::chrono::nanoseconds;  ///< a length of time
/// A moment of a monotonic clock; simulated clocks use the same type.
using Instant = std::chrono::time_point<std::chrono::steady_clock, Duration>;

}  // namespace tutti
