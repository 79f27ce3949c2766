#pragma once
// The meaning of keys, controllers and sticks in a menu.

#include <SDL.h>

#include <cstdint>
#include <optional>

namespace counterpoint {

enum class MenuStep : std::uint8_t {
  up,
  down,
  left,
  right,
  accept,
  back,
  add_letter,  ///< to the text that is typed, by controller; and the next three
  take_letter,
  next_letter,
  previous_letter,
};

class MenuSteps {
 public:
  /// The meaning of this event; `is_typing`: letters are text, and a controller's left, right and
  /// shoulders change it. A stick moves once until it is let go.
  std::optional<MenuStep> of(const SDL_Event& event, bool is_typing);

 private:
  std::optional<MenuStep> of_axis(const SDL_ControllerAxisEvent& event);

  bool is_pushed_x_ = false, is_pushed_y_ = false;
};

}  // namespace counterpoint
