// The menu's pages of settings, and the binding of keys and of a controller's buttons.

#include <algorithm>

#include "program/title.hpp"

namespace counterpoint {

namespace {

/// The program's own keys mean the same in every match, and what has no name cannot be remembered.
bool is_bindable_key(int scancode) {
  const bool is_function_key = scancode >= SDL_SCANCODE_F1 && scancode <= SDL_SCANCODE_F12;
  const char* name = SDL_GetScancodeName(static_cast<SDL_Scancode>(scancode));
  return !is_function_key && name[0] != '\0';
}

/// The lines of the page of keys that are keys; those of controllers follow.
constexpr std::size_t keys_bound = 2 * bindable_buttons;

std::string yes_or_no(bool value) { return value ? "yes" : "no"; }

}  // namespace

void Menu::build_settings() {
  page_.title = "Settings";
  const WindowSize window = window_sizes[settings_.window_size];
  page_.lines = {
      {"Volume", std::to_string(settings_.volume), true},
      {"Music", std::to_string(settings_.music), true},
      {"Full screen", yes_or_no(settings_.is_fullscreen), true},
      {"Window", std::to_string(window.width) + " x " + std::to_string(window.height), true},
      {"Colours", settings_.palette == Palette::usual ? "usual" : "distinct", true},
      {"Less shaking and flashing", yes_or_no(settings_.is_calm), true},
      {.label = "Keys and buttons"}};
}

void Menu::build_keys() {
  page_.title = "Keys and buttons";
  const auto add = [&](const std::string& label, const std::string& bound, const char* wait) {
    const bool is_awaited = awaited_ == page_.lines.size();
    page_.lines.push_back({label, is_awaited ? wait : bound});
  };
  for (std::size_t half = 0; half < settings_.keys.size(); ++half) {
    for (std::size_t i = 0; i < bindable_buttons; ++i) {
      add(std::string(half == 0 ? "left " : "right ") + "player: " + name_of_button(i),
          shown_key(settings_.keys[half][i]), "press a key");
    }
  }
  for (std::size_t i = 0; i < bindable_on_pad; ++i) {
    add(std::string("controller: ") + name_of_pad_button(i), shown_name(settings_.pad[i]),
        "press a button");
  }
  page_.lines.push_back({.label = "As usual"});
  if (awaits_key()) {
    page_.hint = "function keys keep their meaning: they and Escape leave it as it is";
  }
  if (awaits_button()) {
    page_.hint = "Start, Back and the pressed sticks keep their meaning: they leave it as it is";
  }
}

void Menu::accept_key() {
  if (page_.selected + 1 == page_.lines.size()) {
    settings_.keys = Settings::usual_keys();
    settings_.pad = Settings::usual_pad();
    has_changed_ = true;
  } else {
    awaited_ = page_.selected;
  }
  build();
}

void Menu::change_setting(int by) {
  constexpr int loudest = 10;
  switch (page_.selected) {
    case 0:
      settings_.volume = std::clamp(settings_.volume + by, 0, loudest);
      break;
    case 1:
      settings_.music = std::clamp(settings_.music + by, 0, loudest);
      break;
    case 2:
      settings_.is_fullscreen = !settings_.is_fullscreen;
      break;
    case 3: {
      const int count = static_cast<int>(window_sizes.size());
      const int next = (static_cast<int>(settings_.window_size) + by + count) % count;
      settings_.window_size = static_cast<std::size_t>(next);
      break;
    }
    case 4:
      settings_.palette = settings_.palette == Palette::usual ? Palette::distinct : Palette::usual;
      break;
    case 5:
      settings_.is_calm = !settings_.is_calm;
      break;
    default:
      return;
  }
  has_changed_ = true;
  build();
}

bool Menu::awaits_key() const { return awaited_ && *awaited_ < keys_bound; }

bool Menu::awaits_button() const { return awaited_ && *awaited_ >= keys_bound; }

void Menu::take_bound_key(int scancode) {
  if (!awaits_key()) return;
  if (!is_bindable_key(scancode)) {
    awaited_.reset();
    return build();
  }
  const std::size_t half = *awaited_ / bindable_buttons, button = *awaited_ % bindable_buttons;
  const int before = settings_.keys[half][button];
  // Whoever had it gets the old one: no key means two things.
  for (auto& keys : settings_.keys)
    std::replace(keys.begin(), keys.end(), scancode, before);
  settings_.keys[half][button] = scancode;
  end_binding();
}

void Menu::take_bound_button(PadInput input) {
  if (!awaits_button()) return;
  if (!is_bindable(input)) {
    awaited_.reset();
    return build();
  }
  PadInput& bound = settings_.pad[*awaited_ - keys_bound];
  std::replace(settings_.pad.begin(), settings_.pad.end(), input, PadInput{bound});
  bound = input;
  end_binding();
}

void Menu::end_binding() {
  awaited_.reset();
  has_changed_ = true;
  build();
}

}  // namespace counterpoint
