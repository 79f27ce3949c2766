#pragma once
// What keyboards and game controllers hold, as the game's controls.

#include <SDL.h>

#include <array>
#include <bitset>
#include <memory>
#include <vector>

#include "counterpoint/controls.hpp"
#include "program/settings.hpp"

namespace counterpoint {

class Hands {
 public:
  /// Of so many players at this machine.
  explicit Hands(std::size_t players = 1);

  /// One player has everything. Several share: the halves of the keyboard are the first two's, and
  /// the controllers the last ones'.
  void set_players(std::size_t players) { players_ = players; }
  void set_keys(const Keys& keys);
  void set_pad(const PadButtons& pad) { pad_buttons_ = pad; }

  /// Takes in keys, controllers that come, go and move, and the loss of the keyboard's focus.
  void take(const SDL_Event& event);
  /// What is held at this moment. Precondition: slot below the players.
  Controls controls(std::size_t slot) const;
  std::size_t controllers() const { return pads_.size(); }
  /// One of them is this player's.
  bool has_controller(std::size_t slot) const;

 private:
  struct PadCloser {
    void operator()(SDL_GameController* pad) const { SDL_GameControllerClose(pad); }
  };
  struct Pad {
    SDL_JoystickID id = 0;
    std::unique_ptr<SDL_GameController, PadCloser> device;
    std::bitset<pad_input_count> pressed{};
    int x = 0, y = 0;  // of the left stick, in the game's numbers
  };
  void take_key(const SDL_KeyboardEvent& event);
  void take_pad_button(const SDL_ControllerButtonEvent& event);
  void take_pad_axis(const SDL_ControllerAxisEvent& event);
  int buttons_of(const Pad& pad) const;
  std::size_t seat_of_pad(std::size_t index) const;

  std::size_t players_;
  Keys bound_{};
  PadButtons pad_buttons_{};
  std::array<int, 2> keys_{};  // left and right half of the keyboard
  std::vector<Pad> pads_;
};

}  // namespace counterpoint
