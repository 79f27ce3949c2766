#include "program/desk.hpp"

#include <cstdio>

namespace counterpoint {

void Desk::apply() {
  use_palette(settings.palette);
  painter.set_calm(settings.is_calm);
  hands.set_keys(settings.keys);
  screen.set_fullscreen(settings.is_fullscreen);
  if (speaker) speaker->set_volume(settings.volume);
}

std::string Desk::keep() {
  apply();
  if (settings_path.empty()) return {};
  const auto saved = save_settings(settings, settings_path);
  return saved ? std::string() : saved.error().sentence;
}

void Desk::direct() {
  const auto now = std::chrono::steady_clock::now();
  director.pass(std::chrono::duration<float>(now - begun).count());
}

void Desk::show() {
  director.keep(screen.canvas());
  screen.present();
}

void furnish(Desk& desk, bool is_muted) {
  if (!desk.painter.complaint().empty()) {
    std::fprintf(stderr, "counterpoint: %s\n", desk.painter.complaint().c_str());
  }
  if (SDL_InitSubSystem(SDL_INIT_GAMECONTROLLER) != 0) {
    std::fprintf(stderr, "counterpoint: no game controllers: %s\n", SDL_GetError());
  }
  if (!is_muted) {
    desk.speaker.emplace();
    if (!desk.speaker->complaint().empty()) {
      std::fprintf(stderr, "counterpoint: %s\n", desk.speaker->complaint().c_str());
    }
  }
  desk.apply();
}

}  // namespace counterpoint
