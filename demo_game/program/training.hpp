#pragma once
// Training: the dummy's behaviour, a clock that goes slower, stands still or goes one tick on, and
// the moment that the player keeps to come back to.

#include <SDL.h>

#include <chrono>
#include <optional>
#include <string>

#include "counterpoint/bot.hpp"
#include "counterpoint/state.hpp"
#include "tutti/replay/match_record.hpp"
#include "tutti/sim/random.hpp"

namespace counterpoint {

class Training {
 public:
  /// F4 to F7. Whether the key meant something.
  bool take_key(SDL_Scancode key);
  /// A controller's pressed sticks: the left one stands still, the right one goes one tick on.
  /// Whether the button meant something.
  bool take_button(int button);
  /// The dummy's next behaviour (1) or the one before (-1).
  void change_dummy(int by);
  void change_speed(int by);
  const char* dummy_name() const;
  std::string speed_name() const;
  /// How much of the time that has passed counts for the match.
  std::chrono::nanoseconds passed(std::chrono::nanoseconds real);
  /// The controls that the dummy holds at this tick.
  Controls dummy(const State& state, std::size_t slot, tutti::Random& random);
  /// One line for the screen.
  std::string line() const;

  /// Keeps a moment: the last tick of this match so far.
  void keep(tutti::MatchRecord moment) { moment_.emplace(std::move(moment)); }
  /// The moment that was kept; null if none was.
  const tutti::MatchRecord* moment() const { return moment_ ? &*moment_ : nullptr; }
  /// Call it once for each picture. Where a round is over and has been seen to be: the first tick
  /// of its fight, from which it begins again.
  std::optional<tutti::Tick> round_to_repeat(const State& state, tutti::Tick present);

 private:
  enum class Behaviour : std::uint8_t { stands, crouches, shields, jumps, attacks, walks, fights };
  static constexpr int behaviours = 7;
  Controls act(const State& state, std::size_t slot) const;

  Behaviour behaviour_ = Behaviour::stands;
  int slowness_ = 1;  // 1, 2, 4, 8 times
  bool is_still_ = false;
  bool is_stepping_ = false;
  Controls fighting_{};
  std::optional<tutti::MatchRecord> moment_;
  tutti::Tick round_begun_;  // the first tick of its fight
};

}  // namespace counterpoint
