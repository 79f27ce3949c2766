#include "program/pad_inputs.hpp"

namespace counterpoint {

namespace {

SDL_GameControllerAxis axis_of(PadInput trigger) {
  return trigger == left_trigger ? SDL_CONTROLLER_AXIS_TRIGGERLEFT
                                 : SDL_CONTROLLER_AXIS_TRIGGERRIGHT;
}

}  // namespace

bool is_bindable(PadInput input) {
  switch (input) {
    case SDL_CONTROLLER_BUTTON_BACK:
    case SDL_CONTROLLER_BUTTON_GUIDE:
    case SDL_CONTROLLER_BUTTON_START:
    case SDL_CONTROLLER_BUTTON_LEFTSTICK:
    case SDL_CONTROLLER_BUTTON_RIGHTSTICK:
      return false;
    default:
      return input >= 0 && input < pad_input_count;
  }
}

std::optional<PadInput> pressed_input(const SDL_Event& event) {
  if (event.type == SDL_CONTROLLERBUTTONDOWN) return event.cbutton.button;
  if (event.type != SDL_CONTROLLERAXISMOTION || event.caxis.value < trigger_pressed) {
    return std::nullopt;
  }
  if (event.caxis.axis == SDL_CONTROLLER_AXIS_TRIGGERLEFT) return left_trigger;
  if (event.caxis.axis == SDL_CONTROLLER_AXIS_TRIGGERRIGHT) return right_trigger;
  return std::nullopt;
}

std::string shown_name(PadInput input) {
  switch (input) {
    case SDL_CONTROLLER_BUTTON_A:
      return "A";
    case SDL_CONTROLLER_BUTTON_B:
      return "B";
    case SDL_CONTROLLER_BUTTON_X:
      return "X";
    case SDL_CONTROLLER_BUTTON_Y:
      return "Y";
    case SDL_CONTROLLER_BUTTON_LEFTSHOULDER:
      return "left shoulder";
    case SDL_CONTROLLER_BUTTON_RIGHTSHOULDER:
      return "right shoulder";
    case SDL_CONTROLLER_BUTTON_DPAD_UP:
      return "d-pad up";
    case SDL_CONTROLLER_BUTTON_DPAD_DOWN:
      return "d-pad down";
    case SDL_CONTROLLER_BUTTON_DPAD_LEFT:
      return "d-pad left";
    case SDL_CONTROLLER_BUTTON_DPAD_RIGHT:
      return "d-pad right";
    case left_trigger:
      return "left trigger";
    case right_trigger:
      return "right trigger";
    default:
      return stored_name(input);
  }
}

std::string stored_name(PadInput input) {
  const char* name =
      input >= left_trigger
          ? SDL_GameControllerGetStringForAxis(axis_of(input))
          : SDL_GameControllerGetStringForButton(static_cast<SDL_GameControllerButton>(input));
  return name != nullptr ? name : "none";
}

std::optional<PadInput> input_named(const std::string& stored) {
  for (PadInput input = 0; input < pad_input_count; ++input) {
    if (stored_name(input) == stored) return input;
  }
  return std::nullopt;
}

}  // namespace counterpoint
