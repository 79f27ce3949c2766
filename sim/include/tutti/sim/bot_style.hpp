#pragma once
// How a game's bot shall play, for games whose bots know more than one way.

#include <cstdint>

namespace tutti {

/// How a game's bot shall play.
struct BotStyle {
  /// How well it plays.
  enum class Strength : std::uint8_t { easy = 0, medium = 1, hard = 2 };
  /// Digital pads change seldom and analog sticks often; the bytes of a match on the wire and in
  /// its log depend on it.
  enum class Input : std::uint8_t { pad = 0, analog = 1 };

  Strength strength = Strength::medium;  ///< how well it plays
  Input input = Input::pad;              ///< what it holds in its hands

  constexpr bool operator==(const BotStyle&) const = default;

  /// For the game module interface: the strength in the lowest byte, the input in the next one.
  /// Numbers without a meaning there stand for the usual style.
  constexpr std::uint32_t to_raw() const {
    return static_cast<std::uint32_t>(strength) | static_cast<std::uint32_t>(input) << byte_bits;
  }
  /// The style that a number of `to_raw` stands for.
  static constexpr BotStyle from_raw(std::uint32_t raw) {
    BotStyle style;
    const std::uint32_t strength = raw & byte_mask;
    const std::uint32_t input = raw >> byte_bits & byte_mask;
    if (strength <= static_cast<std::uint32_t>(Strength::hard)) {
      style.strength = static_cast<Strength>(strength);
    }
    if (input == static_cast<std::uint32_t>(Input::analog)) style.input = Input::analog;
    return style;
  }

 private:
  static constexpr std::uint32_t byte_bits = 8;
  static constexpr std::uint32_t byte_mask = 0xFF;
};

}  // namespace tutti
