#pragma once
// The inspector's window: its panels around one desk, and its keys.

#include <string>

#include "model/desk.hpp"
#include "window/chooser.hpp"
#include "window/screen.hpp"
#include "window/side_panel.hpp"
#include "window/state_panel.hpp"
#include "window/timeline.hpp"

namespace tutti::inspect {

class Inspector {
 public:
  Inspector(Desk& desk, Screen& screen, const tool::GameChoice& games);

  /// Runs until the window is closed.
  void run();
  /// Does all that is to be done, and writes the window as a picture. Errors: Fault::system; those
  /// of a session that watches a room.
  Result<void> picture(const std::string& path);

 private:
  /// The page that is shown instead of the match.
  enum class Page { match, first, second };

  Result<void> await_room();
  void draw();
  void draw_tools();
  void draw_beside_choice();
  void draw_match(float height);
  void draw_help();
  void draw_status();
  void take_keys();
  void take_choice(const Choice& choice);
  void open(const std::string& file);
  void play_live(const Choice& choice);
  void save();
  void set_title();

  Desk* desk_;
  Screen* screen_;
  tool::GameChoice games_;
  Chooser chooser_;
  TimelinePanel timeline_;
  StatePanel state_;
  SidePanel side_;
  Page page_ = Page::match;
  bool is_help_shown_ = false;
  float timeline_share_ = 0.42F;
  int wanted_tick_ = 0;
  bool had_difference_ = false;
  std::string title_;
};

}  // namespace tutti::inspect
