#pragma once
// Keyboards and game controllers as the game's controls.

#include <SDL.h>

#include <array>
#include <bitset>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "counterpoint/controls.hpp"
#include "program/settings.hpp"

namespace counterpoint {

class Hands {
 public:
  /// Of so many players at this machine.
  explicit Hands(std::size_t players = 1);

  /// One player has everything. Several share: the first two have a half of the keyboard each;
  /// controllers go to players without a keyboard first, then to the second and the first. A
  /// controller keeps its player for as long as there are as many players: it is known again when
  /// it comes back, and a new one takes the place of one that is lost.
  void set_players(std::size_t players);
  void set_keys(const Keys& keys);
  void set_pad(const PadButtons& pad) { pad_buttons_ = pad; }

  /// Takes in keys, controllers that come, go and move, and the loss of the keyboard's focus.
  void take(const SDL_Event& event);
  /// The controls that are held at this moment. Precondition: slot below the players.
  Controls controls(std::size_t slot) const;
  std::size_t controllers() const { return pads_.size(); }
  /// Whether one of them is this player's.
  bool has_controller(std::size_t slot) const;
  /// Whether the player has a part of the keyboard.
  static bool has_keyboard(std::size_t slot) { return slot < 2; }
  /// Whether the player has anything to play with.
  bool can_play(std::size_t slot) const { return has_keyboard(slot) || has_controller(slot); }
  /// The players whose controller has gone and who have no other one, the longest waiting first.
  std::vector<std::size_t> waiting() const;

 private:
  struct PadCloser {
    void operator()(SDL_GameController* pad) const { SDL_GameControllerClose(pad); }
  };
  /// Tells devices apart when they come back. Only equal serials are proof; a port may change.
  struct Identity {
    std::string serial{};  // empty where it has none
    std::string model{};   // maker, product and version
    std::string port{};
  };
  struct Pad {
    SDL_JoystickID id = 0;
    std::unique_ptr<SDL_GameController, PadCloser> device;
    Identity identity{};
    std::optional<std::size_t> player{};  // among several
    std::bitset<pad_input_count> pressed{};
    int x = 0, y = 0;  // of the left stick, in the game's numbers
  };
  struct Loss {
    Identity identity{};
    std::size_t player = 0;
  };
  static Identity identity_of(SDL_GameController* device);
  static int likeness(const Identity& one, const Identity& other);
  void take_key(const SDL_KeyboardEvent& event);
  void take_pad_button(const SDL_ControllerButtonEvent& event);
  void take_pad_axis(const SDL_ControllerAxisEvent& event);
  void add(int index);
  void remove(SDL_JoystickID id);
  void deal();
  std::vector<std::size_t> neediest_first() const;
  std::size_t player_for(const Identity& identity);
  int buttons_of(const Pad& pad) const;
  std::size_t seat_of(const Pad& pad) const;

  std::size_t players_;
  std::size_t several_;  // as many players the pads were dealt to; 0 before that
  Keys bound_{};
  PadButtons pad_buttons_{};
  std::array<int, 2> keys_{};  // left and right half of the keyboard
  std::vector<Pad> pads_;
  std::vector<Loss> lost_;  // the longest lost first
};

}  // namespace counterpoint
