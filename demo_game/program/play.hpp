#pragma once
// The loop: hands to events, session to the present, state to picture and sound.

#include <array>
#include <optional>

#include "audio/speaker.hpp"
#include "program/hands.hpp"
#include "program/screen.hpp"
#include "program/wording.hpp"
#include "render/painter.hpp"

namespace counterpoint {

class Play {
 public:
  /// Without a screen nothing is drawn or heard.
  Play(GameSession session, const Options& options, std::optional<Screen> screen);

  /// Until somebody ends it. Returns the program's exit status.
  int run();

 private:
  void take_inputs();
  void take_key(const SDL_KeyboardEvent& event);
  void take_playback_key(SDL_Scancode key, tutti::Playback& playback);
  void offer_hands();
  void offer_again();
  void let_bots_play();
  bool has_bot(std::size_t slot) const;
  bool is_local(std::size_t slot) const;
  void hear_effects();
  void draw(float seconds);
  void say_room();

  Options options_;
  GameSession session_;
  std::optional<Screen> screen_;
  std::optional<Speaker> speaker_;
  Painter painter_;
  Hands hands_;
  Wording wording_;
  Figures figures_ = Figures::few;
  tutti::Random random_;
  std::array<Controls, fighters_max> offered_{};
  std::array<tutti::Tick, fighters_max> agreed_{};  // when the state last held what was offered
  tutti::Tick decided_;                             // the bots have seen this tick
  tutti::Tick shown_;                               // the last picture was of this tick
  bool has_said_room_ = false;
  bool is_over_ = false;
};

}  // namespace counterpoint
