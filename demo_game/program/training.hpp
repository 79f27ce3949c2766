#pragma once
// Training: what the dummy does, and a clock that goes slower, stands still, or one tick on.

#include <SDL.h>

#include <chrono>
#include <string>

#include "counterpoint/bot.hpp"
#include "counterpoint/state.hpp"
#include "tutti/sim/random.hpp"

namespace counterpoint {

class Training {
 public:
  /// Whether the key meant something: F4 to F7.
  bool take_key(SDL_Scancode key);
  /// A controller's: its sticks are pressed to stand still and for one tick.
  bool take_button(int button);
  void change_dummy(int by);
  void change_speed(int by);
  const char* dummy_name() const;
  std::string speed_name() const { return "1/" + std::to_string(slowness_); }
  /// How much of the time that has passed counts.
  std::chrono::nanoseconds passed(std::chrono::nanoseconds real);
  /// What the dummy holds at this tick.
  Controls dummy(const State& state, std::size_t slot, tutti::Random& random);
  /// One line for the screen.
  std::string line() const;

 private:
  enum class Behaviour : std::uint8_t { stands, crouches, shields, jumps, attacks, walks, fights };
  static constexpr int behaviours = 7;
  Controls act(const State& state, std::size_t slot) const;

  Behaviour behaviour_ = Behaviour::stands;
  int slowness_ = 1;  // 1, 2, 4, 8 times
  bool is_still_ = false;
  bool is_stepping_ = false;
  Controls fighting_{};
};

}  // namespace counterpoint
