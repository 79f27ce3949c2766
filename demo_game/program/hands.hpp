#pragma once
// What keyboards and game controllers hold, as the game's controls.

#include <SDL.h>

#include <array>
#include <memory>
#include <vector>

#include "counterpoint/controls.hpp"

namespace counterpoint {

/// Who has which devices.
enum class Seats {
  one,  ///< everything is one player's
  two,  ///< left keys and right keys; the only controller is the right player's
};

class Hands {
 public:
  explicit Hands(Seats seats) : seats_(seats) {}

  /// Takes in keys, controllers that come, go and move, and the loss of the keyboard's focus.
  void take(const SDL_Event& event);
  /// What is held at this moment. Precondition: slot is 0 or 1.
  Controls controls(std::size_t slot) const;
  std::size_t controllers() const { return pads_.size(); }

 private:
  struct PadCloser {
    void operator()(SDL_GameController* pad) const { SDL_GameControllerClose(pad); }
  };
  struct Pad {
    SDL_JoystickID id = 0;
    std::unique_ptr<SDL_GameController, PadCloser> device;
    int buttons = 0;
    int x = 0, y = 0;  // of the left stick, in the game's numbers
  };
  void take_key(const SDL_KeyboardEvent& event);
  void take_pad_button(const SDL_ControllerButtonEvent& event);
  void take_pad_axis(const SDL_ControllerAxisEvent& event);
  std::size_t seat_of_pad(std::size_t index) const;

  Seats seats_;
  std::array<int, 2> keys_{};  // left and right half of the keyboard
  std::vector<Pad> pads_;
};

}  // namespace counterpoint
