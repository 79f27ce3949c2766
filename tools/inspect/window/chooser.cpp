#include "window/chooser.hpp"

#include <fmt/format.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include <ctime>

#include "tutti/sim/text.hpp"

namespace tutti::inspect {

namespace {

constexpr std::size_t recordings_most = 500;
constexpr int players_most = 8;

std::string local_time(std::int64_t utc) {
  const auto time = static_cast<std::time_t>(utc);
  std::tm parts{};
  char text[32];
  if (::localtime_r(&time, &parts) == nullptr) return "";
  return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts));
}

std::string game_of(const MatchSummary& summary) {
  const std::string& rules = summary.opening.setup.rules;
  return presentable(rules.substr(0, rules.find('+')));
}

std::string players_of(const MatchSummary& summary) {
  std::string names;
  for (const Participant& each : summary.participants)
    names += (names.empty() ? "" : ", ") + (each.name.empty() ? "?" : each.name);
  return presentable(names);
}

std::string length_of(const MatchSummary& summary) {
  const std::int64_t seconds = summary.last.value / summary.opening.setup.tick_rate;
  return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
}

}  // namespace

Chooser::Chooser(const tool::GameChoice& games) : games_(games) {}

void Chooser::look() {
  recordings_ = find_recordings(usual_recording_folders(), recordings_most);
  modules_ = games_.catalog().list();
  is_known_ = true;
}

std::optional<Choice> Chooser::draw(const Fonts& fonts, bool is_second) {
  if (!is_known_) look();
  std::optional<Choice> choice;
  if (!is_second) {
    choice = draw_live();
    ImGui::Spacing();
  }
  ImGui::TextUnformatted(is_second ? "Which match shall stand beside it?" : "Recordings");
  ImGui::SameLine();
  ImGui::TextDisabled("the newest first; any file can be dropped on this window");
  if (auto chosen = draw_recordings(fonts)) choice = std::move(chosen);
  return choice;
}

std::optional<Choice> Chooser::draw_live() {
  std::optional<Choice> choice;
  ImGui::AlignTextToFramePadding();
  ImGui::TextUnformatted("A live match of bots");
  ImGui::SameLine();
  if (modules_.empty()) {
    ImGui::TextDisabled("no game module is installed; tutti games says where they are looked for");
    return choice;
  }
  const auto name = [&](std::size_t i) {
    return presentable(modules_[i].name + "@" + modules_[i].version);
  };
  game_ = std::min(game_, modules_.size() - 1);
  ImGui::SetNextItemWidth(190);
  if (ImGui::BeginCombo("##game", name(game_).c_str())) {
    for (std::size_t i = 0; i < modules_.size(); ++i) {
      if (ImGui::Selectable(name(i).c_str(), i == game_)) game_ = i;
    }
    ImGui::EndCombo();
  }
  ImGui::SameLine();
  ImGui::SetNextItemWidth(150);
  const auto count = [](int players) {
    return players == 0 ? std::string("as many as usual")
                        : fmt::format("{} player{}", players, players == 1 ? "" : "s");
  };
  if (ImGui::BeginCombo("##players", count(players_).c_str())) {
    for (int each = 0; each <= players_most; ++each) {
      if (ImGui::Selectable(count(each).c_str(), each == players_)) players_ = each;
    }
    ImGui::EndCombo();
  }
  ImGui::SameLine();
  if (ImGui::Button("Play")) {
    choice = Choice{.live_game = modules_[game_].path.string(),
                    .players = static_cast<std::uint8_t>(players_)};
  }
  return choice;
}

std::optional<Choice> Chooser::draw_recordings(const Fonts& fonts) {
  std::optional<Choice> choice;
  ImGui::SetNextItemWidth(260);
  ImGui::InputTextWithHint("##find", "find by game, player, room or file", &filter_);
  if (recordings_.empty()) {
    ImGui::TextDisabled("There is none yet. tutti match --game NAME --telemetry makes one.");
    return choice;
  }
  constexpr ImGuiTableFlags flags = ImGuiTableFlags_ScrollY | ImGuiTableFlags_RowBg |
                                    ImGuiTableFlags_Resizable | ImGuiTableFlags_BordersInnerV;
  if (!ImGui::BeginTable("recordings", 6, flags)) return choice;
  ImGui::TableSetupScrollFreeze(0, 1);
  ImGui::TableSetupColumn("written", ImGuiTableColumnFlags_WidthFixed, 130);
  ImGui::TableSetupColumn("game", ImGuiTableColumnFlags_WidthFixed, 130);
  ImGui::TableSetupColumn("length", ImGuiTableColumnFlags_WidthFixed, 52);
  ImGui::TableSetupColumn("room", ImGuiTableColumnFlags_WidthFixed, 62);
  ImGui::TableSetupColumn("players", ImGuiTableColumnFlags_WidthStretch, 0.8F);
  ImGui::TableSetupColumn("file", ImGuiTableColumnFlags_WidthStretch, 1.6F);
  ImGui::TableHeadersRow();
  ImGui::PushFont(fonts.fixed);
  for (const Recording& each : recordings_) {
    const std::string row[] = {local_time(each.changed_utc), game_of(each.summary),
                               length_of(each.summary),      presentable(each.summary.opening.room),
                               players_of(each.summary),     presentable(each.path)};
    bool is_found = filter_.empty();
    for (const std::string& text : row)
      is_found = is_found || text.find(filter_) != std::string::npos;
    if (!is_found) continue;
    ImGui::TableNextRow();
    for (const std::string& text : row) {
      ImGui::TableNextColumn();
      if (&text != row) {
        ImGui::TextUnformatted(text.c_str());
        continue;
      }
      ImGui::PushID(each.path.c_str());
      if (ImGui::Selectable(text.c_str(), false, ImGuiSelectableFlags_SpanAllColumns)) {
        choice = Choice{.file = each.path};
      }
      ImGui::PopID();
    }
  }
  ImGui::PopFont();
  ImGui::EndTable();
  return choice;
}

}  // namespace tutti::inspect
