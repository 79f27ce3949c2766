#include "program/hands.hpp"

#include <algorithm>

namespace counterpoint {

namespace {

int changed(int held, int buttons, bool is_down) {
  return is_down ? held | buttons : held & ~buttons;
}

/// A stick's 16 bits as the game's small number.
int stick_of(int value) {
  constexpr int full = 32'767, dead = 6'000;
  if (value > -dead && value < dead) return 0;
  return std::clamp(value * stick_full / full, -stick_full, stick_full);
}

}  // namespace

Hands::Hands(std::size_t players)
    : players_(players), bound_(Settings::usual_keys()), pad_buttons_(Settings::usual_pad()) {}

void Hands::set_keys(const Keys& keys) {
  bound_ = keys;
  keys_ = {};
}

void Hands::take_key(const SDL_KeyboardEvent& event) {
  for (std::size_t half = 0; half < bound_.size(); ++half) {
    for (std::size_t place = 0; place < bound_[half].size(); ++place) {
      if (bound_[half][place] != event.keysym.scancode) continue;
      keys_[half] = changed(keys_[half], 1 << place, event.state == SDL_PRESSED);
    }
  }
}

void Hands::take_pad_button(const SDL_ControllerButtonEvent& event) {
  for (Pad& pad : pads_) {
    if (pad.id != event.which) continue;
    if (event.button < pad.pressed.size()) pad.pressed[event.button] = event.state == SDL_PRESSED;
  }
}

void Hands::take_pad_axis(const SDL_ControllerAxisEvent& event) {
  for (Pad& pad : pads_) {
    if (pad.id != event.which) continue;
    if (event.axis == SDL_CONTROLLER_AXIS_LEFTX) pad.x = stick_of(event.value);
    if (event.axis == SDL_CONTROLLER_AXIS_LEFTY) pad.y = -stick_of(event.value);
    const bool is_left = event.axis == SDL_CONTROLLER_AXIS_TRIGGERLEFT;
    if (!is_left && event.axis != SDL_CONTROLLER_AXIS_TRIGGERRIGHT) continue;
    const auto trigger = static_cast<std::size_t>(is_left ? left_trigger : right_trigger);
    if (event.value >= trigger_pressed) pad.pressed.set(trigger);
    if (event.value < trigger_free) pad.pressed.reset(trigger);
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
  const std::size_t first = players_ > pads_.size() ? players_ - pads_.size() : 0;
  return (first + index) % players_;
}

bool Hands::has_controller(std::size_t slot) const {
  for (std::size_t i = 0; i < pads_.size(); ++i) {
    if (seat_of_pad(i) == slot) return true;
  }
  return false;
}

int Hands::buttons_of(const Pad& pad) const {
  int buttons = 0;
  for (std::size_t i = 0; i < pad_buttons_.size(); ++i) {
    if (pad.pressed.test(static_cast<std::size_t>(pad_buttons_[i])))
      buttons |= bits_of_pad_button(i);
  }
  return buttons;
}

Controls Hands::controls(std::size_t slot) const {
  int buttons = 0;
  if (players_ == 1) {
    buttons = keys_[0] | keys_[1];
  } else if (slot < keys_.size()) {
    buttons = keys_[slot];
  }
  int x = 0, y = 0;
  for (std::size_t i = 0; i < pads_.size(); ++i) {
    if (seat_of_pad(i) != slot) continue;
    buttons |= buttons_of(pads_[i]);
    if (pads_[i].x != 0 || pads_[i].y != 0) x = pads_[i].x, y = pads_[i].y;
  }
  constexpr int directions = button::all & ~button::actions;
  const bool is_stick = (x != 0 || y != 0) && (buttons & directions) == 0;
  return is_stick ? Controls::stick(x, y, buttons) : Controls::pad(buttons);
}

}  // namespace counterpoint
