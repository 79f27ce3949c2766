#include "schedule.hpp"

#include <algorithm>

namespace tutti::detail {

Schedule::Schedule(const StormOptions& options, Instant begin) : begin_(begin) {
  if (options.plan) {
    faults_ = options.plan->faults;
    calm_from_ = begin + options.plan->calm_from;
  } else {
    const Duration tick = Duration(std::chrono::seconds(1)) / options.game.table().tick_rate;
    for (const Tick crash : options.relay_crashes) {
      const Duration at = tick * crash.value;
      faults_.push_back({.kind = FaultKind::relay_kill, .begin = at, .end = at});
    }
  }
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    turns_.push_back({begin + faults_[i].begin, i, true});
    turns_.push_back({begin + faults_[i].end, i, false});
  }
  std::stable_sort(turns_.begin(), turns_.end(),
                   [](const Turn& a, const Turn& b) { return a.at < b.at; });
}

std::optional<Schedule::Turn> Schedule::next(Instant until) {
  if (next_ == turns_.size() || turns_[next_].at > until) return std::nullopt;
  return turns_[next_++];
}

}  // namespace tutti::detail
