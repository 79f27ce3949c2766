#include "program/desk.hpp"

#include "program/printing.hpp"

namespace counterpoint {

void Desk::apply() {
  use_palette(settings.palette);
  painter.set_calm(settings.is_calm);
  hands.set_keys(settings.keys);
  hands.set_pad(settings.pad);
  screen.set_fullscreen(settings.is_fullscreen);
  if (window_size != settings.window_size) {
    window_size = settings.window_size;
    screen.set_size(window_sizes[window_size].width, window_sizes[window_size].height);
  }
  if (!speaker) return;
  speaker->set_volume(settings.volume);
  speaker->set_music_volume(settings.music);
}

std::string Desk::keep() {
  apply();
  if (settings_path.empty()) return {};
  const auto saved = save_settings(settings, settings_path);
  return saved ? std::string() : saved.error().sentence;
}

void Desk::set_title(const std::string& wanted) {
  if (title == wanted) return;
  title = wanted;
  const std::string& complaint = painter.complaint();
  screen.set_title(complaint.empty() ? title : title + " (" + complaint + ")");
}

void Desk::direct() {
  const auto now = std::chrono::steady_clock::now();
  if (!begun) begun = now;
  director.pass(std::chrono::duration<float>(now - *begun).count());
}

void Desk::show() {
  director.keep(screen.canvas());
  screen.present();
}

void furnish(Desk& desk, bool is_muted) {
  const auto complain = [&](const std::string& complaint) {
    if (complaint.empty()) return;
    print_complaint(complaint);
    desk.news += (desk.news.empty() ? "The game goes on, but there is " : "; ") + complaint;
  };
  complain(desk.painter.complaint());
  if (SDL_InitSubSystem(SDL_INIT_GAMECONTROLLER) != 0) {
    complain(std::string("no game controller: ") + SDL_GetError());
  }
  if (!is_muted) {
    desk.speaker.emplace();
    complain(desk.speaker->complaint());
  }
  desk.apply();
}

}  // namespace counterpoint
