#pragma once
// The way from one player to the relay, as its messages show it: how many ticks behind the match
// clock they come. Smoothed as in RFC 6298.

#include <cstdint>
#include <optional>

#include "tutti/sim/export.hpp"

namespace tutti {

/// See the top of this file.
class TUTTI_API PlayerPath {
 public:
  /// Parts of a tick in which lengths are given; fine, so that rounding widens no window.
  static constexpr std::int64_t unit = 256;

  /// A message of the player about a tick came so many ticks after the match clock had reached that
  /// tick; below zero if it came before.
  void measure(std::int64_t ticks_behind);
  bool is_measured() const { return is_measured_; }

  /// The length of the path with its jitter, in units.
  std::int64_t length() const { return delay_ + deviation_; }
  std::int64_t deviation() const { return deviation_; }

  /// `ticks` have passed: lets the window follow the measure, up to `most`. It widens as slowly as
  /// time passes, so that a burst of events that were held back widens it for later ones, not for
  /// itself.
  void follow(std::int64_t ticks, std::int64_t most);
  /// The ticks by which the player may stamp behind the clock: the measured delay, about 99 % of
  /// its jitter (four mean deviations), and 2 (promise O3). Nothing before there is a measure.
  std::optional<std::int64_t> window() const { return window_; }

 private:
  bool is_measured_ = false;
  std::int64_t delay_ = 0;
  std::int64_t deviation_ = 0;
  std::optional<std::int64_t> window_;
};

}  // namespace tutti
