#pragma once
// The end of a planned storm: from the last fault on everybody has StormPlan::recovery to be well
// again, and then must have everything that was before.

#include <optional>
#include <string>

#include "tutti/sim/tick.hpp"

namespace tutti {
class RelayMatch;
}

namespace tutti::detail {

struct Machine;
struct World;

class Calm {
 public:
  /// After a pass of the relay. True once, when the time for recovery is over: everybody has been
  /// looked at, and the match can end.
  bool look(World& world, const RelayMatch& match);
  bool has_come() const { return clock_.has_value(); }
  /// The match clock when all faults were over. Precondition: they were.
  Tick clock() const { return *clock_; }

 private:
  void begin(World& world, Tick clock);
  std::string trouble_of(const Machine& machine) const;

  std::optional<Tick> clock_;
  bool is_over_ = false;
};

}  // namespace tutti::detail
