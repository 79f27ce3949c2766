#include "program/settings_pages.hpp"

#include <SDL.h>
#include <fmt/format.h>

#include <algorithm>

namespace counterpoint {

namespace {

/// The program's own keys mean the same in every match, and a key without a name cannot be
/// remembered.
bool is_bindable_key(int scancode) {
  const bool is_function_key = scancode >= SDL_SCANCODE_F1 && scancode <= SDL_SCANCODE_F12;
  const char* name = SDL_GetScancodeName(static_cast<SDL_Scancode>(scancode));
  return !is_function_key && name[0] != '\0';
}

/// The lines of the page of keys that are keys; those of controllers follow.
constexpr std::size_t keys_bound = 2 * bindable_buttons;

const char* yes_or_no(bool value) { return value ? "yes" : "no"; }

}  // namespace

std::vector<MenuLine> settings_lines(const Settings& settings) {
  const WindowSize window = window_sizes[settings.window_size];
  return {{"Volume", fmt::format("{}", settings.volume), true},
          {"Music", fmt::format("{}", settings.music), true},
          {"Full screen", yes_or_no(settings.is_fullscreen), true},
          {"Window", fmt::format("{} x {}", window.width, window.height), true},
          {"Colours", settings.palette == Palette::usual ? "usual" : "distinct", true},
          {"Less shaking and flashing", yes_or_no(settings.is_calm), true},
          {.label = "Keys and buttons"}};
}

bool change_setting(Settings& settings, std::size_t line, int by) {
  constexpr int loudest = 10;
  switch (line) {
    case 0:
      settings.volume = std::clamp(settings.volume + by, 0, loudest);
      return true;
    case 1:
      settings.music = std::clamp(settings.music + by, 0, loudest);
      return true;
    case 2:
      settings.is_fullscreen = !settings.is_fullscreen;
      return true;
    case 3: {
      const int count = static_cast<int>(window_sizes.size());
      const int next = (static_cast<int>(settings.window_size) + by + count) % count;
      settings.window_size = static_cast<std::size_t>(next);
      return true;
    }
    case 4:
      settings.palette = settings.palette == Palette::usual ? Palette::distinct : Palette::usual;
      return true;
    case 5:
      settings.is_calm = !settings.is_calm;
      return true;
    default:
      return false;
  }
}

std::vector<MenuLine> KeysPage::lines() const {
  std::vector<MenuLine> lines;
  const auto add = [&](const std::string& label, const std::string& bound, const char* wait) {
    const bool is_awaited = awaited_ == lines.size();
    lines.push_back({label, is_awaited ? wait : bound});
  };
  for (std::size_t half = 0; half < settings_.keys.size(); ++half) {
    for (std::size_t i = 0; i < bindable_buttons; ++i) {
      add(fmt::format("{} player: {}", half == 0 ? "left" : "right", name_of_button(i)),
          shown_key(settings_.keys[half][i]), "press a key");
    }
  }
  for (std::size_t i = 0; i < bindable_on_pad; ++i) {
    add(fmt::format("controller: {}", name_of_pad_button(i)), shown_name(settings_.pad[i]),
        "press a button");
  }
  lines.push_back({.label = "As usual"});
  return lines;
}

const char* KeysPage::hint() const {
  if (awaits_key()) return "Escape and the function keys leave it as it is";
  return awaits_button() ? "Start, Back and the pressed sticks leave it as it is" : "";
}

bool KeysPage::accept(std::size_t line) {
  if (line != keys_bound + bindable_on_pad) {
    awaited_ = line;
    return false;
  }
  settings_.keys = Settings::usual_keys();
  settings_.pad = Settings::usual_pad();
  return true;
}

bool KeysPage::awaits_key() const { return awaited_ && *awaited_ < keys_bound; }

bool KeysPage::awaits_button() const { return awaited_ && *awaited_ >= keys_bound; }

bool KeysPage::take_key(int scancode) {
  if (!awaits_key()) return false;
  const std::size_t half = *awaited_ / bindable_buttons, button = *awaited_ % bindable_buttons;
  awaited_.reset();
  if (!is_bindable_key(scancode)) return false;
  const int before = settings_.keys[half][button];
  // The button that had it gets the old one: no key means two things.
  for (auto& keys : settings_.keys)
    std::replace(keys.begin(), keys.end(), scancode, before);
  settings_.keys[half][button] = scancode;
  return true;
}

bool KeysPage::take_button(PadInput input) {
  if (!awaits_button()) return false;
  PadInput& bound = settings_.pad[*awaited_ - keys_bound];
  awaited_.reset();
  if (!is_bindable(input)) return false;
  std::replace(settings_.pad.begin(), settings_.pad.end(), input, PadInput{bound});
  bound = input;
  return true;
}

}  // namespace counterpoint
