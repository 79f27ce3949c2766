#pragma once
// The title screen: shows the menu and takes inputs for it, by keyboard, mouse and controller.

#include <optional>
#include <string>

#include "program/desk.hpp"
#include "program/menu.hpp"

namespace counterpoint {

/// How the menu is shown this time.
struct Asking {
  std::string message{};             ///< the failure before; empty for none
  std::optional<Options> refused{};  ///< with what, if it was chosen on a page of the menu
  int seconds = 0;                   ///< ends by itself after so long; 0 for never
};

/// Shows the menu until something is chosen; nothing to leave the program.
std::optional<Options> ask(Desk& desk, Menu& menu, const Asking& asking = {});

}  // namespace counterpoint
