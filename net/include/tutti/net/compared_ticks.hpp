#pragma once
// Which ticks' states are compared: client and relay have to mean the same ones.

#include "tutti/sim/log.hpp"

namespace tutti {

inline constexpr std::int64_t digest_interval_ticks = 60;

/// Every 60th tick, and the match's last one.
inline bool is_compared(Tick tick, const Log& log) {
  return tick.value % digest_interval_ticks == 0 || log.ended() == tick;
}

}  // namespace tutti
