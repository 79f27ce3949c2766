#include "program/director.hpp"

#include <SDL.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string_view>

#include "program/printing.hpp"
#include "render/picture.hpp"

namespace counterpoint {

namespace {

constexpr float tap_seconds = 0.08F;

/// The modifier that a held key is for the others; 0 for most.
int modifier_of(SDL_Scancode key) {
  if (key == SDL_SCANCODE_LCTRL || key == SDL_SCANCODE_RCTRL) return KMOD_CTRL;
  return key == SDL_SCANCODE_LSHIFT || key == SDL_SCANCODE_RSHIFT ? KMOD_SHIFT : 0;
}

/// `modifiers`: of the keys that are held with it.
void push_key(const std::string& name, bool is_down, int modifiers) {
  SDL_Event event{};
  event.type = is_down ? SDL_KEYDOWN : SDL_KEYUP;
  event.key.state = is_down ? SDL_PRESSED : SDL_RELEASED;
  event.key.keysym.scancode = SDL_GetScancodeFromName(name.c_str());
  event.key.keysym.sym = SDL_GetKeyFromScancode(event.key.keysym.scancode);
  event.key.keysym.mod = static_cast<Uint16>(modifiers);
  SDL_PushEvent(&event);
}

void push_text(const std::string& text) {
  SDL_Event event{};
  event.type = SDL_TEXTINPUT;
  for (const char c : text) {
    event.text.text[0] = c;
    event.text.text[1] = '\0';
    SDL_PushEvent(&event);
  }
}

void push_mouse(int x, int y, bool is_click) {
  SDL_Event event{};
  event.type = SDL_MOUSEMOTION;
  event.motion.x = x;
  event.motion.y = y;
  SDL_PushEvent(&event);
  if (!is_click) return;
  for (const Uint32 type : {SDL_MOUSEBUTTONDOWN, SDL_MOUSEBUTTONUP}) {
    event = {};
    event.type = type;
    event.button.button = SDL_BUTTON_LEFT;
    event.button.x = x;
    event.button.y = y;
    SDL_PushEvent(&event);
  }
}

constexpr std::string_view pad_prefix = "pad ";

/// "pad a", "pad lefttrigger".
std::optional<PadInput> pad_input(const std::string& key) {
  if (!key.starts_with(pad_prefix)) return std::nullopt;
  return input_named(key.substr(pad_prefix.size()));
}

bool is_pressing(const std::string& what) {
  return what == "tap" || what == "down" || what == "up";
}
bool is_pointing(const std::string& what) {
  return what == "stick" || what == "point" || what == "click";
}

bool is_understood(const std::string& what, const std::string& key) {
  if (what == "plug" || what == "unplug") return key.empty();
  if (what == "type") return !key.empty();
  if (!is_pressing(what)) return false;
  return pad_input(key) || SDL_GetScancodeFromName(key.c_str()) != SDL_SCANCODE_UNKNOWN;
}

}  // namespace

tutti::Result<void> Director::read(const std::string& path) {
  std::ifstream file(path);
  if (!file) return tutti::fail(tutti::Fault::usage, "the script " + path + " cannot be read");
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    std::istringstream words(line);
    Cue cue;
    if (line.empty() || line[0] == '#') continue;
    words >> cue.at >> cue.what;
    bool is_read = !words.fail();
    if (is_pointing(cue.what)) {
      words >> cue.x >> cue.y;
      is_read = is_read && !words.fail();
    } else {
      std::getline(words >> std::ws, cue.key);
      is_read = is_read && is_understood(cue.what, cue.key);
    }
    if (!is_read) {
      return tutti::fail(
          tutti::Fault::usage,
          fmt::format("{}, line {}: {} is nothing that a script can do", path, number, line));
    }
    if (cue.what == "tap") {
      cues_.push_back({cue.at, "down", cue.key});
      cues_.push_back({cue.at + tap_seconds, "up", cue.key});
    } else {
      cues_.push_back(cue);
    }
  }
  std::stable_sort(cues_.begin(), cues_.end(),
                   [](const Cue& one, const Cue& other) { return one.at < other.at; });
  has_work_ = true;
  return {};
}

tutti::Result<void> Director::add_picture(const std::string& when_and_where) {
  float at = 0;
  int used = 0;
  const int read = std::sscanf(when_and_where.c_str(), "%9f:%n", &at, &used);
  if (read != 1 || used == 0 || at < 0 || static_cast<std::size_t>(used) >= when_and_where.size()) {
    return tutti::fail(tutti::Fault::usage, "--screenshot takes SECONDS:FILE");
  }
  pictures_.push_back({at, when_and_where.substr(static_cast<std::size_t>(used))});
  has_work_ = true;
  return {};
}

void Director::move_pad(const Cue& cue) {
  if (cue.what == "unplug") return pad_.reset();
  if (cue.what == "plug") {
    auto pad = VirtualPad::plug();
    if (pad) {
      pad_.emplace(std::move(*pad));
    } else {
      print_complaint(pad.error().sentence);
    }
  }
  if (!pad_) return;
  if (cue.what == "stick") pad_->set_stick(cue.x, cue.y);
  if (const auto input = pad_input(cue.key)) pad_->press(*input, cue.what == "down");
}

bool Director::is_of_pad(const Cue& cue) {
  return cue.what == "plug" || cue.what == "unplug" || cue.what == "stick" ||
         cue.key.starts_with(pad_prefix);
}

void Director::play(const Cue& cue) {
  if (cue.what == "type") return push_text(cue.key);
  if (cue.what == "point" || cue.what == "click") {
    return push_mouse(cue.x, cue.y, cue.what == "click");
  }
  if (is_of_pad(cue)) return move_pad(cue);
  const bool is_down = cue.what == "down";
  const int modifier = modifier_of(SDL_GetScancodeFromName(cue.key.c_str()));
  modifiers_ = is_down ? modifiers_ | modifier : modifiers_ & ~modifier;
  push_key(cue.key, is_down, modifiers_);
}

void Director::pass(float seconds) {
  seconds_ = seconds;
  while (!cues_.empty() && cues_.front().at <= seconds) {
    const Cue cue = cues_.front();
    cues_.erase(cues_.begin());
    play(cue);
    // The program hears a controller once it has taken it, and looks at held keys once a frame:
    // after a slow one, nothing comes too early and nothing is let go at once.
    if (is_pressing(cue.what) || is_of_pad(cue)) return;
  }
}

void Director::keep(const Canvas& canvas) {
  std::erase_if(pictures_, [&](const Picture& picture) {
    const bool is_early = !cues_.empty() && cues_.front().at <= picture.at;
    if (picture.at > seconds_ || is_early) return false;
    const auto saved = save_png(canvas, picture.path);
    if (!saved) print_complaint(saved.error().sentence);
    return true;
  });
}

}  // namespace counterpoint
