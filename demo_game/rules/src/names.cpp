// The words for what a state holds, as they appear in a report of two states that differ.

#include <iterator>

#include "counterpoint/state.hpp"

namespace counterpoint {

namespace {

/// "unknown" for a number without a name.
template <std::size_t Count, class Enum>
const char* look_up(const char* const (&names)[Count], Enum value) {
  const auto index = static_cast<std::size_t>(value);
  return index < Count ? names[index] : "unknown";
}

}  // namespace

std::string Controls::field_text() const {
  using namespace button;
  static constexpr struct {
    Button button;
    const char* name;
  } names[] = {{left, "left"},   {right, "right"},     {up, "up"},
               {down, "down"},   {jump, "jump"},       {light, "light"},
               {heavy, "heavy"}, {special, "special"}, {shield, "shield"}};
  std::string text;
  if (is_analog()) text = "stick " + std::to_string(x()) + "," + std::to_string(y());
  for (const auto& entry : names) {
    const bool is_direction = (entry.button & button::actions) == 0;
    if ((bits & entry.button) == 0 || (is_analog() && is_direction)) continue;
    if (!text.empty()) text += '+';
    text += entry.name;
  }
  if (!is_legal()) text += "+unknown";
  return text.empty() ? "nothing" : text;
}

const char* name_of(Action action) {
  static constexpr const char* names[] = {
      "out",      "standing",  "walking",     "crouching",  "gathering",      "airborne",
      "landing",  "charging",  "attacking",   "shielding",  "shield stunned", "lowering",
      "dodging",  "rolling",   "air dodging", "holding",    "held",           "reeling",
      "launched", "downed",    "rising",      "dazed",      "hanging",        "climbing",
      "helpless", "returning", "defeated",    "victorious",
  };
  return look_up(names, action);
}

const char* name_of(Phase phase) {
  static constexpr const char* names[] = {
      "waiting", "selecting", "practice", "intro", "fighting", "round over", "result",
  };
  return look_up(names, phase);
}

const char* name_of(Outcome outcome) {
  static constexpr const char* names[] = {
      "open",
      "won",
      "drawn",
  };
  return look_up(names, outcome);
}

const char* name_of(PickRow row) {
  static constexpr const char* names[] = {
      "fighter",
      "stage",
      "rules",
      "team",
  };
  return look_up(names, row);
}

const char* name_of(Move move) {
  static constexpr const char* names[] = {
      "none",        "jab",           "side light", "up light", "down light", "air neutral",
      "air forward", "air back",      "air up",     "air down", "heavy side", "heavy up",
      "heavy down",  "shot",          "dash",       "rise",     "counter",    "riposte",
      "grab",        "throw forward", "throw back", "throw up", "throw down",
  };
  return look_up(names, move);
}

const char* name_of(Character character) {
  static constexpr const char* names[] = {
      "viola",
      "piccolo",
      "timpano",
  };
  return look_up(names, character);
}

const char* name_of(Stage stage) {
  static constexpr const char* names[] = {
      "podium",
      "staves",
      "gallery",
  };
  return look_up(names, stage);
}

const char* name_of(RuleSet rules) {
  static constexpr const char* names[] = {
      "stocks",
      "rounds",
  };
  return look_up(names, rules);
}

}  // namespace counterpoint
