#pragma once
// Beside the state: the events, the watched fields, the players, and the weather of a live match.

#include "base/weather_choice.hpp"
#include "model/desk.hpp"
#include "window/screen.hpp"

namespace tutti::inspect {

class SidePanel {
 public:
  void draw(Desk& desk, const Fonts& fonts);

 private:
  void draw_events(Desk& desk, const Fonts& fonts);
  void draw_watches(Desk& desk, const Fonts& fonts);
  void draw_players(Desk& desk);
  void draw_weather(Desk& desk);

  Tick events_at_{-1};  // the tick that the list of events was scrolled to
  int path_ = -1;       // the player whose weather the sliders change; -1 for all
  bool was_live_ = false;
};

}  // namespace tutti::inspect
