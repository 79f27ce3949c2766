#include "program/pause.hpp"

#include <algorithm>

namespace counterpoint {

bool Pause::stops(Mode mode) {
  return mode == Mode::bot || mode == Mode::local || mode == Mode::training ||
         mode == Mode::take_over;
}

void Pause::add(Choice choice, const char* label) {
  page_.lines.push_back({.label = label});
  choices_.push_back(choice);
}

Pause::Pause(const Options& options, const std::string& remark) : remark_(remark) {
  const bool is_alone = stops(options.mode);
  const bool is_training = options.mode == Mode::training;
  page_.has_name = false;
  title_ = is_alone ? "Paused" : "The match goes on";
  say({}, {});
  page_.hint = "F2 sound   F8 keeps the last 30 s   F10 bug report   F11 full screen";
  add(Choice::go_on, "Go on");
  if (is_alone) {
    add(Choice::again, options.mode == Mode::take_over ? "Take over again" : "Choose again");
  }
  if (is_training) {
    add(Choice::dummy, "The dummy");
    add(Choice::speed, "Speed");
    add(Choice::keep_moment, "Keep this moment");
    add(Choice::to_moment, "Go back to that moment");
  }
  add(Choice::network, "Network");
  add(Choice::boxes, "Hit boxes");
  if (!is_training) {
    add(Choice::inputs, "Inputs");
    add(Choice::clip, "Keep the last 30 seconds");
  }
  if (is_online(options.mode)) add(Choice::role, "Watch instead");
  if (options.mode == Mode::host) {
    add(Choice::copy, "Copy the invitation");
    // The host is the match's referee.
    add(Choice::declare_void, "Declare the match void");
  }
  add(Choice::leave, is_alone ? "Back to the title" : "Leave the match");
}

void Pause::say(const std::string& notice, const std::string& question) {
  page_.title = question.empty() ? title_ : question;
  page_.message = !notice.empty() ? notice : question.empty() ? remark_ : std::string();
  const auto asked = std::find(choices_.begin(), choices_.end(), Choice::let_in);
  if ((asked != choices_.end()) == !question.empty()) return;
  if (asked == choices_.end()) {
    page_.lines.insert(page_.lines.begin() + 1,
                       {{.label = "Let the newcomer in"}, {.label = "Turn the newcomer away"}});
    choices_.insert(choices_.begin() + 1, {Choice::let_in, Choice::turn_away});
    if (page_.selected > 0) page_.selected += 2;
  } else {
    page_.lines.erase(page_.lines.begin() + 1, page_.lines.begin() + 3);
    choices_.erase(asked, asked + 2);
    // Nobody chooses what has taken the place of an answer.
    page_.selected = page_.selected > 2 ? page_.selected - 2 : 0;
  }
}

void Pause::point_at(std::size_t line) {
  if (line < page_.lines.size()) page_.selected = line;
}

void Pause::show(Choice choice, const std::string& value) {
  const auto found = std::find(choices_.begin(), choices_.end(), choice);
  if (found == choices_.end()) return;
  MenuLine& line = page_.lines[static_cast<std::size_t>(found - choices_.begin())];
  line.value = value;
  line.is_choice = true;
}

std::optional<Pause::Chosen> Pause::take(const SDL_Event& event) {
  const auto step = steps_.of(event, false);
  if (!step) return std::nullopt;
  const std::size_t count = page_.lines.size();
  const bool has_value = page_.lines[page_.selected].is_choice;
  switch (*step) {
    case MenuStep::up:
      page_.selected = (page_.selected + count - 1) % count;
      return std::nullopt;
    case MenuStep::down:
      page_.selected = (page_.selected + 1) % count;
      return std::nullopt;
    case MenuStep::left:
      return has_value ? std::optional(Chosen{choice(), -1}) : std::nullopt;
    case MenuStep::right:
      return has_value ? std::optional(Chosen{choice(), 1}) : std::nullopt;
    case MenuStep::accept:
      return Chosen{choice(), 1};
    case MenuStep::back:
      return Chosen{Choice::go_on, 1};
    default:
      return std::nullopt;
  }
}

}  // namespace counterpoint
