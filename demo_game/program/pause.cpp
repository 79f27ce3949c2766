#include "program/pause.hpp"

namespace counterpoint {

bool Pause::stops(Mode mode) {
  return mode == Mode::bot || mode == Mode::local || mode == Mode::training ||
         mode == Mode::take_over;
}

Pause::Pause(const Options& options, const std::string& remark) {
  const bool is_alone = stops(options.mode);
  page_.has_name = false;
  page_.title = is_alone ? "Paused" : "The match goes on meanwhile";
  page_.message = remark;
  page_.hint = "F1 network   F2 sound   F3 boxes   F8 keeps the last 30 s   F11 full screen";
  page_.lines.push_back({.label = "Go on"});
  choices_.push_back(Choice::go_on);
  if (is_alone) {
    page_.lines.push_back(
        {.label = options.mode == Mode::take_over ? "Take over again" : "Choose anew"});
    choices_.push_back(Choice::again);
  }
  page_.lines.push_back({.label = "Keep the last 30 seconds"});
  choices_.push_back(Choice::clip);
  page_.lines.push_back({.label = is_alone ? "Back to the title" : "Leave the match"});
  choices_.push_back(Choice::leave);
}

void Pause::point_at(std::size_t line) {
  if (line < page_.lines.size()) page_.selected = line;
}

std::optional<Pause::Choice> Pause::take(const SDL_Event& event) {
  const auto step = steps_.of(event, false);
  if (!step) return std::nullopt;
  const std::size_t count = page_.lines.size();
  switch (*step) {
    case MenuStep::up:
      page_.selected = (page_.selected + count - 1) % count;
      return std::nullopt;
    case MenuStep::down:
      page_.selected = (page_.selected + 1) % count;
      return std::nullopt;
    case MenuStep::accept:
      return choice();
    case MenuStep::back:
      return Choice::go_on;
    default:
      return std::nullopt;
  }
}

}  // namespace counterpoint
