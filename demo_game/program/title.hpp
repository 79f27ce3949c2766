#pragma once
// The title screen: what is to be played, and the settings. By keyboard, mouse and controller.

#include <optional>
#include <string>
#include <vector>

#include "program/desk.hpp"
#include "program/menu_steps.hpp"
#include "program/options.hpp"
#include "program/theatre.hpp"
#include "render/menu_page.hpp"

namespace counterpoint {

/// The menu without its window: pages, what the inputs change, and what comes of it.
class Menu {
 public:
  /// `base`: what the command line said; `settings` are changed in place and must outlive it.
  Menu(const Options& base, Settings& settings);

  using Step = MenuStep;
  void take(Step step);
  void take_text(const std::string& typed);
  void erase();
  /// The page on which it was chosen, with what was typed there: somebody wants to change a letter.
  void correct(const Options& refused);
  /// A key that a button is to be bound to, while `awaits_key`.
  void take_bound_key(int scancode);
  /// The same of a controller, while `awaits_button`. What cannot be bound ends the waiting.
  void take_bound_button(PadInput input);
  void point_at(std::size_t line);

  bool awaits_key() const;
  bool awaits_button() const;
  /// Typed characters go into the selected line.
  bool is_typing() const;
  const MenuPage& page() const { return page_; }
  /// The recording that is selected in the theatre; else null.
  const Recording* recording() const;
  /// What is shown beside the lines.
  void show_beside(const Canvas* picture, const std::vector<std::string>& remarks);
  void say(const std::string& message) { page_.message = message; }
  /// What has been chosen to be played; asked once.
  std::optional<Options> chosen();
  bool is_over() const { return is_over_; }
  /// Whether settings have changed since the last call.
  bool has_changed();

 private:
  enum class Place : std::uint8_t { title, cpu, local, host, join, theatre, settings, keys };
  void go(Place place);
  void build();
  void build_title();
  void build_match();
  void build_join();
  void build_theatre();
  void build_settings();
  void build_keys();
  void accept();
  void accept_title();
  void accept_join();
  void accept_key();
  void end_binding();
  void change(int by);
  void change_setting(int by);
  void add_letter();
  void turn_letter(int by);
  std::string* text();
  void play(Mode mode);

  Options wanted_;
  Settings& settings_;
  MenuPage page_;
  Place place_ = Place::title;
  std::vector<Recording> recordings_;
  std::string code_;
  std::optional<std::size_t> awaited_;  // the line of what is being bound
  std::optional<Options> chosen_;
  bool is_over_ = false;
  bool has_changed_ = false;
};

/// Shows the menu until something is chosen; nothing to leave the program. `message`: what went
/// wrong before; `refused`: with what, if anything was chosen then.
std::optional<Options> ask(Desk& desk, const Options& base, const std::string& message,
                           const std::optional<Options>& refused = {});

}  // namespace counterpoint
