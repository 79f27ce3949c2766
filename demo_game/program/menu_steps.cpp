#include "program/menu_steps.hpp"

#include <cstdlib>

namespace counterpoint {

namespace {

std::optional<MenuStep> step_of_key(SDL_Scancode key, bool is_typing) {
  switch (key) {
    case SDL_SCANCODE_UP:
      return MenuStep::up;
    case SDL_SCANCODE_DOWN:
    case SDL_SCANCODE_TAB:
      return MenuStep::down;
    case SDL_SCANCODE_LEFT:
      return MenuStep::left;
    case SDL_SCANCODE_RIGHT:
      return MenuStep::right;
    case SDL_SCANCODE_RETURN:
    case SDL_SCANCODE_KP_ENTER:
      return MenuStep::accept;
    case SDL_SCANCODE_ESCAPE:
      return MenuStep::back;
    default:
      break;
  }
  if (is_typing) return std::nullopt;
  switch (key) {
    case SDL_SCANCODE_W:
      return MenuStep::up;
    case SDL_SCANCODE_S:
      return MenuStep::down;
    case SDL_SCANCODE_A:
      return MenuStep::left;
    case SDL_SCANCODE_D:
      return MenuStep::right;
    case SDL_SCANCODE_SPACE:
      return MenuStep::accept;
    default:
      return std::nullopt;
  }
}

/// Left and right of a controller where a text is typed.
MenuStep as_typed(MenuStep step) {
  if (step == MenuStep::left) return MenuStep::take_letter;
  return step == MenuStep::right ? MenuStep::add_letter : step;
}

std::optional<MenuStep> step_of_button(int button) {
  switch (button) {
    case SDL_CONTROLLER_BUTTON_LEFTSHOULDER:
      return MenuStep::previous_letter;
    case SDL_CONTROLLER_BUTTON_RIGHTSHOULDER:
      return MenuStep::next_letter;
    case SDL_CONTROLLER_BUTTON_DPAD_UP:
      return MenuStep::up;
    case SDL_CONTROLLER_BUTTON_DPAD_DOWN:
      return MenuStep::down;
    case SDL_CONTROLLER_BUTTON_DPAD_LEFT:
      return MenuStep::left;
    case SDL_CONTROLLER_BUTTON_DPAD_RIGHT:
      return MenuStep::right;
    case SDL_CONTROLLER_BUTTON_A:
    case SDL_CONTROLLER_BUTTON_START:
      return MenuStep::accept;
    case SDL_CONTROLLER_BUTTON_B:
    case SDL_CONTROLLER_BUTTON_BACK:
      return MenuStep::back;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<MenuStep> MenuSteps::of_axis(const SDL_ControllerAxisEvent& event) {
  constexpr int far = 20'000, near = 10'000;
  const bool is_x = event.axis == SDL_CONTROLLER_AXIS_LEFTX;
  if (!is_x && event.axis != SDL_CONTROLLER_AXIS_LEFTY) return std::nullopt;
  bool& is_pushed = is_x ? is_pushed_x_ : is_pushed_y_;
  if (std::abs(event.value) < near) is_pushed = false;
  if (is_pushed || std::abs(event.value) < far) return std::nullopt;
  is_pushed = true;
  if (is_x) return event.value > 0 ? MenuStep::right : MenuStep::left;
  return event.value > 0 ? MenuStep::down : MenuStep::up;
}

std::optional<MenuStep> MenuSteps::of(const SDL_Event& event, bool is_typing) {
  const auto typed = [&](std::optional<MenuStep> step) {
    return step && is_typing ? std::optional(as_typed(*step)) : step;
  };
  switch (event.type) {
    case SDL_KEYDOWN:
      return step_of_key(event.key.keysym.scancode, is_typing);
    case SDL_CONTROLLERBUTTONDOWN:
      return typed(step_of_button(event.cbutton.button));
    case SDL_CONTROLLERAXISMOTION:
      return typed(of_axis(event.caxis));
    case SDL_MOUSEWHEEL:
      if (event.wheel.y == 0) return std::nullopt;
      return event.wheel.y > 0 ? MenuStep::up : MenuStep::down;
    default:
      return std::nullopt;
  }
}

}  // namespace counterpoint
