#include "tutti/net/player_path.hpp"

#include <algorithm>
#include <cstdlib>

#include "tutti/sim/limits.hpp"

namespace tutti {

void PlayerPath::measure(std::int64_t ticks_behind) {
  constexpr std::int64_t longest_ticks = 120;
  const std::int64_t sample =
      std::clamp<std::int64_t>(ticks_behind, -limits::stamp_ahead_ticks, longest_ticks) * unit;
  if (!is_measured_) {
    is_measured_ = true;
    delay_ = sample;
    deviation_ = std::abs(sample) / 2;
    return;
  }
  deviation_ += (std::abs(sample - delay_) - deviation_) / 4;
  delay_ += (sample - delay_) / 8;
}

void PlayerPath::follow(std::int64_t ticks, std::int64_t most) {
  if (!is_measured_) return;
  const std::int64_t measured =
      std::clamp<std::int64_t>((delay_ + 4 * deviation_ + unit / 2) / unit + 2, 2, most);
  window_ = std::min(measured, window_.value_or(measured) + ticks);
}

}  // namespace tutti
