#include "program/stopwatch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace counterpoint {

namespace {

using Clock = std::chrono::steady_clock;

double milliseconds(std::chrono::nanoseconds time) {
  return static_cast<double>(time.count()) / 1e6;
}

struct Spread {
  double mean = 0, middle = 0, most_of_all = 0, most = 0;
};

/// `most_of_all`: 99 of 100 are no more.
Spread spread_of(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const auto count = values.size();
  return {std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(count),
          values[count / 2], values[std::min(count - 1, count * 99 / 100)], values.back()};
}

}  // namespace

Stopwatch::~Stopwatch() {
  is_stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void Stopwatch::press(SDL_Scancode key) {
  thread_ = std::thread([this, key] {
    // 173 ms is no multiple of a tick or of a picture: presses fall anywhere between them.
    constexpr auto held = std::chrono::milliseconds(60), free = std::chrono::milliseconds(113);
    while (!is_stopping_) {
      for (const bool is_down : {true, false}) {
        SDL_Event event{};
        event.type = is_down ? SDL_KEYDOWN : SDL_KEYUP;
        event.key.state = is_down ? SDL_PRESSED : SDL_RELEASED;
        event.key.keysym.scancode = key;
        SDL_PushEvent(&event);  // which gives it the time stamp of now
        std::this_thread::sleep_for(is_down ? held : free);
      }
    }
  });
}

void Stopwatch::pressed(Uint32 ticks_ms, tutti::Tick tick) { waiting_.push_back({ticks_ms, tick}); }

void Stopwatch::shown(tutti::Tick tick, std::chrono::nanoseconds drawing,
                      std::chrono::nanoseconds presenting) {
  const Uint32 now_ms = SDL_GetTicks();
  while (!waiting_.empty() && waiting_.front().tick <= tick) {
    latencies_.push_back(static_cast<double>(now_ms - waiting_.front().ticks_ms));
    waiting_.pop_front();
  }
  const auto now = Clock::now();
  if (before_ != Clock::time_point{}) intervals_.push_back(milliseconds(now - before_));
  before_ = now;
  drawings_.push_back(milliseconds(drawing));
  presentings_.push_back(milliseconds(presenting));
}

std::string Stopwatch::report(const std::string& renderer) const {
  const Spread drawing = spread_of(drawings_), interval = spread_of(intervals_);
  const Spread presenting = spread_of(presentings_), latency = spread_of(latencies_);
  return fmt::format(
      "{} pictures by {}: one every {:.1f} ms (99 % within {:.1f}), drawing {:.1f} ms ({:.1f}), "
      "presenting {:.1f} ms ({:.1f})\n"
      "{} inputs: shown after {:.1f} ms in the mean, half within {:.0f}, 99 % within {:.0f}, at "
      "most {:.0f}",
      drawings_.size(), renderer, interval.mean, interval.most_of_all, drawing.mean,
      drawing.most_of_all, presenting.mean, presenting.most_of_all, latencies_.size(), latency.mean,
      latency.middle, latency.most_of_all, latency.most);
}

}  // namespace counterpoint
