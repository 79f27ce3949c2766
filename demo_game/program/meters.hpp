#pragma once
// The network's figures over the last seconds, as plots.

#include <deque>

#include "program/wording.hpp"
#include "render/overlays.hpp"

namespace counterpoint {

class Meters {
 public:
  /// Takes a sample a few times a second.
  void update(const GameSession& session, float seconds);
  /// Valid until the next update.
  std::span<const Plot> plots() const { return plots_; }

 private:
  enum Line : std::size_t { ping, jitter, loss, predicted, behind, clock, line_count };
  void sample(const tutti::SessionStatistics& statistics);

  std::array<std::deque<float>, line_count> lines_{};
  std::array<float, 20> rollbacks_{};  // how many, by ticks gone back
  tutti::TimelineStatistics before_{};
  std::vector<Plot> plots_;
  float age_ = 1;  // seconds since the last sample
};

}  // namespace counterpoint
