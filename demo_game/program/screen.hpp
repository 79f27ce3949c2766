#pragma once
// The window: takes finished pictures from memory and shows them.

#include <string>

#include "render/canvas.hpp"
#include "render/sdl.hpp"
#include "tutti/sim/result.hpp"

namespace counterpoint {

class Screen {
 public:
  struct Options {
    std::string title{};
    int width = 1280;
    int height = 720;
    bool is_fullscreen = false;
    bool is_software = false;  ///< SDL's software renderer, whatever else there is
  };
  /// Faults: system, if there is no display.
  static tutti::Result<Screen> open(const Options& options);

  /// To draw on; as large as the window, but never wider than 1920 pixels.
  Canvas& canvas() { return canvas_; }
  /// Call after the window's size has changed.
  void fit();
  void set_fullscreen(bool is_fullscreen);
  void set_size(int width, int height);
  /// Where on the canvas a place of the window is.
  Point on_canvas(int x, int y) const;
  void set_title(const std::string& title) { SDL_SetWindowTitle(window_.get(), title.c_str()); }
  /// The renderer that shows the pictures: "opengl", "software".
  std::string renderer() const;
  /// Shows the canvas. Waits for the display where it can.
  void present();

 private:
  Screen(WindowPtr window, RendererPtr renderer);

  WindowPtr window_;
  RendererPtr renderer_;
  TexturePtr texture_;
  Canvas canvas_{1, 1};
};

}  // namespace counterpoint
