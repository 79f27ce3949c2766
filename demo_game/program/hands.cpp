#include "program/hands.hpp"

#include <algorithm>

namespace counterpoint {

namespace {

using namespace button;

constexpr int stick_threshold = 12'000;     // of 32,767
constexpr int stick_up_threshold = 20'000;  // a jump should be meant

struct Key {
  SDL_Scancode code;
  std::size_t side;
  Button button;
};

// By their places on the keyboard, whatever is printed on them.
constexpr Key keys[] = {
    {SDL_SCANCODE_A, 0, left},      {SDL_SCANCODE_D, 0, right},      {SDL_SCANCODE_W, 0, jump},
    {SDL_SCANCODE_F, 0, light},     {SDL_SCANCODE_G, 0, heavy},      {SDL_SCANCODE_H, 0, block},
    {SDL_SCANCODE_LEFT, 1, left},   {SDL_SCANCODE_RIGHT, 1, right},  {SDL_SCANCODE_UP, 1, jump},
    {SDL_SCANCODE_COMMA, 1, light}, {SDL_SCANCODE_PERIOD, 1, heavy}, {SDL_SCANCODE_SLASH, 1, block},
};

Button button_of(int pad_button) {
  switch (pad_button) {
    case SDL_CONTROLLER_BUTTON_DPAD_LEFT:
      return left;
    case SDL_CONTROLLER_BUTTON_DPAD_RIGHT:
      return right;
    case SDL_CONTROLLER_BUTTON_DPAD_UP:
    case SDL_CONTROLLER_BUTTON_A:
      return jump;
    case SDL_CONTROLLER_BUTTON_X:
      return light;
    case SDL_CONTROLLER_BUTTON_Y:
    case SDL_CONTROLLER_BUTTON_B:
      return heavy;
    case SDL_CONTROLLER_BUTTON_LEFTSHOULDER:
    case SDL_CONTROLLER_BUTTON_RIGHTSHOULDER:
      return block;
    default:
      return Button{};
  }
}

Controls changed(Controls controls, Button button, bool is_down) {
  return is_down ? controls.with(button) : controls.without(button);
}

Controls both(Controls one, Controls other) {
  return {static_cast<std::uint8_t>(one.held | other.held)};
}

}  // namespace

void Hands::take_key(const SDL_KeyboardEvent& event) {
  for (const Key& key : keys) {
    if (key.code != event.keysym.scancode) continue;
    keys_[key.side] = changed(keys_[key.side], key.button, event.state == SDL_PRESSED);
  }
}

void Hands::take_pad_button(const SDL_ControllerButtonEvent& event) {
  for (Pad& pad : pads_) {
    if (pad.id != event.which) continue;
    pad.buttons = changed(pad.buttons, button_of(event.button), event.state == SDL_PRESSED);
  }
}

void Hands::take_pad_axis(const SDL_ControllerAxisEvent& event) {
  for (Pad& pad : pads_) {
    if (pad.id != event.which) continue;
    if (event.axis == SDL_CONTROLLER_AXIS_LEFTX) {
      pad.stick = changed(pad.stick, left, event.value < -stick_threshold);
      pad.stick = changed(pad.stick, right, event.value > stick_threshold);
    } else if (event.axis == SDL_CONTROLLER_AXIS_LEFTY) {
      pad.stick = changed(pad.stick, jump, event.value < -stick_up_threshold);
    }
  }
}

void Hands::take(const SDL_Event& event) {
  switch (event.type) {
    case SDL_KEYDOWN:
    case SDL_KEYUP:
      return take_key(event.key);
    case SDL_CONTROLLERBUTTONDOWN:
    case SDL_CONTROLLERBUTTONUP:
      return take_pad_button(event.cbutton);
    case SDL_CONTROLLERAXISMOTION:
      return take_pad_axis(event.caxis);
    case SDL_CONTROLLERDEVICEADDED: {
      Pad pad;
      pad.device.reset(SDL_GameControllerOpen(event.cdevice.which));
      if (!pad.device) return;
      pad.id = SDL_JoystickInstanceID(SDL_GameControllerGetJoystick(pad.device.get()));
      const bool is_known = std::any_of(pads_.begin(), pads_.end(),
                                        [&](const Pad& other) { return other.id == pad.id; });
      if (!is_known) pads_.push_back(std::move(pad));
      return;
    }
    case SDL_CONTROLLERDEVICEREMOVED:
      std::erase_if(pads_, [&](const Pad& pad) { return pad.id == event.cdevice.which; });
      return;
    case SDL_WINDOWEVENT:
      // Nobody tells us of keys that are let go elsewhere.
      if (event.window.event == SDL_WINDOWEVENT_FOCUS_LOST) keys_ = {};
      return;
    default:
      return;
  }
}

std::size_t Hands::seat_of_pad(std::size_t index) const {
  return pads_.size() == 1 ? 1 : index % 2;
}

Controls Hands::controls(std::size_t slot) const {
  Controls result = seats_ == Seats::one ? both(keys_[0], keys_[1]) : keys_[slot];
  for (std::size_t i = 0; i < pads_.size(); ++i) {
    if (seats_ == Seats::one || seat_of_pad(i) == slot) {
      result = both(result, both(pads_[i].buttons, pads_[i].stick));
    }
  }
  return result;
}

}  // namespace counterpoint
