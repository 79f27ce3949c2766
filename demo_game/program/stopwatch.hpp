#pragma once
// How long pictures take, and how long it is from a press to the picture that shows it.

#include <SDL.h>

#include <atomic>
#include <chrono>
#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "tutti/sim/tick.hpp"

namespace counterpoint {

class Stopwatch {
 public:
  Stopwatch() = default;
  ~Stopwatch();
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

  /// A thread presses and lets go this key from now on, at moments that have nothing to do with the
  /// pictures.
  void press(SDL_Scancode key);
  /// An event became an input that is seen by this tick's step. `ticks_ms`: the event's time stamp.
  void pressed(Uint32 ticks_ms, tutti::Tick tick);
  /// A picture of this tick's state has been presented; drawing it, and then presenting it, took so
  /// long.
  void shown(tutti::Tick tick, std::chrono::nanoseconds drawing,
             std::chrono::nanoseconds presenting);
  /// Two lines of words and figures.
  std::string report(const std::string& renderer) const;

 private:
  struct Press {
    Uint32 ticks_ms = 0;
    tutti::Tick tick;
  };
  std::thread thread_;
  std::atomic<bool> is_stopping_ = false;
  std::deque<Press> waiting_;
  std::vector<double> latencies_;    // ms
  std::vector<double> drawings_;     // ms
  std::vector<double> presentings_;  // ms
  std::vector<double> intervals_;    // ms between pictures
  std::chrono::steady_clock::time_point before_{};
};

}  // namespace counterpoint
