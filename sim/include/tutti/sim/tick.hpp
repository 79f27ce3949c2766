#pragma once
// The unit of time and the names of participants. Everything that the engine counts is a strong
// type, so that a tick cannot be passed where a player is meant.

#include <compare>
#include <cstdint>

namespace tutti {

/// One fixed simulation step. The state "at tick t" has consumed all events of ticks 1..t;
/// tick 0 is the state that the setup alone makes. Never negative in a log.
struct Tick {
  std::int64_t value = 0;  ///< counted from 0, the match's beginning

  constexpr Tick() = default;
  constexpr explicit Tick(std::int64_t ticks) : value(ticks) {}  ///< The tick with this number.

  constexpr auto operator<=>(const Tick&) const = default;
  /// The signed number of ticks between two ticks.
  constexpr std::int64_t operator-(Tick other) const { return value - other.value; }
  constexpr Tick operator+(std::int64_t ticks) const { return Tick{value + ticks}; }
  constexpr Tick operator-(std::int64_t ticks) const { return Tick{value - ticks}; }
  constexpr Tick& operator++() {
    ++value;
    return *this;
  }
};

/// A slot in the match, 0 to `limits::players - 1`. A slot outlives the person who fills it.
struct PlayerId {
  std::uint8_t value = 0;  ///< the slot, counted from 0

  constexpr PlayerId() = default;
  constexpr explicit PlayerId(std::uint8_t slot) : value(slot) {}  ///< The player in this slot.
  constexpr auto operator<=>(const PlayerId&) const = default;
};

}  // namespace tutti
