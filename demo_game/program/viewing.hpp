#pragma once
// A viewer and a match that is watched: going about in it, repeating, marking, cutting clips.

#include <optional>
#include <string>

#include "program/marks.hpp"
#include "program/preview.hpp"
#include "program/screen.hpp"

namespace counterpoint {

class Viewing {
 public:
  /// Of a session that watches, which must outlive it.
  Viewing(GameSession& session, const Options& options);

  /// Whether the key meant something.
  bool take_key(const SDL_Keysym& key);
  /// A game controller's, as the key that it stands for; see `--help`. Whether it meant something.
  bool take_button(int button);
  /// The timeline follows the mouse while its button is down; elsewhere a click pauses.
  void take_mouse(const SDL_Event& event, Screen& screen);
  /// Once for each picture, after the session has advanced: repeats, and learns more of the match.
  void update();
  void add_to(Captions::Progress& progress);
  /// News for the viewer, given once; empty for none.
  std::string news() { return std::exchange(news_, {}); }
  /// The tick at which the viewer wants to play on, asked once; and the match.
  std::optional<tutti::Tick> taken_over() { return std::exchange(taken_over_, std::nullopt); }

 private:
  tutti::Playback& playback() const { return *session_.playback(); }
  float part_of_length(tutti::Tick tick) const;
  void step_loop();
  void repeat();
  void cut();
  void mark();
  std::optional<tutti::MatchRecord> known() const;

  GameSession& session_;
  Options options_;
  std::optional<tutti::MatchRecord> record_;  // of a file
  Marks marks_;
  Preview preview_;
  std::optional<tutti::Tick> loop_from_, loop_to_, clip_from_, clip_to_;
  std::optional<float> hover_;
  std::optional<tutti::Tick> taken_over_;
  std::string news_;
  bool is_dragging_ = false;
  bool is_jumping_ = false;  // the viewer has asked to be elsewhere
};

}  // namespace counterpoint
