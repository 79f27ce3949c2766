#pragma once
// For tests that wait for what another process or thread does.

#include <chrono>
#include <functional>
#include <thread>

namespace tutti::test {

/// Asks until it holds, at most so long.
inline bool holds_within(std::chrono::milliseconds most, const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + most;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

}  // namespace tutti::test
