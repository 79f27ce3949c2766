#pragma once
// A player before a round: hands to events, states to pictures and sound, a page to pause on, and
// the controls of a replay.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "program/controller_watch.hpp"
#include "program/desk.hpp"
#include "program/notice.hpp"
#include "program/overlays.hpp"
#include "program/pause.hpp"
#include "program/round.hpp"
#include "program/stopwatch.hpp"
#include "program/tidings.hpp"
#include "program/viewing.hpp"

namespace counterpoint {

class Seat {
 public:
  /// The desk must outlive it.
  Seat(Desk& desk, GameSession session, const Options& options);

  /// Plays until the player leaves, the script ends, the system asks, or as long as
  /// `options.seconds` says.
  Ending run();

 private:
  void take_inputs();
  void take(const SDL_Event& event);
  void take_key(const SDL_KeyboardEvent& event);
  void take_function_key(SDL_Scancode key);
  void take_button(int button);
  void take_pause(const SDL_Event& event);
  void fill_seats();
  void offer_hands(const SDL_Event* event);
  void note_controllers();
  void mind_viewing();

  void pause(const std::string& remark);
  void choose(Pause::Chosen chosen);

  void leave_or_pause();
  void copy_invitation();
  void keep_moment();
  void go_to_moment();
  void say(const std::string& news) { news_.say(news); }

  std::chrono::nanoseconds passing(std::chrono::nanoseconds real);
  Captions captions(float seconds);
  Passage passage(float seconds, float fraction);
  void draw(float seconds);
  Ending ending();

  Desk& desk_;
  Round round_;
  Wording wording_;
  Overlays overlays_;
  Tidings tidings_;
  std::optional<Viewing> viewing_;
  std::optional<Pause> pause_;
  Stopwatch stopwatch_;
  std::vector<std::string> addresses_;  // of the room, if it is here
  tutti::Instant match_now_{};          // stands still in pauses, goes slower in training
  tutti::Tick shown_;                   // the last picture was of this tick
  std::optional<double> drawn_at_;      // and of this part of it; nothing before the first one
  ControllerWatch controllers_;
  Notice news_;
  std::chrono::nanoseconds still_{};  // before a moment that is taken over goes on
  std::optional<Options> next_;
  bool is_over_ = false;
  bool is_back_ = false;
};

}  // namespace counterpoint
