#include "base/bot_choice.hpp"

#include <fmt/format.h>

namespace tutti::tool {

void BotChoice::add_to(Command& command) {
  command.option("--input", input, "the bots' controls, if the game has both: 'pad' or 'analog'");
  command.option("--strength", strength,
                 "the bots' strength, if the game has several: 'easy', 'medium' or 'hard'");
}

Result<BotStyle> BotChoice::style() const {
  BotStyle style;
  if (input == "analog") {
    style.input = BotStyle::Input::analog;
  } else if (input != "pad") {
    return fail(Fault::usage, fmt::format("--input {}: it is 'pad' or 'analog'", input));
  }
  if (strength == "easy") {
    style.strength = BotStyle::Strength::easy;
  } else if (strength == "hard") {
    style.strength = BotStyle::Strength::hard;
  } else if (strength != "medium") {
    return fail(Fault::usage,
                fmt::format("--strength {}: it is 'easy', 'medium' or 'hard'", strength));
  }
  return style;
}

std::string BotChoice::text() const {
  const BotChoice usual;
  std::string text;
  if (input != usual.input) text += fmt::format(" --input {}", input);
  if (strength != usual.strength) text += fmt::format(" --strength {}", strength);
  return text;
}

std::optional<Bytes> act(const AnyGame& game, const void* state, PlayerId player, Random& random,
                         const BotStyle& style) {
  if (game.has_bot()) return game.play(state, player, random, style);
  constexpr std::uint32_t guess_ticks = 12;  // as in a storm (engine/src/storm/players.cpp)
  if (!game.has_sample() || !random.chance(guess_ticks)) return std::nullopt;
  return game.sample(random);
}

}  // namespace tutti::tool
