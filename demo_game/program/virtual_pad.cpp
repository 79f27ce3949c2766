#include "program/virtual_pad.hpp"

#include <string>

namespace counterpoint {

tutti::Result<VirtualPad> VirtualPad::plug(int model) {
  // Scripts run in windows that nobody looks at.
  SDL_SetHint(SDL_HINT_JOYSTICK_ALLOW_BACKGROUND_EVENTS, "1");
  constexpr Uint16 maker = 0x7474;  // nobody's
  SDL_VirtualJoystickDesc description{};
  description.version = SDL_VIRTUAL_JOYSTICK_DESC_VERSION;
  description.type = SDL_JOYSTICK_TYPE_GAMECONTROLLER;
  description.naxes = SDL_CONTROLLER_AXIS_MAX;
  description.nbuttons = SDL_CONTROLLER_BUTTON_MAX;
  description.vendor_id = maker;
  description.product_id = static_cast<Uint16>(model);
  const int index = SDL_JoystickAttachVirtualEx(&description);
  SDL_Joystick* device = index < 0 ? nullptr : SDL_JoystickOpen(index);
  if (device == nullptr) {
    return tutti::fail(tutti::Fault::system,
                       std::string("there is no virtual game controller: ") + SDL_GetError());
  }
  return VirtualPad(device);
}

VirtualPad::~VirtualPad() {
  if (!device_ || SDL_WasInit(SDL_INIT_JOYSTICK) == 0) return;
  const SDL_JoystickID id = SDL_JoystickInstanceID(device_.get());
  for (int index = 0; index < SDL_NumJoysticks(); ++index) {
    if (SDL_JoystickGetDeviceInstanceID(index) != id) continue;
    SDL_JoystickDetachVirtual(index);
    return;
  }
}

void VirtualPad::press(PadInput input, bool is_down) {
  if (input >= left_trigger) {
    const int axis = SDL_CONTROLLER_AXIS_TRIGGERLEFT + input - left_trigger;
    SDL_JoystickSetVirtualAxis(device_.get(), axis,
                               is_down ? SDL_JOYSTICK_AXIS_MAX : SDL_JOYSTICK_AXIS_MIN);
  } else {
    SDL_JoystickSetVirtualButton(device_.get(), input, is_down ? SDL_PRESSED : SDL_RELEASED);
  }
  SDL_JoystickUpdate();  // at once: two changes between two pictures are two events
}

void VirtualPad::set_stick(int x, int y) {
  constexpr int full = SDL_JOYSTICK_AXIS_MAX, percent = 100;
  SDL_JoystickSetVirtualAxis(device_.get(), SDL_CONTROLLER_AXIS_LEFTX,
                             static_cast<Sint16>(x * full / percent));
  SDL_JoystickSetVirtualAxis(device_.get(), SDL_CONTROLLER_AXIS_LEFTY,
                             static_cast<Sint16>(y * full / percent));
  SDL_JoystickUpdate();
}

}  // namespace counterpoint
