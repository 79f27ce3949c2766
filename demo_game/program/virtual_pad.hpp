#pragma once
// A game controller that is not there: SDL makes it up, so that scripts can press its buttons.

#include <SDL.h>

#include <memory>

#include "program/pad_inputs.hpp"
#include "tutti/sim/result.hpp"

namespace counterpoint {

class VirtualPad {
 public:
  /// Pads of another `model` are another product to SDL. Faults: system, if SDL makes none up.
  static tutti::Result<VirtualPad> plug(int model = 1);
  VirtualPad(VirtualPad&&) noexcept = default;
  VirtualPad& operator=(VirtualPad&&) = delete;
  /// Pulls it out.
  ~VirtualPad();

  void press(PadInput input, bool is_down);
  /// The left one, in percent; up is negative, as SDL has it.
  void set_stick(int x, int y);

 private:
  struct Closer {
    void operator()(SDL_Joystick* device) const { SDL_JoystickClose(device); }
  };
  explicit VirtualPad(SDL_Joystick* device) : device_(device) {}

  std::unique_ptr<SDL_Joystick, Closer> device_;
};

}  // namespace counterpoint
