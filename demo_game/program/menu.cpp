#include "program/menu.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <sstream>

#include "tutti/engine/files.hpp"
#include "tutti/net/room_code.hpp"
#include "tutti/sim/limits.hpp"

namespace counterpoint {

namespace {

constexpr const char* strengths[] = {"easy", "medium", "hard"};
constexpr std::size_t pasted_max = 1000;
constexpr std::size_t password_length_max = 60;
constexpr const char* usual_hint =
    "arrows or stick choose     Enter or A: yes     Escape or B: back";
constexpr const char* letters_hint =
    "type, or Ctrl+V pastes; by controller: right adds a letter, left takes it, shoulders change "
    "it";
constexpr std::string_view letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.:- ";

}  // namespace

Menu::Menu(const Options& base, Settings& settings)
    : wanted_(base), settings_(settings), keys_(settings) {
  build();
}

void Menu::go(Place place) {
  row() = page_.selected;
  place_ = place;
  page_.selected = row();
  page_.message.clear();
  refresh();
}

void Menu::refresh() {
  if (place_ == Place::theatre) {
    // The same recording stays selected, whatever has been recorded meanwhile.
    const std::string selected = recording() != nullptr ? recording()->path : std::string();
    const std::string& folder = wanted_.logs;
    recordings_ = recordings_in(folder.empty() ? tutti::default_matches_folder() : folder);
    const auto found = std::find_if(recordings_.list.begin(), recordings_.list.end(),
                                    [&](const Recording& one) { return one.path == selected; });
    if (found != recordings_.list.end())
      page_.selected = static_cast<std::size_t>(found - recordings_.list.begin());
  }
  build();
}

void Menu::correct(const Options& refused) {
  if (refused.mode != Mode::join && refused.mode != Mode::spectate) return;
  settings_.relay = refused.relay;
  form_.code = refused.room;
  go(Place::join);
  page_.selected = join_code;
  build();
}

void Menu::build() {
  page_.lines.clear();
  page_.hint = usual_hint;
  switch (place_) {
    case Place::title:
      build_title();
      break;
    case Place::cpu:
    case Place::local:
    case Place::host:
      build_match();
      break;
    case Place::join:
      build_join();
      break;
    case Place::theatre:
      build_theatre();
      break;
    case Place::settings:
      page_.title = "Settings";
      page_.lines = settings_lines(settings_);
      break;
    case Place::keys:
      page_.title = "Keys and buttons";
      page_.lines = keys_.lines();
      if (keys_.is_waiting()) page_.hint = keys_.hint();
      break;
  }
  page_.selected = std::min(page_.selected, page_.lines.size() - 1);
  if (is_typing()) page_.hint = letters_hint;
}

void Menu::build_title() {
  page_.title = "a platform fighter for two to four";
  for (const char* label : {"Fight the computer", "Fight here, together", "Host a room",
                            "Join a room", "Training", "Theatre", "Settings", "Leave"}) {
    page_.lines.push_back({.label = label});
  }
}

void Menu::build_match() {
  const bool is_host = place_ == Place::host;
  page_.title = place_ == Place::cpu ? "Fight the computer"
                                     : (is_host ? "Host a room" : "Fight here, together");
  page_.lines.push_back({"Fighters", fmt::format("{}", wanted_.players), true});
  if (is_host) {
    wanted_.guests = static_cast<std::uint8_t>(std::min<int>(wanted_.guests, wanted_.players - 1));
    page_.lines.push_back({"of these, the computer's", fmt::format("{}", wanted_.guests), true});
  }
  if (place_ != Place::local) {
    page_.lines.push_back(
        {"Strength", strengths[static_cast<std::size_t>(wanted_.strength)], true});
  }
  if (is_host) add_host_lines(page_, wanted_, settings_);
  page_.lines.push_back({.label = "Begin"});
  if (place_ == Place::local) {
    page_.hint = "two share the keyboard; the computer plays for players without a controller";
  }
}

void Menu::build_join() {
  page_.title = "Join a room";
  form_.add_lines(page_, wanted_, settings_);
}

void Menu::build_theatre() {
  page_.title = "Theatre (times are UTC)";
  for (const Recording& recording : recordings_.list) {
    page_.lines.push_back(
        {recording.title, recording.complaint.empty() ? recording.length : "cannot be watched"});
  }
  if (recordings_.left_out > 0) {
    page_.lines.push_back({.label = fmt::format("{} older file{} not listed", recordings_.left_out,
                                                recordings_.left_out == 1 ? " is" : "s are")});
  }
  if (recordings_.list.empty()) page_.lines.push_back({.label = "no match has been recorded yet"});
}

const Recording* Menu::recording() const {
  const bool is_one = place_ == Place::theatre && page_.selected < recordings_.list.size();
  return is_one ? &recordings_.list[page_.selected] : nullptr;
}

void Menu::show_beside(const Canvas* picture, const std::vector<std::string>& remarks) {
  page_.picture = picture;
  page_.remarks = remarks;
}

void Menu::take(Step step) {
  page_.message.clear();
  if (keys_.is_waiting()) {
    // It waits for a key or a button; of the steps only the way back means anything.
    if (step == Step::back) keys_.stop_waiting();
    return build();
  }
  const std::size_t count = page_.lines.size();
  switch (step) {
    case Step::up:
      page_.selected = (page_.selected + count - 1) % count;
      break;
    case Step::down:
      page_.selected = (page_.selected + 1) % count;
      break;
    case Step::left:
      change(-1);
      break;
    case Step::right:
      change(1);
      break;
    case Step::accept:
      return accept();
    case Step::back:
      if (place_ == Place::title) is_over_ = true;
      return go(place_ == Place::keys ? Place::settings : Place::title);
    case Step::add_letter:
      return add_letter();
    case Step::take_letter:
      return erase();
    case Step::next_letter:
      return turn_letter(1);
    case Step::previous_letter:
      return turn_letter(-1);
  }
  build();
}

void Menu::point_at(std::size_t line) {
  if (line >= page_.lines.size() || keys_.is_waiting() || line == page_.selected) return;
  page_.selected = line;
  build();
}

void Menu::play(Mode mode) {
  chosen_ = wanted_;
  chosen_->mode = mode;
  chosen_->name = settings_.name;
}

void Menu::accept() {
  const std::size_t line = page_.selected;
  const bool is_last = line + 1 == page_.lines.size();
  switch (place_) {
    case Place::title:
      return accept_title();
    case Place::cpu:
      return is_last ? play(Mode::bot) : change(1);
    case Place::local:
      return is_last ? play(Mode::local) : change(1);
    case Place::host:
      has_changed_ = true;
      return is_last ? play(Mode::host) : change(1);
    case Place::join:
      return accept_join();
    case Place::theatre:
      return accept_recording();
    case Place::settings:
      return is_last ? go(Place::keys) : change(1);
    case Place::keys:
      has_changed_ |= keys_.accept(line);
      return build();
  }
}

void Menu::accept_recording() {
  const Recording* selected = recording();
  if (selected == nullptr) return;
  if (!selected->complaint.empty()) {
    return say("This match cannot be watched: " + selected->complaint);
  }
  play(Mode::watch);
  chosen_->file = selected->path;
}

void Menu::accept_title() {
  constexpr std::size_t training = 4, leave = 7;
  static constexpr Place leads_to[] = {Place::cpu,   Place::local,   Place::host,    Place::join,
                                       Place::title, Place::theatre, Place::settings};
  if (page_.selected == leave) {
    is_over_ = true;
  } else if (page_.selected == training) {
    play(Mode::training);
    chosen_->players = 2;
  } else {
    go(leads_to[page_.selected]);
  }
}

void Menu::accept_join() {
  if (page_.selected < join_line) return take(Step::down);
  const auto code = tutti::parse_room_code(form_.code);
  if (settings_.relay.empty()) return say("An address is needed: your friend's, or the relay's.");
  if (!code) return say("The room's code is five letters and digits, like K7Q2M, or ten.");
  has_changed_ = true;
  play(page_.selected == join_line ? Mode::join : Mode::spectate);
  chosen_->relay = settings_.relay;
  chosen_->room = *code;
  chosen_->relay_key = form_.key_of(settings_.relay);
}

void Menu::change(int by) {
  const bool is_match = place_ == Place::cpu || place_ == Place::local || place_ == Place::host;
  if (place_ == Place::settings) {
    has_changed_ |= change_setting(settings_, page_.selected, by);
    return build();
  }
  if (!is_match || !page_.lines[page_.selected].is_choice) return;
  const bool is_host = place_ == Place::host;
  if (page_.selected == 0) {
    constexpr int least = 2, most = static_cast<int>(fighters_max);
    wanted_.players = static_cast<std::uint8_t>(std::clamp(wanted_.players + by, least, most));
  } else if (page_.selected == 1 && is_host) {
    wanted_.guests =
        static_cast<std::uint8_t>(std::clamp(wanted_.guests + by, 0, wanted_.players - 1));
  } else if (is_host && change_host_line(page_.selected, by, wanted_)) {
    return build();
  } else {
    const int count = 3;
    const int next = (static_cast<int>(wanted_.strength) + by + count) % count;
    wanted_.strength = static_cast<BotStrength>(next);
  }
  build();
}

std::string* Menu::text_field() {
  if (place_ == Place::host && page_.selected == host_name) return &settings_.name;
  if (place_ == Place::host && page_.selected == host_password) return &wanted_.password;
  if (place_ != Place::join) return nullptr;
  std::string* const fields[] = {&settings_.name, &settings_.relay, &form_.code, &wanted_.password};
  return page_.selected < std::size(fields) ? fields[page_.selected] : nullptr;
}

bool Menu::is_typing() const {
  return page_.selected < page_.lines.size() && page_.lines[page_.selected].is_text;
}

void Menu::take_text(const std::string& typed) {
  std::string* field = text_field();
  if (field == nullptr) return;
  const bool is_code = field == &form_.code;
  const std::size_t most = is_code                      ? tutti::room_code_length_max + 3
                           : field == &settings_.name   ? tutti::limits::name_bytes
                           : field == &wanted_.password ? password_length_max
                                                        : relay_length_max;
  if (field->size() + typed.size() > most) return;
  for (const char c : typed) {
    const bool is_small = is_code && c >= 'a' && c <= 'z';
    field->push_back(is_small ? static_cast<char>(c - 'a' + 'A') : c);
  }
  page_.message.clear();
  build();
}

void Menu::paste(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream stream(text.substr(0, pasted_max));
  for (std::string word; stream >> word;)
    words.push_back(word);
  if (place_ == Place::join && form_.paste(words, settings_, wanted_)) {
    page_.selected = join_line;
    page_.message.clear();
    return build();
  }
  std::string* field = text_field();
  if (field == nullptr || words.empty()) return;
  if (field != &settings_.name) field->clear();
  std::string line;
  for (const std::string& word : words)
    line += (line.empty() ? "" : " ") + word;
  take_text(line);
}

/// A first letter to turn.
void Menu::add_letter() {
  const std::string* field = text_field();
  if (field == nullptr) return;
  const bool is_address = field == &settings_.relay;
  const bool is_first = field->empty() || field == &form_.code;
  take_text(is_address ? "1" : (is_first ? "A" : "a"));
}

/// The last letter becomes the next of those that may stand there.
void Menu::turn_letter(int by) {
  std::string* field = text_field();
  if (field == nullptr) return;
  if (field->empty()) return add_letter();
  const std::string_view among = field == &form_.code ? tutti::room_code_alphabet : letters;
  const std::size_t at = among.find(field->back());
  const std::size_t count = among.size();
  const std::size_t from = at == std::string_view::npos ? 0 : at;
  field->back() = among[by > 0 ? (from + 1) % count : (from + count - 1) % count];
  page_.message.clear();
  build();
}

void Menu::erase() {
  std::string* field = text_field();
  if (field == nullptr || field->empty()) return;
  const auto is_inside = [&] {
    return (static_cast<unsigned char>(field->back()) & 0xC0U) == 0x80U;
  };
  while (field->size() > 1 && is_inside())
    field->pop_back();  // a character of several bytes
  field->pop_back();
  build();
}

void Menu::take_bound_key(int scancode) {
  has_changed_ |= keys_.take_key(scancode);
  build();
}

void Menu::take_bound_button(PadInput input) {
  has_changed_ |= keys_.take_button(input);
  build();
}

std::optional<Options> Menu::chosen() { return std::exchange(chosen_, std::nullopt); }

bool Menu::has_changed() { return std::exchange(has_changed_, false); }

}  // namespace counterpoint
