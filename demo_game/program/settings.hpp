#pragma once
// The settings that the program remembers, in the platform's configuration folder.

#include <array>
#include <string>

#include "counterpoint/controls.hpp"
#include "program/pad_inputs.hpp"
#include "render/look.hpp"
#include "tutti/sim/result.hpp"

namespace counterpoint {

/// How many of the game's buttons a key can be bound to, directions among them.
inline constexpr std::size_t bindable_buttons = 9;
/// "jump"; the order is that of the button bits.
const char* name_of_button(std::size_t index);

/// SDL scancodes for the left and the right half of a keyboard, by button.
using Keys = std::array<std::array<int, bindable_buttons>, 2>;

/// "Left Shift", "comma": of a scancode, for the screen.
std::string shown_key(int scancode);

/// A controller has one more for a grab, which on a keyboard are two keys at once.
inline constexpr std::size_t bindable_on_pad = bindable_buttons + 1;
/// The bits of `button` that each of them holds, and its name: "jump", "grab".
int bits_of_pad_button(std::size_t index);
const char* name_of_pad_button(std::size_t index);

/// The input that is pressed for each, on every controller.
using PadButtons = std::array<PadInput, bindable_on_pad>;

struct WindowSize {
  int width = 0, height = 0;  ///< pixels
};
inline constexpr std::array<WindowSize, 5> window_sizes = {
    {{960, 540}, {1280, 720}, {1600, 900}, {1920, 1080}, {2560, 1440}}};

struct Settings {
  int volume = 8;  ///< 0 to 10, of everything
  int music = 6;   ///< 0 to 10, beside it
  bool is_fullscreen = false;
  std::size_t window_size = 1;  ///< which of `window_sizes`
  bool is_calm = false;         ///< less shaking and flashing
  Palette palette = Palette::usual;
  std::string name{};               ///< as others see it
  std::string relay = "127.0.0.1";  ///< that was joined last
  Keys keys = usual_keys();
  PadButtons pad = usual_pad();

  static Keys usual_keys();
  static PadButtons usual_pad();
  bool operator==(const Settings&) const = default;
};

/// `$XDG_CONFIG_HOME/tutti/counterpoint.conf`, or `~/.config/tutti/counterpoint.conf`.
std::string default_settings_path();
/// The settings of the file; for everything that it lacks or says wrongly, the usual.
Settings load_settings(const std::string& path);
/// Faults: system, if it cannot be written.
tutti::Result<void> save_settings(const Settings& settings, const std::string& path);

}  // namespace counterpoint
