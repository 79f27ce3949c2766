#pragma once
// The menu of the title screen without its window: pages, what the inputs change, what is chosen.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "program/menu_steps.hpp"
#include "program/options.hpp"
#include "program/room_pages.hpp"
#include "program/settings_pages.hpp"
#include "program/theatre.hpp"
#include "render/menu_page.hpp"

namespace counterpoint {

/// It lasts as long as the program, so that every page remembers its row.
class Menu {
 public:
  /// `base`: the command line's choices; `settings` are changed in place and must outlive it.
  Menu(const Options& base, Settings& settings);

  using Step = MenuStep;
  void take(Step step);
  void take_text(const std::string& typed);
  void erase();
  /// Text from the clipboard goes into the selected line; an invitation, or an address and a code
  /// one behind the other, into the lines of the page to join a room.
  void paste(const std::string& text);
  /// Opens the page on which `refused` was chosen, with what was typed there, so that the player
  /// can change a letter.
  void correct(const Options& refused);
  /// A key that a button is to be bound to, while `awaits_key`.
  void take_bound_key(int scancode);
  /// The same of a controller, while `awaits_button`. An input that cannot be bound ends the
  /// waiting.
  void take_bound_button(PadInput input);
  void point_at(std::size_t line);

  bool awaits_key() const { return keys_.awaits_key(); }
  bool awaits_button() const { return keys_.awaits_button(); }
  /// Typed characters go into the selected line.
  bool is_typing() const;
  const MenuPage& page() const { return page_; }
  /// The recording that is selected in the theatre; else null.
  const Recording* recording() const;
  /// Shows a picture and remarks beside the lines.
  void show_beside(const Canvas* picture, const std::vector<std::string>& remarks);
  void say(const std::string& message) { page_.message = message; }
  /// Reads again what may have changed while the menu was not shown: the theatre's folder.
  void refresh();
  /// The choice of what to play; given once.
  std::optional<Options> chosen();
  bool is_over() const { return is_over_; }
  /// Whether settings have changed since the last call.
  bool has_changed();

 private:
  enum class Place : std::uint8_t { title, cpu, local, host, join, theatre, settings, keys };
  static constexpr std::size_t places = 8;
  std::size_t& row() { return rows_[static_cast<std::size_t>(place_)]; }
  void go(Place place);
  void build();
  void build_title();
  void build_match();
  void build_join();
  void build_theatre();
  void accept();
  void accept_title();
  void accept_join();
  void accept_recording();
  void change(int by);
  void add_letter();
  void turn_letter(int by);
  std::string* text_field();
  void play(Mode mode);

  Options wanted_;
  Settings& settings_;
  MenuPage page_;
  Place place_ = Place::title;
  std::array<std::size_t, places> rows_{};  // where each page was left
  KeysPage keys_;
  Recordings recordings_;
  JoinForm form_;
  std::optional<Options> chosen_;
  bool is_over_ = false;
  bool has_changed_ = false;
};

}  // namespace counterpoint
