#pragma once
// A page of a menu as it is drawn: a title, lines to choose from, a message. The program knows the
// meaning of the lines.

#include <optional>
#include <string>
#include <vector>

#include "render/canvas.hpp"
#include "render/text.hpp"

namespace counterpoint {

struct MenuLine {
  std::string label{};
  std::string value{};     ///< on the right; empty for a line that is only chosen
  bool is_choice = false;  ///< left and right change the value
  bool is_text = false;    ///< the value is typed
};

struct MenuPage {
  std::string title{};
  std::vector<MenuLine> lines{};
  std::size_t selected = 0;
  /// Below the lines: how it is used.
  std::string hint{};
  /// In the place of the title: a failure. May be several lines long; it is broken between
  /// words.
  std::string message{};
  /// Beside the lines: a picture of what is selected, and what is known of it.
  const Canvas* picture = nullptr;
  std::vector<std::string> remarks{};
  bool has_name = true;  ///< the game's name stands above it
};

/// How many lines are shown at once; longer pages scroll with the selection.
inline constexpr std::size_t menu_lines_shown = 10;

/// `seconds`: of the drawing's own time.
void draw_menu(Canvas& canvas, Text& text, const MenuPage& page, float seconds);
/// The line at this place of the picture.
std::optional<std::size_t> menu_line_at(const Canvas& canvas, const MenuPage& page, Point at);

}  // namespace counterpoint
