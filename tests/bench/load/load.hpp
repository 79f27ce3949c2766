#pragma once
// What the programs of the load test share: the words of their command lines, the rhythm in which
// many clients take their turns, and the latencies that they saw.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace tutti::under_load {

using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;

/// The words `name=value` of a command line.
class Words {
 public:
  Words(int count, char** words) {
    for (int i = 1; i < count; ++i) {
      const std::string word = words[i];
      const std::size_t equals = word.find('=');
      if (equals == word.npos) {
        std::fprintf(stderr, "not name=value: %s\n", word.c_str());
        std::exit(2);
      }
      values_[word.substr(0, equals)] = word.substr(equals + 1);
    }
  }
  std::string text(const std::string& name, const std::string& otherwise = {}) const {
    const auto found = values_.find(name);
    return found == values_.end() ? otherwise : found->second;
  }
  double number(const std::string& name, double otherwise) const {
    const std::string value = text(name);
    return value.empty() ? otherwise : std::strtod(value.c_str(), nullptr);
  }
  std::size_t count(const std::string& name, std::size_t otherwise) const {
    return static_cast<std::size_t>(number(name, static_cast<double>(otherwise)));
  }
  std::chrono::nanoseconds seconds(const std::string& name, double otherwise) const {
    return std::chrono::nanoseconds(static_cast<std::int64_t>(number(name, otherwise) * 1e9));
  }

 private:
  std::map<std::string, std::string> values_;
};

/// Many clients take one turn each in every period.
class Rhythm {
 public:
  explicit Rhythm(std::chrono::nanoseconds period) : period_(period) {}

  /// One more client, with its first turn so late. It is not before the others'.
  void add(std::size_t client, Time first) { queue_.push_back({first, client}); }
  /// Calls `turn(client)` for each client whose turn has come.
  template <class Turn>
  void run(Time now, Turn turn) {
    while (!queue_.empty() && queue_.front().due <= now) {
      const Place place = queue_.front();
      queue_.pop_front();
      queue_.push_back({place.due + period_, place.client});
      turn(place.client);
    }
  }
  std::chrono::nanoseconds period() const { return period_; }
  /// The next turn is late by this much.
  std::chrono::nanoseconds late(Time now) const {
    return queue_.empty() ? Clock::duration{}
                          : std::max<Clock::duration>(now - queue_.front().due, {});
  }

 private:
  struct Place {
    Time due;
    std::size_t client;
  };
  std::chrono::nanoseconds period_;
  std::deque<Place> queue_;
};

/// From when an event left one client until another one had it, in microseconds.
class Latencies {
 public:
  void add(std::chrono::nanoseconds latency) {
    all_.push_back(static_cast<float>(static_cast<double>(latency.count()) / 1000));
  }
  std::size_t count() const { return all_.size(); }
  double percentile(double percent) {
    if (all_.empty()) return 0;
    const auto rank =
        static_cast<std::size_t>(percent / 100 * static_cast<double>(all_.size() - 1));
    const auto place = all_.begin() + static_cast<std::ptrdiff_t>(rank);
    std::nth_element(all_.begin(), place, all_.end());
    return *place;
  }

 private:
  std::vector<float> all_;
};

inline std::int64_t nanoseconds_now() { return Clock::now().time_since_epoch().count(); }

}  // namespace tutti::under_load
