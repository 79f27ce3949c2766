#pragma once
// What a player holds: the game's one kind of event. A client sends it when it changes, and the
// state remembers it until the next one.

#include <cstdint>
#include <string>

#include "tutti/sim/game.hpp"

namespace counterpoint {

/// Bits of Controls::held. In a namespace of their own, because words like "left" are short.
namespace button {
enum Bit : std::uint8_t {
  left = 1,
  right = 2,
  jump = 4,
  light = 8,
  heavy = 16,
  block = 32,
  all = 63,
};
}  // namespace button
using Button = button::Bit;

/// All buttons that are down, in one byte.
struct Controls {
  std::uint8_t held = 0;

  TUTTI_FIELDS(held)

  constexpr bool operator==(const Controls&) const = default;
  constexpr bool has(Button button) const { return (held & button) != 0; }
  constexpr Controls with(Button button) const {
    return {static_cast<std::uint8_t>(held | button)};
  }
  constexpr Controls without(Button button) const {
    return {static_cast<std::uint8_t>(held & ~button)};
  }
  /// -1 left, 1 right. Both at once is neither, for everyone: the rules clean it and not the
  /// client, so that no keyboard is better than another.
  constexpr int direction() const {
    return (has(button::right) ? 1 : 0) - (has(button::left) ? 1 : 0);
  }
  /// "left+heavy"; "nothing" for empty hands.
  std::string field_text() const;
};

}  // namespace counterpoint
