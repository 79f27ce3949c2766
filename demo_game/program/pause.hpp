#pragma once
// The page over a match: go on, begin anew, keep what has just happened, leave.

#include <optional>

#include "program/menu_steps.hpp"
#include "program/options.hpp"
#include "render/menu_page.hpp"

namespace counterpoint {

class Pause {
 public:
  /// `remark`: why it has come by itself; empty if somebody asked for it.
  Pause(const Options& options, const std::string& remark);

  enum class Choice : std::uint8_t { go_on, again, clip, leave };
  /// What this event chose, if anything.
  std::optional<Choice> take(const SDL_Event& event);
  /// What the selected line means.
  Choice choice() const { return choices_[page_.selected]; }
  void point_at(std::size_t line);
  const MenuPage& page() const { return page_; }

  /// Whether time stands still meanwhile: where nobody else is waiting.
  static bool stops(Mode mode);

 private:
  MenuPage page_;
  std::vector<Choice> choices_;
  MenuSteps steps_;
};

}  // namespace counterpoint
