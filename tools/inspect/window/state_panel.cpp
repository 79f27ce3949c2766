#include "window/state_panel.hpp"

#include <fmt/format.h>
#include <imgui_stdlib.h>

#include "tutti/sim/text.hpp"
#include "window/palette.hpp"

namespace tutti::inspect {

namespace {

/// The head of the column beside the state.
std::string beside_of(Desk& desk) {
  if (desk.other() != nullptr) return presentable(desk.other()->run().title());
  if (desk.seen()) return fmt::format("as player {} saw it", desk.seen()->value);
  return "a tick before";
}

void text_in(ImU32 color, const std::string& text) {
  ImGui::PushStyleColor(ImGuiCol_Text, color);
  ImGui::TextUnformatted(text.c_str());
  ImGui::PopStyleColor();
}

}  // namespace

void StatePanel::draw(Desk& desk, const Fonts& fonts) {
  if (desk.run() == nullptr) return;
  draw_head(desk);
  const bool is_compared = desk.other() != nullptr || desk.seen().has_value();
  const std::vector<Field>* beside = desk.fields_beside();
  if (is_compared && beside == nullptr) {
    text_in(color_changed, desk.other() != nullptr ? "the other match has no such tick"
                                                   : "this player never showed this tick");
  }
  const Source source{desk.run(), desk.other(), desk.seen(), desk.tick()};
  if (!tree_ || source != source_) {
    tree_.emplace(desk.run()->fields(), beside != nullptr ? *beside
                                        : is_compared     ? std::vector<Field>{}
                                                          : desk.run()->fields_before());
    source_ = source;
  }
  const StateTree& tree = *tree_;
  if (is_opening_) open_.merge(tree.branches_that_differ());
  is_opening_ = false;
  std::vector<TreeRow> rows = tree.rows(open_, filter_);
  if (only_differences_) {
    std::erase_if(rows, [](const TreeRow& row) { return !row.differs; });
  }
  draw_rows(desk, fonts, rows, tree.differences() > 0 || is_compared);
}

void StatePanel::draw_head(Desk& desk) {
  ImGui::SetNextItemWidth(150);
  if (is_filter_wanted_) ImGui::SetKeyboardFocusHere();
  is_filter_wanted_ = false;
  ImGui::InputTextWithHint("##filter", "filter fields", &filter_);
  ImGui::SameLine();
  ImGui::Checkbox("differences only", &only_differences_);
  ImGui::SameLine();
  const bool is_chosen = !chosen_.empty();
  ImGui::BeginDisabled(!is_chosen);
  if (ImGui::Button("\u25C0 changed")) desk.search(chosen_, Towards::earlier);
  if (ImGui::IsItemHovered()) ImGui::SetTooltip("When did this field change last?  [");
  ImGui::SameLine();
  if (ImGui::Button("changes \u25B6")) desk.search(chosen_, Towards::later);
  if (ImGui::IsItemHovered()) ImGui::SetTooltip("When does this field change next?  ]");
  ImGui::SameLine();
  if (ImGui::Button(desk.is_watched(chosen_) ? "unwatch" : "watch")) desk.watch(chosen_);
  if (ImGui::IsItemHovered()) ImGui::SetTooltip("Show its values on the timeline.  W");
  ImGui::EndDisabled();
}

void StatePanel::draw_rows(Desk& desk, const Fonts& fonts, const std::vector<TreeRow>& rows,
                           bool is_beside) {
  constexpr ImGuiTableFlags flags = ImGuiTableFlags_ScrollY | ImGuiTableFlags_RowBg |
                                    ImGuiTableFlags_Resizable | ImGuiTableFlags_BordersInnerV;
  if (!ImGui::BeginTable("state", 3, flags)) return;
  ImGui::TableSetupScrollFreeze(0, 1);
  const bool is_compared = desk.other() != nullptr || desk.seen().has_value();
  const std::string here = is_compared ? presentable(desk.run()->title()) : "value";
  const std::string there = beside_of(desk);
  ImGui::TableSetupColumn("field", ImGuiTableColumnFlags_WidthStretch, 1.2F);
  ImGui::TableSetupColumn(here.c_str(), ImGuiTableColumnFlags_WidthStretch, 1);
  ImGui::TableSetupColumn(there.c_str(), ImGuiTableColumnFlags_WidthStretch, 1);
  ImGui::TableHeadersRow();
  ImGui::PushFont(fonts.fixed);
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(rows.size()));
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i)
      draw_row(desk, rows[static_cast<std::size_t>(i)], is_beside);
  }
  clipper.End();
  ImGui::PopFont();
  ImGui::EndTable();
}

void StatePanel::draw_row(Desk& desk, const TreeRow& row, bool is_beside) {
  ImGui::TableNextRow();
  ImGui::TableNextColumn();
  ImGui::PushID(row.path.c_str());
  const std::string arrow = !row.is_branch ? "   " : row.is_open ? "\u25BE  " : "\u25B8  ";
  const std::string label = std::string(row.depth * 2, ' ') + arrow + presentable(row.label) +
                            (!row.is_branch && desk.is_watched(row.path) ? "  \u25C9" : "");
  if (ImGui::Selectable(label.c_str(), chosen_ == row.path, ImGuiSelectableFlags_SpanAllColumns)) {
    if (!row.is_branch) {
      chosen_ = row.path;
    } else if (open_.erase(row.path) == 0) {
      open_.insert(row.path);
    }
  }
  if (!row.is_branch && ImGui::BeginPopupContextItem()) {
    chosen_ = row.path;
    if (ImGui::MenuItem("When did this change last?", "[")) desk.search(chosen_, Towards::earlier);
    if (ImGui::MenuItem("When does it change next?", "]")) desk.search(chosen_, Towards::later);
    if (ImGui::MenuItem("Watch", "W", desk.is_watched(chosen_))) desk.watch(chosen_);
    if (ImGui::MenuItem("Copy its name")) ImGui::SetClipboardText(row.path.c_str());
    ImGui::EndPopup();
  }
  const bool is_compared = desk.other() != nullptr || desk.seen().has_value();
  const ImU32 mark = is_compared ? color_wrong : color_changed;
  const ImU32 usual = row.is_branch ? color_faint : ImGui::GetColorU32(ImGuiCol_Text);
  ImGui::TableNextColumn();
  text_in(row.differs ? mark : usual, presentable(row.value));
  ImGui::TableNextColumn();
  if (is_beside && (is_compared || row.differs)) {
    text_in(row.differs ? mark : color_faint, presentable(row.other));
  }
  ImGui::PopID();
}

}  // namespace tutti::inspect
