#pragma once
// The inspector's window, or a picture in memory where there is no display: the one place of this
// program that knows SDL. Dear ImGui's drawing goes through SDL_Renderer, which needs no OpenGL.

#include <functional>
#include <memory>
#include <string>

#include "tutti/net/time.hpp"
#include "tutti/sim/result.hpp"

struct ImFont;

namespace tutti::inspect {

/// The fonts that the panels use.
struct Fonts {
  ImFont* text = nullptr;
  ImFont* fixed = nullptr;  ///< of one width, for values
};

/// How soon the next frame is wanted: at the display's own rate, or once something happens.
enum class Pace { steady, idle };

/// A surface that is drawn on, and Dear ImGui's context for it. There is one at a time.
class Screen {
 public:
  /// A window. Errors: Fault::system without a display.
  static Result<std::unique_ptr<Screen>> open_window(const std::string& title, int width,
                                                     int height);
  /// A picture in memory; needs no display. Errors: Fault::system.
  static Result<std::unique_ptr<Screen>> open_picture(int width, int height);
  ~Screen();

  const Fonts& fonts() const;
  /// Shows a frame that `draw` puts together; waits for the display, and in idleness up to a tenth
  /// of a second for the user. Returns the time since the frame before. A picture's frames are a
  /// sixtieth of a second apart.
  Duration frame(Pace pace, const std::function<void()>& draw);
  /// Whether the user has closed the window.
  bool is_closed() const;
  /// The path of a file that was dropped on the window since the last call; empty if none was.
  std::string take_dropped();
  /// Puts another text into the window's title.
  void set_title(const std::string& title);
  /// Writes what is shown as a PNG. Errors: Fault::system.
  Result<void> save(const std::string& path);

 private:
  struct Body;
  explicit Screen(std::unique_ptr<Body> body);

  std::unique_ptr<Body> body_;
};

}  // namespace tutti::inspect
