#include "program/settings.hpp"

#include <SDL.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <utility>

#include "tutti/sim/limits.hpp"
#include "tutti/sim/text.hpp"

namespace counterpoint {

namespace {

constexpr const char* halves[] = {"left", "right"};

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string width_by_height(WindowSize size) {
  return fmt::format("{}x{}", size.width, size.height);
}

std::map<std::string, std::string> read_lines(const std::string& path) {
  std::map<std::string, std::string> values;
  std::ifstream file(path);
  constexpr std::size_t lines_max = 200, length_max = 300;
  std::string line;
  for (std::size_t i = 0; i < lines_max && std::getline(file, line); ++i) {
    const std::size_t equals = line.find('=');
    if (line.size() > length_max || line.starts_with('#') || equals == std::string::npos) continue;
    values[trimmed(line.substr(0, equals))] = trimmed(line.substr(equals + 1));
  }
  return values;
}

void read_level(const std::string& value, int& level) {
  constexpr int highest = 10;
  std::from_chars(value.data(), value.data() + value.size(), level);
  level = std::clamp(level, 0, highest);
}

void read_window_size(const std::string& value, std::size_t& size) {
  for (std::size_t i = 0; i < window_sizes.size(); ++i) {
    if (value == width_by_height(window_sizes[i])) size = i;
  }
}

bool yes(const std::string& value) { return value == "yes"; }

void read_key(const std::string& name, const std::string& value, Keys& keys) {
  for (std::size_t half = 0; half < keys.size(); ++half) {
    for (std::size_t button = 0; button < bindable_buttons; ++button) {
      if (name != fmt::format("key {} {}", halves[half], name_of_button(button))) continue;
      const SDL_Scancode key = SDL_GetScancodeFromName(value.c_str());
      if (key != SDL_SCANCODE_UNKNOWN) keys[half][button] = key;
    }
  }
}

void read_pad_button(const std::string& name, const std::string& value, PadButtons& pad) {
  for (std::size_t button = 0; button < pad.size(); ++button) {
    if (name != fmt::format("pad {}", name_of_pad_button(button))) continue;
    const auto input = input_named(value);
    if (input && is_bindable(*input)) pad[button] = *input;
  }
}

}  // namespace

const char* name_of_button(std::size_t index) {
  static constexpr const char* names[bindable_buttons] = {
      "jump", "light", "heavy", "special", "shield", "left", "right", "up", "down"};
  return index < bindable_buttons ? names[index] : "unknown";
}

std::string shown_key(int scancode) {
  const std::string name = SDL_GetScancodeName(static_cast<SDL_Scancode>(scancode));
  // Alone in a sentence they would be read as its punctuation.
  static constexpr std::pair<const char*, const char*> marks[] = {
      {",", "comma"}, {".", "period"},     {"/", "slash"}, {";", "semicolon"}, {"'", "apostrophe"},
      {"-", "minus"}, {"\\", "backslash"}, {"`", "grave"}, {"=", "equals"}};
  for (const auto& [mark, word] : marks) {
    if (name == mark) return word;
  }
  return name;
}

int bits_of_pad_button(std::size_t index) {
  return index < bindable_buttons ? 1 << index : button::shield | button::light;
}

const char* name_of_pad_button(std::size_t index) {
  return index < bindable_buttons ? name_of_button(index) : "grab";
}

Keys Settings::usual_keys() {
  return {{{SDL_SCANCODE_SPACE, SDL_SCANCODE_F, SDL_SCANCODE_G, SDL_SCANCODE_H, SDL_SCANCODE_LSHIFT,
            SDL_SCANCODE_A, SDL_SCANCODE_D, SDL_SCANCODE_W, SDL_SCANCODE_S},
           {SDL_SCANCODE_RCTRL, SDL_SCANCODE_COMMA, SDL_SCANCODE_PERIOD, SDL_SCANCODE_SLASH,
            SDL_SCANCODE_RSHIFT, SDL_SCANCODE_LEFT, SDL_SCANCODE_RIGHT, SDL_SCANCODE_UP,
            SDL_SCANCODE_DOWN}}};
}

PadButtons Settings::usual_pad() {
  return {SDL_CONTROLLER_BUTTON_A,
          SDL_CONTROLLER_BUTTON_X,
          SDL_CONTROLLER_BUTTON_Y,
          SDL_CONTROLLER_BUTTON_B,
          SDL_CONTROLLER_BUTTON_RIGHTSHOULDER,
          SDL_CONTROLLER_BUTTON_DPAD_LEFT,
          SDL_CONTROLLER_BUTTON_DPAD_RIGHT,
          SDL_CONTROLLER_BUTTON_DPAD_UP,
          SDL_CONTROLLER_BUTTON_DPAD_DOWN,
          SDL_CONTROLLER_BUTTON_LEFTSHOULDER};
}

std::string default_settings_path() {
  const char* folder = std::getenv("XDG_CONFIG_HOME");
  if (folder != nullptr && folder[0] == '/')
    return std::string(folder) + "/tutti/counterpoint.conf";
  const char* home = std::getenv("HOME");
  if (home != nullptr && home[0] == '/') {
    return std::string(home) + "/.config/tutti/counterpoint.conf";
  }
  return "counterpoint.conf";
}

Settings load_settings(const std::string& path) {
  Settings settings;
  for (const auto& [name, value] : read_lines(path)) {
    if (name == "volume") read_level(value, settings.volume);
    if (name == "music") read_level(value, settings.music);
    if (name == "fullscreen") settings.is_fullscreen = yes(value);
    if (name == "window") read_window_size(value, settings.window_size);
    if (name == "calm") settings.is_calm = yes(value);
    if (name == "colours" && value == "distinct") settings.palette = Palette::distinct;
    if (name == "name") settings.name = tutti::cut_text(value, tutti::limits::name_bytes);
    if (name == "relay" && !value.empty()) settings.relay = value;
    read_key(name, value, settings.keys);
    read_pad_button(name, value, settings.pad);
  }
  return settings;
}

tutti::Result<void> save_settings(const Settings& settings, const std::string& path) {
  std::error_code ignored;  // the file that cannot be opened says it
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  std::ofstream file(path, std::ios::trunc);
  file << "# Counterpoint's settings; lines that are missing or wrong count as usual.\n"
       << "volume = " << settings.volume << '\n'
       << "music = " << settings.music << '\n'
       << "fullscreen = " << (settings.is_fullscreen ? "yes" : "no") << '\n'
       << "window = " << width_by_height(window_sizes[settings.window_size]) << '\n'
       << "calm = " << (settings.is_calm ? "yes" : "no") << '\n'
       << "colours = " << (settings.palette == Palette::distinct ? "distinct" : "usual") << '\n'
       << "name = " << settings.name << '\n'
       << "relay = " << settings.relay << '\n';
  for (std::size_t half = 0; half < 2; ++half) {
    for (std::size_t button = 0; button < bindable_buttons; ++button) {
      file << "key " << halves[half] << ' ' << name_of_button(button) << " = "
           << SDL_GetScancodeName(static_cast<SDL_Scancode>(settings.keys[half][button])) << '\n';
    }
  }
  for (std::size_t button = 0; button < settings.pad.size(); ++button) {
    file << "pad " << name_of_pad_button(button) << " = " << stored_name(settings.pad[button])
         << '\n';
  }
  file.close();
  if (!file) {
    return tutti::fail(tutti::Fault::system, "the settings cannot be written to " + path);
  }
  return {};
}

}  // namespace counterpoint
