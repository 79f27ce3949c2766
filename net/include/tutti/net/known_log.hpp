#pragma once
// How one names the log that it has, so that another knows whether it has the same.

#include "tutti/sim/digest.hpp"
#include "tutti/sim/tick.hpp"

namespace tutti {

/// A log through a tick: two who name the same have the same.
struct KnownLog {
  Tick through{};  ///< a final tick, or 0 for no log
  Head head{};     ///< of the log through it

  bool operator==(const KnownLog&) const = default;
};

}  // namespace tutti
