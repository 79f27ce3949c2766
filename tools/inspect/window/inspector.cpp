#include "window/inspector.hpp"

#include <SDL_scancode.h>
#include <fmt/format.h>
#include <imgui.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <thread>

#include "tutti/engine/files.hpp"
#include "tutti/sim/text.hpp"
#include "window/palette.hpp"

namespace tutti::inspect {

namespace {

/// The time in each frame for what is done meanwhile.
constexpr Duration work_time = std::chrono::milliseconds(8);
/// The time that a picture of a room waits for its match.
constexpr Duration room_patience = std::chrono::seconds(10);

struct Key {
  const char* key;
  const char* does;
};
constexpr std::array<Key, 18> keys{{
    {"Space", "play, or stand still"},
    {"\u2190  \u2192", "one tick back or ahead; with Shift ten, with Ctrl to the next event"},
    {"Home  End", "the match's first and last tick"},
    {"R  Shift+R", "the next rollback, the one before"},
    {"D", "the first difference of two matches"},
    {"click a field", "choose it; its branches open and close by a click"},
    {"[  ]", "when did the chosen field change last; when does it change next"},
    {"W", "watch the chosen field on the timeline, or no longer"},
    {"Ctrl+F", "filter the fields"},
    {"wheel", "on the timeline: nearer or further away"},
    {"right button", "on the timeline: pull it along"},
    {"+  -", "nearer, further away"},
    {"F", "the whole match on the timeline"},
    {"O", "open another match, or begin a live one"},
    {"C", "put a second match beside this one, or take it away"},
    {"A", "put what a player saw beside what was true: the next player, or none"},
    {"S", "save a live match as a file"},
    {"F1", "these keys; Escape closes them"},
}};

bool is_pressed(SDL_Scancode key) { return ImGui::IsKeyPressed(key); }

}  // namespace

Inspector::Inspector(Desk& desk, Screen& screen, const tool::GameChoice& games)
    : desk_(&desk), screen_(&screen), games_(games), chooser_(games) {
  if (desk.run() == nullptr && !desk.is_live()) page_ = Page::first;
}

void Inspector::run() {
  bool is_busy = true;
  auto last = std::chrono::steady_clock::now();
  while (!screen_->is_closed()) {
    const bool is_moving = is_busy || desk_->is_live() || desk_->playing().is_on;
    screen_->frame(is_moving ? Pace::steady : Pace::idle, [this] { draw(); });
    const auto now = std::chrono::steady_clock::now();
    desk_->advance(std::chrono::duration_cast<Duration>(now - last), now);
    last = now;
    while ((is_busy = desk_->work()) && std::chrono::steady_clock::now() - now < work_time) {
    }
    if (const std::string dropped = screen_->take_dropped(); !dropped.empty()) open(dropped);
    set_title();
  }
}

/// A session that watches a room needs time to reach the relay, and to fold what was played.
Result<void> Inspector::await_room() {
  const auto begin = std::chrono::steady_clock::now();
  for (auto last = begin; const AnySession* session = desk_->session();) {
    const auto now = std::chrono::steady_clock::now();
    desk_->advance(std::chrono::duration_cast<Duration>(now - last), now);
    last = now;
    const Status status = session->status();
    if (status == Status::failed) return Unexpected{session->failure()};
    const bool has_begun = desk_->run() != nullptr && desk_->length() > Tick{};
    const bool is_there = has_begun && status != Status::catching_up;
    if (is_there || now - begin > room_patience) return {};
    std::this_thread::sleep_for(std::chrono::milliseconds(4));
  }
  return {};
}

Result<void> Inspector::picture(const std::string& path) {
  if (const auto arrived = await_room(); !arrived) return arrived;
  while (desk_->work()) {
  }
  // Tables need some frames to find their widths.
  for (int frame = 0; frame < 4; ++frame)
    screen_->frame(Pace::steady, [this] { draw(); });
  return screen_->save(path);
}

void Inspector::draw() {
  const ImGuiIO& io = ImGui::GetIO();
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(io.DisplaySize);
  ImGui::Begin("inspector", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoSavedSettings);
  take_keys();
  const float status = ImGui::GetTextLineHeightWithSpacing() + 2;
  if (page_ != Page::match) {
    ImGui::BeginChild("chooser", {0, -status}, false, ImGuiWindowFlags_AlwaysUseWindowPadding);
    if (const auto choice = chooser_.draw(screen_->fonts(), page_ == Page::second)) {
      take_choice(*choice);
    }
    ImGui::EndChild();
  } else {
    draw_tools();
    draw_match(ImGui::GetContentRegionAvail().y - status);
  }
  draw_status();
  ImGui::End();
  draw_help();
}

void Inspector::draw_tools() {
  Desk& desk = *desk_;
  Playing& playing = desk.playing();
  if (ImGui::Button("Open")) {
    page_ = Page::first;
    chooser_.refresh();
  }
  ImGui::SameLine();
  if (ImGui::Button("|\u25C0")) desk.go(Tick{0});
  ImGui::SameLine(0, 3);
  if (ImGui::Button("\u25C0")) desk.step(-1);
  ImGui::SameLine(0, 3);
  if (ImGui::Button(playing.is_on ? "pause" : " play ")) playing.is_on = !playing.is_on;
  ImGui::SameLine(0, 3);
  if (ImGui::Button("\u25B6")) desk.step(1);
  ImGui::SameLine(0, 3);
  if (ImGui::Button("\u25B6|")) desk.go(desk.length());
  ImGui::SameLine();
  ImGui::SetNextItemWidth(82);
  const std::string speed = fmt::format("{:g} x", playing.speed);
  if (ImGui::BeginCombo("##speed", speed.c_str())) {
    for (const double each : {0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0}) {
      if (ImGui::Selectable(fmt::format("{:g} x", each).c_str(), each == playing.speed)) {
        playing.speed = each;
      }
    }
    ImGui::EndCombo();
  }
  ImGui::SameLine();
  ImGui::SetNextItemWidth(84);
  int tick = static_cast<int>(desk.tick().value);
  if (ImGui::InputInt("##tick", &tick, 0, 0, ImGuiInputTextFlags_EnterReturnsTrue)) {
    desk.go(Tick{tick});
  }
  if (desk.run() != nullptr) {
    ImGui::SameLine();
    ImGui::TextDisabled("of %lld    %.2f s", static_cast<long long>(desk.length().value),
                        desk.run()->seconds(desk.tick()));
    ImGui::SameLine();
    draw_beside_choice();
    ImGui::SameLine();
    std::string about = fmt::format("{}    {}", presentable(desk.run()->game().name()),
                                    presentable(desk.run()->title()));
    if (desk.session() != nullptr)
      about += fmt::format("    {}", to_text(desk.session()->status()));
    ImGui::TextUnformatted(about.c_str());
    if (ImGui::IsItemHovered()) {
      ImGui::SetTooltip("%s", presentable(desk.run()->log().setup().rules).c_str());
    }
  }
  if (desk.live() != nullptr) {
    ImGui::SameLine();
    if (ImGui::Button("Save")) save();
  }
}

/// What stands beside the state: nothing, another match, or what a player saw.
void Inspector::draw_beside_choice() {
  Desk& desk = *desk_;
  ImGui::SetNextItemWidth(190);
  const std::string shown = desk.other() != nullptr ? presentable(desk.other()->run().title())
                            : desk.seen() ? fmt::format("as player {} saw it", desk.seen()->value)
                                          : "a tick before";
  const bool is_open = ImGui::BeginCombo("##beside", shown.c_str());
  if (!is_open && ImGui::IsItemHovered()) ImGui::SetTooltip("What stands beside the state.  A  C");
  if (!is_open) return;
  if (ImGui::Selectable("a tick before")) desk.take_away();
  if (!desk.is_live()) {
    for (const Track* track : desk.tracks()) {
      if (ImGui::Selectable(fmt::format("as player {} saw it", track->player.value).c_str())) {
        desk.show_seen(track->player);
      }
    }
    if (ImGui::Selectable("another match ...")) page_ = Page::second;
  }
  ImGui::EndCombo();
}

void Inspector::draw_match(float height) {
  if (desk_->run() == nullptr) {
    ImGui::TextDisabled("%s", desk_->session() != nullptr ? to_text(desk_->session()->status())
                                                          : "the match begins");
    ImGui::Dummy({0, height - ImGui::GetTextLineHeightWithSpacing() * 2});
    return;
  }
  const bool has_difference = desk_->other() != nullptr && desk_->other()->first_states();
  if (has_difference && !had_difference_) {
    desk_->go_to_difference();
    state_.open_differences();
  }
  had_difference_ = has_difference;
  const float bottom = ImGui::GetCursorPosY() + height;
  const float most = height - 140;
  timeline_.draw(*desk_, {0, std::max(100.0F, std::min(height * timeline_share_, most))});
  ImGui::InvisibleButton("border", {-1, 5});
  if (ImGui::IsItemActive())
    timeline_share_ += ImGui::GetIO().MouseDelta.y / std::max(height, 1.0F);
  if (ImGui::IsItemHovered()) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeNS);
  timeline_share_ = std::clamp(timeline_share_, 0.15F, 0.8F);
  const float rest = bottom - ImGui::GetCursorPosY();
  const float width = ImGui::GetContentRegionAvail().x;
  constexpr ImGuiWindowFlags padded = ImGuiWindowFlags_AlwaysUseWindowPadding;
  ImGui::BeginChild("state and tools", {width * 0.56F, rest}, false, padded);
  state_.draw(*desk_, screen_->fonts());
  ImGui::EndChild();
  ImGui::SameLine();
  ImGui::BeginChild("side", {0, rest}, false, padded);
  side_.draw(*desk_, screen_->fonts());
  ImGui::EndChild();
}

void Inspector::draw_status() {
  std::string text = desk_->notice();
  if (desk_->searching() != nullptr) {
    text = fmt::format("looking for a change of {}: tick {}", desk_->searching()->path(),
                       desk_->searching()->looked().value);
  } else if (text.empty() && desk_->other() != nullptr) {
    OtherRun& other = *desk_->other();
    const auto states = other.first_states();
    text = other.begins_alike() ? "" : "they begin differently; ";
    if (const auto events = other.first_events()) {
      text += fmt::format("the events differ from tick {} on, ", events->value);
    }
    text += states ? fmt::format("the states differ from tick {} on", states->value)
                   : fmt::format("the states are equal through tick {}", other.compared().value);
  }
  if (page_ == Page::match && !text.empty()) {
    ImGui::PushStyleColor(ImGuiCol_Text, color_changed);
    ImGui::TextUnformatted(presentable(text).c_str());
    ImGui::PopStyleColor();
    ImGui::SameLine();
  }
  const char* hints = page_ == Page::match
                          ? "Space play   \u2190 \u2192 tick   R rollback   [ ] change   W watch   "
                            "F1 all keys"
                          : "click a match to open it   F1 all keys   Escape back";
  const float width = ImGui::CalcTextSize(hints).x;
  ImGui::SetCursorPosX(std::max(ImGui::GetCursorPosX(), ImGui::GetWindowWidth() - width - 10));
  ImGui::TextDisabled("%s", hints);
}

void Inspector::draw_help() {
  if (!is_help_shown_) return;
  const ImVec2 size = ImGui::GetIO().DisplaySize;
  ImGui::SetNextWindowPos({size.x / 2, size.y / 2}, 0, {0.5F, 0.5F});
  ImGui::PushStyleColor(ImGuiCol_WindowBg, ImGui::GetColorU32(ImGuiCol_PopupBg));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
  ImGui::Begin("Keys", &is_help_shown_,
               ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoCollapse |
                   ImGuiWindowFlags_NoSavedSettings);
  if (ImGui::BeginTable("keys", 2, ImGuiTableFlags_SizingFixedFit)) {
    for (const Key& each : keys) {
      ImGui::TableNextColumn();
      ImGui::TextUnformatted(each.key);
      ImGui::TableNextColumn();
      ImGui::TextDisabled("%s", each.does);
    }
    ImGui::EndTable();
  }
  ImGui::End();
  ImGui::PopStyleVar();
  ImGui::PopStyleColor();
}

void Inspector::take_keys() {
  const ImGuiIO& io = ImGui::GetIO();
  if (is_pressed(SDL_SCANCODE_F1)) is_help_shown_ = !is_help_shown_;
  if (is_pressed(SDL_SCANCODE_ESCAPE)) {
    if (!is_help_shown_ && desk_->run() != nullptr) page_ = Page::match;
    is_help_shown_ = false;
  }
  if (io.WantTextInput || page_ != Page::match) return;
  Desk& desk = *desk_;
  if (is_pressed(SDL_SCANCODE_SPACE)) desk.playing().is_on = !desk.playing().is_on;
  for (const Towards towards : {Towards::earlier, Towards::later}) {
    const bool is_later = towards == Towards::later;
    if (!is_pressed(is_later ? SDL_SCANCODE_RIGHT : SDL_SCANCODE_LEFT)) continue;
    const std::int64_t ticks = (is_later ? 1 : -1) * (io.KeyShift ? 10 : 1);
    io.KeyCtrl ? desk.go_to_event(towards) : desk.step(ticks);
  }
  if (is_pressed(SDL_SCANCODE_HOME)) desk.go(Tick{0});
  if (is_pressed(SDL_SCANCODE_END)) desk.go(desk.length());
  if (is_pressed(SDL_SCANCODE_R)) {
    desk.go_to_rollback(io.KeyShift ? Towards::earlier : Towards::later);
  }
  if (is_pressed(SDL_SCANCODE_D)) desk.go_to_difference();
  const std::string& chosen = state_.chosen();
  if (!chosen.empty()) {
    if (is_pressed(SDL_SCANCODE_LEFTBRACKET)) desk.search(chosen, Towards::earlier);
    if (is_pressed(SDL_SCANCODE_RIGHTBRACKET)) desk.search(chosen, Towards::later);
    if (is_pressed(SDL_SCANCODE_W)) desk.watch(chosen);
  }
  if (is_pressed(SDL_SCANCODE_F)) io.KeyCtrl ? state_.focus_filter() : timeline_.fit();
  if (is_pressed(SDL_SCANCODE_EQUALS)) timeline_.zoom(0.5, desk.tick());
  if (is_pressed(SDL_SCANCODE_MINUS)) timeline_.zoom(2, desk.tick());
  if (is_pressed(SDL_SCANCODE_S) && desk.live() != nullptr) save();
  if (is_pressed(SDL_SCANCODE_A)) desk.show_next_seen();
  if (is_pressed(SDL_SCANCODE_C)) {
    if (desk.other() != nullptr) return desk.take_away();
    if (!desk.is_live()) page_ = Page::second;
  }
  if (is_pressed(SDL_SCANCODE_O)) {
    page_ = Page::first;
    chooser_.refresh();
  }
}

void Inspector::take_choice(const Choice& choice) {
  if (!choice.live_game.empty()) return play_live(choice);
  if (page_ == Page::first || desk_->run() == nullptr) return open(choice.file);
  page_ = Page::match;
  had_difference_ = false;
  state_.forget();
  const Result<void> opened = desk_->compare_with(choice.file, games_);
  desk_->tell(opened ? "" : opened.error().sentence);
}

void Inspector::open(const std::string& file) {
  page_ = Page::match;
  state_.forget();
  const Result<void> opened = desk_->open(file);
  timeline_.fit();
  if (!opened) {
    desk_->tell(opened.error().sentence);
    if (desk_->run() == nullptr) page_ = Page::first;
  }
}

void Inspector::play_live(const Choice& choice) {
  Result<AnyGame> game = GameCatalog::load(choice.live_game);
  const auto players = game ? tool::players_of(*game, choice.players) : Unexpected{game.error()};
  if (!players) return desk_->tell(players.error().sentence);
  desk_->play({.game = std::move(*game),
               .players = *players,
               .seed = static_cast<std::uint64_t>(
                   std::chrono::system_clock::now().time_since_epoch().count())});
  timeline_.fit();
  state_.forget();
  page_ = Page::match;
}

/// Among the user's matches, under a name that is free.
void Inspector::save() {
  std::error_code ignored;  // writing says what is wrong
  std::filesystem::create_directories(default_matches_folder(), ignored);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const std::int64_t seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  const std::string path =
      default_matches_folder() + "/" +
      match_file_name(seconds, desk_->live()->setup().rules, "live", MatchWriter::machine);
  const Result<void> saved = desk_->save(path);
  desk_->tell(saved ? "saved as " + path : saved.error().sentence);
}

void Inspector::set_title() {
  const std::string title =
      desk_->run() == nullptr ? "Tutti inspect" : presentable(desk_->run()->title()) + " - Tutti";
  if (title == title_) return;
  title_ = title;
  screen_->set_title(title);
}

}  // namespace tutti::inspect
