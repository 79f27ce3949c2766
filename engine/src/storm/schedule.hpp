#pragma once
// When each fault of a storm begins and ends.

#include <optional>
#include <vector>

#include "tutti/engine/storm.hpp"

namespace tutti::detail {

class Schedule {
 public:
  /// Without a plan: the relay's deaths that the options name.
  Schedule(const StormOptions& options, Instant begin);

  /// The beginning or the end of one fault.
  struct Turn {
    Instant at;
    std::size_t fault;
    bool is_begin;
  };
  /// The next one, if it is due by then; it is taken once.
  std::optional<Turn> next(Instant until);
  const StormFault& fault(const Turn& turn) const { return faults_[turn.fault]; }
  Instant end_of(const Turn& turn) const { return begin_ + faults_[turn.fault].end; }
  /// From when on everything is well; never without a plan.
  Instant calm_from() const { return calm_from_; }

 private:
  Instant begin_;
  Instant calm_from_ = Instant::max();
  std::vector<StormFault> faults_;
  std::vector<Turn> turns_;  // by time
  std::size_t next_ = 0;
};

/// Whether this kind of fault is the relay's; the others are one player's.
constexpr bool is_of_relay(FaultKind kind) { return kind >= FaultKind::relay_pause; }

}  // namespace tutti::detail
