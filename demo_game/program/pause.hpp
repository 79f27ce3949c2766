#pragma once
// The page over a match: go on, begin anew, keep what has just happened, leave; and, without a
// keyboard, what its function keys do.

#include <optional>
#include <string>
#include <vector>

#include "program/menu_steps.hpp"
#include "program/options.hpp"
#include "render/menu_page.hpp"

namespace counterpoint {

class Pause {
 public:
  /// `remark`: why it has come by itself; empty if somebody asked for it.
  Pause(const Options& options, const std::string& remark);

  enum class Choice : std::uint8_t {
    go_on,
    let_in,
    turn_away,
    again,
    dummy,
    speed,
    keep_moment,
    to_moment,
    network,
    boxes,
    inputs,
    clip,
    role,
    copy,
    declare_void,
    leave,
  };
  struct Chosen {
    Choice choice = Choice::go_on;
    int by = 1;  ///< of a line with a value: the next or the one before
  };
  /// The choice that this event made, if any.
  std::optional<Chosen> take(const SDL_Event& event);
  /// The meaning of the selected line.
  Choice choice() const { return choices_[page_.selected]; }
  void point_at(std::size_t line);
  /// Sets the value that a line shows; does nothing if there is no such line.
  void show(Choice choice, const std::string& value);
  /// Says why the match stands still meanwhile, before any remark; empty if it does not. And asks
  /// the host about a newcomer, with two lines to answer by; empty for none.
  void say(const std::string& notice, const std::string& question);
  /// Says something to the players while the page is open.
  void remark(const std::string& words) { remark_ = words; }
  const MenuPage& page() const { return page_; }

  /// Whether time stands still meanwhile: where nobody else is waiting.
  static bool stops(Mode mode);

 private:
  void add(Choice choice, const char* label);

  std::string title_;
  std::string remark_;
  MenuPage page_;
  std::vector<Choice> choices_;
  MenuSteps steps_;
};

}  // namespace counterpoint
