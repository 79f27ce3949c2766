#pragma once
// The desk that a player sits at: window, drawing, sound, devices, settings.

#include <chrono>
#include <optional>

#include "audio/speaker.hpp"
#include "program/director.hpp"
#include "program/hands.hpp"
#include "program/screen.hpp"
#include "program/settings.hpp"
#include "render/painter.hpp"

namespace counterpoint {

struct Desk {
  Screen screen;
  Settings settings{};
  std::string settings_path{};  ///< empty: nothing is remembered
  Painter painter{};
  Hands hands{};
  std::optional<Speaker> speaker{};
  Director director{};
  /// The size that the window was last given; it may have been dragged since, or be as the command
  /// line says.
  std::size_t window_size = settings.window_size;
  /// The parts that this machine lacks, for the next screen to say.
  std::string news{};
  /// The first picture; scripts count from here.
  std::optional<std::chrono::steady_clock::time_point> begun{};

  /// Does the script's work before the events of a picture are taken, and after it is drawn.
  void direct();
  void show();

  /// The window's title; empty before one was set.
  std::string title{};
  /// Of the window; it also says that there is no text on the screen, where that is so.
  void set_title(const std::string& wanted);
  /// Puts the settings into effect.
  void apply();
  /// The same, and it is remembered. Returns the failure in words, or nothing.
  std::string keep();
};

/// Opens the sound unless it is muted, and the game controllers; goes on without what is missing,
/// and says so on the standard error and the next screen.
void furnish(Desk& desk, bool is_muted);

}  // namespace counterpoint
