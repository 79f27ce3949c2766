#pragma once
// The menu's two pages of settings: one is set by left and right, the other has the keys and a
// controller's buttons.

#include <optional>
#include <vector>

#include "program/settings.hpp"
#include "render/menu_page.hpp"

namespace counterpoint {

/// The lines of the page of settings; the last one leads to the keys.
std::vector<MenuLine> settings_lines(const Settings& settings);
/// Changes the setting of this line. Whether there is one.
bool change_setting(Settings& settings, std::size_t line, int by);

/// The page on which keys and buttons are bound.
class KeysPage {
 public:
  /// `settings` are changed in place and must outlive it.
  explicit KeysPage(Settings& settings) : settings_(settings) {}

  std::vector<MenuLine> lines() const;
  /// How a binding that is awaited is ended; empty if none is.
  const char* hint() const;
  /// Waits for what this line is to be bound to; the last line makes all as usual. Whether settings
  /// have changed.
  bool accept(std::size_t line);
  bool awaits_key() const;
  bool awaits_button() const;
  bool is_waiting() const { return awaited_.has_value(); }
  void stop_waiting() { awaited_.reset(); }
  /// Binds it, if it can be bound, and ends the waiting. Whether settings have changed.
  bool take_key(int scancode);
  bool take_button(PadInput input);

 private:
  Settings& settings_;
  std::optional<std::size_t> awaited_;  // the line of what is being bound
};

}  // namespace counterpoint
