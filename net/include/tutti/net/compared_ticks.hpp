#pragma once
// The ticks whose states are compared: client and relay have to mean the same ones.

#include "tutti/sim/log.hpp"

namespace tutti {

/// The ticks between two at which states are compared.
inline constexpr std::int64_t digest_interval_ticks = 60;

/// True for every 60th tick and for the match's last one.
inline bool is_compared(Tick tick, const Log& log) {
  return tick.value % digest_interval_ticks == 0 || log.ended() == tick;
}

/// The compared tick before this one; 0 for the start of the match.
constexpr Tick compared_before(Tick tick) {
  return Tick{(tick.value - 1) / digest_interval_ticks * digest_interval_ticks};
}

}  // namespace tutti
