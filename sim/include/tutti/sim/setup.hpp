#pragma once
// What is fixed before the first tick: the content of a log's first event.

#include <cstdint>
#include <string>

#include "tutti/sim/bytes.hpp"
#include "tutti/sim/limits.hpp"

namespace tutti {

struct Setup {
  /// Rules id, `<game>@<version>+<fingerprint>`; the engine fills it in from the game.
  std::string rules{};
  std::uint64_t seed = 1;
  /// Slots, 1 to limits::players; who fills them comes as events.
  std::uint8_t players = 2;
  /// Ticks a second, limits::tick_rate_min to tick_rate_max.
  std::uint16_t tick_rate = 60;
  /// The game's own options, at most limits::options_bytes.
  Bytes options{};

  bool operator==(const Setup&) const = default;
};

/// Nothing in it exceeds a limit.
bool is_valid(const Setup& setup);

}  // namespace tutti
