#include "program/controller_watch.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace counterpoint {

std::string ControllerWatch::waiting() const {
  std::string names;
  bool has_keyboard = true;
  for (const std::size_t player : hands_.waiting()) {
    names += fmt::format("{}player {}", names.empty() ? "" : " and ", player + 1);
    has_keyboard = has_keyboard && Hands::has_keyboard(player);
  }
  if (names.empty()) return {};
  return fmt::format(
      "A game controller is gone: {} waits for it. Plug it in again, or another one{}", names,
      has_keyboard ? "; the keyboard works too." : ".");
}

std::optional<ControllerWatch::News> ControllerWatch::update() {
  const std::size_t controllers = std::exchange(controllers_, hands_.controllers());
  const std::size_t waiting = std::exchange(waiting_, hands_.waiting().size());
  if (waiting_ > waiting) return News{this->waiting(), true};
  if (waiting_ < waiting) return News{"The game controller is here again.", false};
  if (controllers_ > controllers) return News{"A game controller is here.", false};
  if (controllers_ == controllers) return std::nullopt;
  return News{"A game controller is gone. Plug it in again; the keyboard works too.", true};
}

}  // namespace counterpoint
