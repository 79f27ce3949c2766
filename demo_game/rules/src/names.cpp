// The words for what a state holds, as they appear in a report of two states that differ.

#include "counterpoint/state.hpp"

namespace counterpoint {

std::string Controls::field_text() const {
  using namespace button;
  static constexpr struct {
    Button button;
    const char* name;
  } names[] = {{left, "left"},   {right, "right"}, {jump, "jump"},
               {light, "light"}, {heavy, "heavy"}, {block, "block"}};
  std::string text;
  for (const auto& entry : names) {
    if (!has(entry.button)) continue;
    if (!text.empty()) text += '+';
    text += entry.name;
  }
  if ((held & ~button::all) != 0) text += "+unknown";
  return text.empty() ? "nothing" : text;
}

const char* name_of(Action action) {
  switch (action) {
    case Action::standing:
      return "standing";
    case Action::walking:
      return "walking";
    case Action::crouching:
      return "crouching";
    case Action::airborne:
      return "airborne";
    case Action::landing:
      return "landing";
    case Action::attacking:
      return "attacking";
    case Action::blocking:
      return "blocking";
    case Action::guarding:
      return "guarding";
    case Action::reeling:
      return "reeling";
    case Action::launched:
      return "launched";
    case Action::downed:
      return "downed";
    case Action::rising:
      return "rising";
    case Action::dazed:
      return "dazed";
    case Action::defeated:
      return "defeated";
    case Action::victorious:
      return "victorious";
  }
  return "unknown";
}

const char* name_of(Phase phase) {
  switch (phase) {
    case Phase::waiting:
      return "waiting";
    case Phase::practice:
      return "practice";
    case Phase::intro:
      return "intro";
    case Phase::fighting:
      return "fighting";
    case Phase::round_over:
      return "round over";
    case Phase::match_over:
      return "match over";
  }
  return "unknown";
}

const char* name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::open:
      return "open";
    case Outcome::first_won:
      return "first won";
    case Outcome::second_won:
      return "second won";
    case Outcome::drawn:
      return "drawn";
  }
  return "unknown";
}

}  // namespace counterpoint
