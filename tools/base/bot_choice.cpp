#include "base/bot_choice.hpp"

namespace tutti::tool {

void BotChoice::add_to(Command& command) {
  command.option("--input", input, "what bots hold: 'pad' or 'analog', where the game knows both");
  command.option("--strength", strength,
                 "of the bots: 'easy', 'medium' or 'hard', if it knows them");
}

Result<BotStyle> BotChoice::style() const {
  BotStyle style;
  if (input == "analog") {
    style.input = BotStyle::Input::analog;
  } else if (input != "pad") {
    return fail(Fault::usage, "--input " + input + ": it is 'pad' or 'analog'");
  }
  if (strength == "easy") {
    style.strength = BotStyle::Strength::easy;
  } else if (strength == "hard") {
    style.strength = BotStyle::Strength::hard;
  } else if (strength != "medium") {
    return fail(Fault::usage, "--strength " + strength + ": it is 'easy', 'medium' or 'hard'");
  }
  return style;
}

std::string BotChoice::text() const {
  const BotChoice usual;
  std::string text;
  if (input != usual.input) text += " --input " + input;
  if (strength != usual.strength) text += " --strength " + strength;
  return text;
}

}  // namespace tutti::tool
