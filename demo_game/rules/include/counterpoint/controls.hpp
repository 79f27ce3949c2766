#pragma once
// The controls that a player holds: the game's one kind of event. A client sends them when they
// change, and the state remembers them until the next event. Directions are a pad's four bits or a
// stick's two small numbers; both are legal at any time, and the rules read them through the same
// functions.

#include <cstdint>
#include <string>

#include "tutti/sim/game.hpp"

namespace counterpoint {

/// Bits of a pad. In a namespace of their own, because words like "left" are short.
namespace button {
enum Bit : std::uint16_t {
  jump = 1,
  light = 2,
  heavy = 4,
  special = 8,
  shield = 16,
  left = 32,
  right = 64,
  up = 128,
  down = 256,
  actions = 31,  ///< all but the directions
  all = 511,
};
}  // namespace button
using Button = button::Bit;

/// How far a stick goes to each side; a pad's direction counts as that much.
inline constexpr int stick_full = 15;
/// From here on a stick means a direction: attacks, menus, rolls.
inline constexpr int stick_meant = 8;

/// Everything that is held, in 16 bits. The lowest five are the buttons jump to shield; then either
/// a pad's four directions, or, with the highest bit set, a stick's x and y in five bits each.
struct Controls {
  std::uint16_t bits = 0;

  TUTTI_FIELDS(bits)

  /// A pad: any of the buttons above.
  static constexpr Controls pad(int buttons) {
    return {static_cast<std::uint16_t>(buttons & button::all)};
  }
  /// A stick: x to the right, y up, each -15 to 15 (what is further is cut), and the buttons jump
  /// to shield.
  static constexpr Controls stick(int x, int y, int buttons = 0);

  constexpr bool operator==(const Controls&) const = default;
  constexpr bool is_analog() const { return (bits & analog_bit) != 0; }
  /// No unknown bits, no stick further than it goes.
  constexpr bool is_legal() const {
    if (!is_analog()) return (bits & ~button::all) == 0;
    return axis(stick_x_shift) >= -stick_full && axis(stick_y_shift) >= -stick_full;
  }
  /// Whether a button is down. For a pad's directions ask x() and y(), which know sticks too.
  constexpr bool has(Button button) const { return (bits & button & button::actions) != 0; }
  constexpr Controls with(Button button) const {
    return {static_cast<std::uint16_t>(bits | (button & button::actions))};
  }
  constexpr Controls without(Button button) const {
    return {static_cast<std::uint16_t>(bits & ~(button & button::actions))};
  }
  /// -15 left to 15 right. Both directions of a pad at once are neither, for everyone: the rules
  /// clean them and not the client, so that no keyboard is better than another.
  constexpr int x() const {
    if (is_analog()) return axis(stick_x_shift);
    return stick_full * (is_down(button::right) - is_down(button::left));
  }
  /// -15 down to 15 up.
  constexpr int y() const {
    if (is_analog()) return axis(stick_y_shift);
    return stick_full * (is_down(button::up) - is_down(button::down));
  }
  /// -1 left, 1 right, 0 neither.
  constexpr int direction() const { return meant(x()); }
  /// -1 down, 1 up, 0 neither.
  constexpr int vertical() const { return meant(y()); }
  /// "left+heavy", "stick 9,-15+jump"; "nothing" for empty hands.
  std::string field_text() const;

 private:
  static constexpr std::uint16_t analog_bit = 1U << 15;
  static constexpr int stick_x_shift = 5;
  static constexpr int stick_y_shift = 10;
  static constexpr int axis_mask = 31;

  static constexpr int meant(int value) {
    return (value >= stick_meant ? 1 : 0) - (value <= -stick_meant ? 1 : 0);
  }
  static constexpr int cut(int value) {
    return value < -stick_full ? -stick_full : (value > stick_full ? stick_full : value);
  }
  constexpr int is_down(Button button) const { return (bits & button) != 0 ? 1 : 0; }
  /// Five bits as a number from -16 to 15.
  constexpr int axis(int shift) const {
    const int value = (bits >> shift) & axis_mask;
    return value > stick_full ? value - axis_mask - 1 : value;
  }
};

constexpr Controls Controls::stick(int x, int y, int buttons) {
  return {static_cast<std::uint16_t>(analog_bit | (buttons & button::actions) |
                                     ((cut(x) & axis_mask) << stick_x_shift) |
                                     ((cut(y) & axis_mask) << stick_y_shift))};
}

}  // namespace counterpoint
