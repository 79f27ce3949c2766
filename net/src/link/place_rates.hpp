#pragma once
// How often something comes from each place of the network, against how often it may: handshakes at
// the link, hellos at the relay. All that is kept has a fixed size, whatever addresses come.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "link/mix.hpp"
#include "tutti/net/place.hpp"
#include "tutti/net/time.hpp"

namespace tutti::detail {

/// A budget that fills again, and holds what comes in `kept_seconds`.
class Budget {
 public:
  /// Whether `cost` is there; a rate of 0 is no limit.
  bool has(double rate, double kept_seconds, Instant now, double cost = 1) {
    fill(rate, kept_seconds, now);
    return rate <= 0 || left_ >= std::min(cost, most_of(rate, kept_seconds));
  }
  /// Takes it, if it is there.
  bool take(double rate, double kept_seconds, Instant now, double cost = 1) {
    if (!has(rate, kept_seconds, now, cost)) return false;
    left_ -= cost;
    return true;
  }

 private:
  /// One at least, or a low rate would let nothing in.
  static double most_of(double rate, double kept_seconds) {
    return std::max(rate * kept_seconds, 1.0);
  }
  void fill(double rate, double kept_seconds, Instant now) {
    const double most = most_of(rate, kept_seconds);
    const std::chrono::duration<double> since = now - filled_;
    left_ = filled_ == Instant{} ? most : std::min(most, left_ + rate * since.count());
    filled_ = now;
  }

  double left_ = 0;
  Instant filled_{};
};

class PlaceRates {
 public:
  /// `salt`: nobody outside knows it, and so which places share a budget.
  PlaceRates(const PlaceRate& rate, std::uint64_t salt)
      : rate_(rate), salt_(salt), households_(budgets), neighbourhoods_(budgets) {}

  /// Whether one more may come from there.
  bool has(const NetworkPlace& place, Instant now) {
    return household(place).has(rate_.per_household, rate_.kept_seconds, now) &&
           neighbourhood(place).has(rate_.per_neighbourhood, rate_.kept_seconds, now);
  }
  /// The same, and it comes.
  bool take(const NetworkPlace& place, Instant now) {
    if (!has(place, now)) return false;
    household(place).take(rate_.per_household, rate_.kept_seconds, now);
    neighbourhood(place).take(rate_.per_neighbourhood, rate_.kept_seconds, now);
    return true;
  }
  /// Another rate from now on; what was saved up stays as far as it allows.
  void change(const PlaceRate& rate) { rate_ = rate; }

 private:
  static constexpr std::size_t budgets = 4096;

  Budget& household(const NetworkPlace& place) {
    return households_[mix(place.household ^ salt_) % budgets];
  }
  Budget& neighbourhood(const NetworkPlace& place) {
    return neighbourhoods_[mix(place.neighbourhood ^ salt_) % budgets];
  }

  PlaceRate rate_;
  std::uint64_t salt_;
  std::vector<Budget> households_;
  std::vector<Budget> neighbourhoods_;
};

}  // namespace tutti::detail
