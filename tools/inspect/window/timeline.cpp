#include "window/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/event_rows.hpp"
#include "tutti/sim/text.hpp"
#include "window/curve.hpp"

namespace tutti::inspect {

namespace {

constexpr float label_width = 168;
constexpr float ruler_height = 24;
constexpr float events_height = 20;
constexpr float track_height = 46;
constexpr float watch_height = 19;
constexpr float lane_gap = 3;
/// A watched number whose values are nearer to each other than this is a curve.
constexpr float pixels_written = 8;
/// The least and the most ticks that are shown at once, and how many a live match shows.
constexpr double ticks_least = 20;
constexpr double ticks_live = 900;
/// A lane is filled by the deepest prediction or rollback there was, of at least so many ticks.
constexpr float depth_least = 8;
/// A few players' lanes are as much higher, at most, as there is room.
constexpr float scale_most = 2;

/// A round number of ticks between two marks of the ruler, at least so many.
std::int64_t round_ticks(double least, std::uint16_t tick_rate) {
  for (const std::int64_t ticks : {1, 5, 10, 30})
    if (static_cast<double>(ticks) >= least) return ticks;
  for (const std::int64_t seconds : {1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200})
    if (static_cast<double>(seconds * tick_rate) >= least) return seconds * tick_rate;
  return 36'000 * std::int64_t{tick_rate};
}

std::string name_of(const Run& run, PlayerId player) {
  const std::vector<std::string>& names = run.names();
  const std::string name = player.value < names.size() ? presentable(names[player.value]) : "";
  return fmt::format("player {}{}{}", player.value, name.empty() ? "" : "  ", name);
}

std::span<const EventView> events_shown(const Run& run, double first, double ticks) {
  const Tick from{std::max<std::int64_t>(static_cast<std::int64_t>(first), 1)};
  const Tick to{static_cast<std::int64_t>(first + ticks) + 1};
  if (to < from) return {};
  return run.log().events_between(from, to);
}

std::string sentence_of(const Rollback& back) {
  std::string text = fmt::format("rolled back {} tick{} at {}", back.depth,
                                 back.depth == 1 ? "" : "s", back.present.value);
  if (back.by) {
    text += back.by->is_relay()
                ? ", by an event of the relay"
                : fmt::format(", by an event of player {}", back.by->player().value);
  }
  return text;
}

}  // namespace

std::size_t TimelinePanel::Plot::column(Tick tick) const {
  const float place = x(static_cast<double>(tick.value));
  if (place < left || place > right) return SIZE_MAX;
  return static_cast<std::size_t>(place - left);
}

void TimelinePanel::Plot::label(const std::string& text, ImU32 color, float height) const {
  list->PushClipRect({labels, y}, {left - 6, y + height}, true);
  list->AddText({labels, y + (height - ImGui::GetFontSize()) / 2}, color, text.c_str());
  list->PopClipRect();
}

void TimelinePanel::zoom(double factor, Tick around) {
  fits_ = false;
  const double place = std::clamp((static_cast<double>(around.value) - first_) / ticks_, 0.0, 1.0);
  const double ticks = std::max(ticks_ * factor, ticks_least);
  first_ = static_cast<double>(around.value) - place * ticks;
  ticks_ = ticks;
}

/// Brings the shown stretch to where it makes sense: all of a file, the end of a live match, and
/// always so that the shown tick is in it.
void TimelinePanel::settle(const Desk& desk) {
  const double length = std::max(static_cast<double>(desk.length().value), ticks_least);
  if (fits_) {
    ticks_ = desk.is_live() ? ticks_live : length * 1.01;
    first_ = desk.is_live() && desk.playing().follows ? length - ticks_ * 0.92 : first_;
    if (!desk.is_live()) first_ = 0;
  }
  ticks_ = std::min(ticks_, std::max(length * 1.05, ticks_live));
  const double tick = static_cast<double>(desk.tick().value);
  if (!is_scrubbing_ && tick < first_) first_ = tick - ticks_ * 0.1;
  if (!is_scrubbing_ && tick > first_ + ticks_) first_ = tick - ticks_ * 0.9;
  const double most = desk.is_live() ? length + ticks_ * 0.1 : length * 1.01 - ticks_;
  first_ = std::clamp(first_, std::min(-0.005 * ticks_, most), std::max(most, -0.005 * ticks_));
}

float TimelinePanel::height_of_lanes(const Desk& desk) {
  const auto players = static_cast<float>(desk.players());
  const auto tracks = static_cast<float>(desk.tracks().size());
  const float events = events_height + lane_gap;
  return events + players * events * (desk.other() != nullptr ? 2.0F : 1.0F) +
         tracks * (track_height + lane_gap);
}

void TimelinePanel::draw(Desk& desk, ImVec2 size) {
  if (desk.run() == nullptr) return;
  settle(desk);
  ImGui::BeginChild("timeline", size, false, ImGuiWindowFlags_NoScrollWithMouse);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  Plot plot{.list = ImGui::GetWindowDrawList(),
            .left = origin.x + label_width,
            .right = origin.x + width - 10,
            .top = origin.y,
            .y = origin.y,
            .first = first_,
            .ticks = ticks_,
            .labels = origin.x + 8};
  const ImVec2 window = ImGui::GetWindowPos();
  const std::size_t watches = desk.history() != nullptr ? desk.history()->paths().size() : 0;
  const float room =
      size.y - ruler_height - 6 - static_cast<float>(watches) * (watch_height + lane_gap);
  plot.scale = std::clamp(room / height_of_lanes(desk), 1.0F, scale_most);
  draw_ruler(desk, plot);
  draw_lanes(desk, plot);
  draw_marks(desk, plot);
  const float height = std::max(plot.y - origin.y, ImGui::GetContentRegionAvail().y);
  ImGui::InvisibleButton("ticks", {width, height});
  plot.top = window.y;
  take_mouse(desk, plot);
  ImGui::EndChild();
}

void TimelinePanel::take_mouse(Desk& desk, const Plot& plot) {
  const ImGuiIO& io = ImGui::GetIO();
  const Tick under = plot.tick(io.MousePos.x);
  is_scrubbing_ = ImGui::IsItemActive() && ImGui::IsMouseDown(ImGuiMouseButton_Left);
  if (is_scrubbing_ && io.MousePos.x > plot.left - 8) {
    if (!desk.is_live()) desk.playing().is_on = false;
    desk.go(std::clamp(under, Tick{0}, desk.length()));
  }
  if (!ImGui::IsItemHovered()) return;
  if (io.MouseWheel != 0) zoom(std::pow(0.8, io.MouseWheel), under);
  const bool is_pulled = ImGui::IsMouseDragging(ImGuiMouseButton_Right, 1) ||
                         ImGui::IsMouseDragging(ImGuiMouseButton_Middle, 1);
  if (is_pulled || io.MouseWheelH != 0) {
    fits_ = false;
    const double pixels = is_pulled ? -io.MouseDelta.x : io.MouseWheelH * 40;
    first_ += pixels / (plot.right - plot.left) * ticks_;
  }
}

void TimelinePanel::draw_ruler(Desk& desk, Plot& plot) {
  const std::uint16_t rate = desk.run()->log().setup().tick_rate;
  constexpr double pixels_apart = 92;
  const std::int64_t every =
      round_ticks(ticks_ / std::max(1.0, (plot.right - plot.left) / pixels_apart), rate);
  const auto first =
      static_cast<std::int64_t>(std::ceil(std::max(first_, 0.0) / static_cast<double>(every)));
  plot.label(fmt::format("tick {}", desk.tick().value), color_cursor, ruler_height);
  const float bottom = plot.y + ImGui::GetWindowHeight();
  const float horizon = plot.x(static_cast<double>(desk.length().value));
  float end = plot.right + 8;
  if (desk.is_live() && horizon <= plot.right) {  // there the horizon has its name
    end = std::min(horizon, plot.right - ImGui::CalcTextSize("horizon").x);
  }
  for (std::int64_t tick = first * every; static_cast<double>(tick) < first_ + ticks_;
       tick += every) {
    const float x = plot.x(static_cast<double>(tick));
    if (x > plot.right) break;
    plot.list->AddLine({x, plot.y + ruler_height - 5}, {x, bottom}, with_alpha(color_line, 0x90));
    const std::string text = every % rate == 0
                                 ? fmt::format("{}:{:02}", tick / rate / 60, tick / rate % 60)
                                 : fmt::format("{}", tick);
    if (x + 3 + ImGui::CalcTextSize(text.c_str()).x > end) continue;
    plot.list->AddText({x + 3, plot.y + 3}, color_faint, text.c_str());
  }
  plot.y += ruler_height;
}

void TimelinePanel::draw_lanes(Desk& desk, Plot& plot) {
  const Run& run = *desk.run();
  draw_events(run, relay_author, "relay", plot);
  const std::vector<const Track*> tracks = desk.tracks();
  for (std::uint8_t slot = 0; slot < run.log().setup().players; ++slot) {
    const PlayerId player{slot};
    draw_events(run, author_of(player), name_of(run, player), plot);
    if (desk.other() != nullptr) {
      draw_events(desk.other()->run(), author_of(player), "   in the other", plot);
    }
    for (const Track* track : tracks) {
      if (track->player == player) draw_track(*track, "   as it saw it", plot);
    }
  }
  draw_watches(desk, plot);
}

void TimelinePanel::draw_events(const Run& run, Author author, const std::string& name,
                                Plot& plot) const {
  const ImU32 color = color_of(author);
  const float height = events_height * plot.scale;
  plot.label(name, color, height);
  const float bottom = plot.y + height;
  plot.list->AddRectFilled({plot.left, plot.y}, {plot.right, bottom}, IM_COL32(255, 255, 255, 9));
  std::vector<std::uint16_t> counts(plot.columns(), 0);
  for (const EventView& event : events_shown(run, first_, ticks_)) {
    if (event.author != author) continue;
    const std::size_t column = plot.column(event.tick);
    if (column < counts.size() && counts[column] < UINT16_MAX) ++counts[column];
  }
  const float pixels_a_tick = (plot.right - plot.left) / static_cast<float>(ticks_);
  const float thick = std::clamp(pixels_a_tick * 0.6F, 1.0F, 5.0F);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    // One event is a mark of half the lane; many within a pixel fill it.
    const float part = std::min(1.0F, 0.5F + 0.17F * std::log2(static_cast<float>(counts[i])));
    const float x = plot.left + static_cast<float>(i);
    plot.list->AddRectFilled({x, bottom - part * (height - 3)}, {x + thick, bottom - 1}, color);
  }
  if (ImGui::IsMouseHoveringRect({plot.left, plot.y}, {plot.right, bottom})) {
    const Tick near = plot.tick(ImGui::GetIO().MousePos.x - 3);
    const Tick until = std::max(plot.tick(ImGui::GetIO().MousePos.x + 3), near);
    std::string text;
    int shown = 0;
    for (const EventView& event :
         run.log().events_between(std::max(near, Tick{1}), std::max(until, Tick{1}))) {
      if (event.author != author || ++shown > 8) continue;
      text += fmt::format("{}{}  {}  {}", text.empty() ? "" : "\n", event.tick.value,
                          tool::kind_of(event, &run.game()),
                          presentable(tool::content_of(event, &run.game()).text));
    }
    if (!text.empty()) ImGui::SetTooltip("%s", text.c_str());
  }
  plot.y = bottom + lane_gap;
}

/// Above: how far the machine had to predict, in ticks. Below: how far it had to go back.
void TimelinePanel::draw_track(const Track& track, const std::string& name, Plot& plot) const {
  const ImU32 color = color_of(author_of(track.player));
  const float height = track_height * plot.scale;
  const float bottom = plot.y + height, middle = plot.y + height * 0.55F;
  plot.list->AddRectFilled({plot.left, plot.y}, {plot.right, bottom}, IM_COL32(255, 255, 255, 9));
  std::vector<float> ahead(plot.columns(), 0), back(plot.columns(), 0);
  const auto from = frame_of(track, Tick{static_cast<std::int64_t>(first_)});
  for (std::size_t i = from.value_or(track.frames.size()); i < track.frames.size(); ++i) {
    const Frame& frame = track.frames[i];
    if (static_cast<double>(frame.present.value) > first_ + ticks_) break;
    const std::size_t column = plot.column(frame.present);
    if (column >= ahead.size()) continue;
    ahead[column] = std::max(ahead[column], static_cast<float>(frame.present - frame.horizon));
  }
  for (const Rollback& each : track.rollbacks) {
    const std::size_t column = plot.column(each.present);
    if (column < back.size()) back[column] = std::max(back[column], static_cast<float>(each.depth));
  }
  const float furthest = *std::max_element(ahead.begin(), ahead.end());
  const float deepest = *std::max_element(back.begin(), back.end());
  const float scale = std::max({furthest, deepest, depth_least});
  plot.label(name, color_faint, height * 0.5F);
  plot.y += height * 0.4F;
  plot.label(fmt::format("   {} ahead, {} back", furthest, deepest), color_faint, height * 0.5F);
  plot.y -= height * 0.4F;
  const float pixels_a_tick = (plot.right - plot.left) / static_cast<float>(ticks_);
  const float thick = std::max(1.0F, pixels_a_tick);
  for (std::size_t i = 0; i < ahead.size(); ++i) {
    if (ahead[i] <= 0) continue;
    const float x = plot.left + static_cast<float>(i);
    const float high = ahead[i] / scale * (middle - plot.y - 2);
    plot.list->AddRectFilled({x, middle - high}, {x + thick, middle}, with_alpha(color, 0x6A));
  }
  const float room = bottom - middle - 2;
  std::string under;
  for (const Rollback& each : track.rollbacks) {
    if (plot.column(each.present) >= back.size()) continue;
    const float x = plot.x(static_cast<double>(each.present.value));
    if (std::abs(ImGui::GetIO().MousePos.x - x) < 3) under = sentence_of(each);
    if (pixels_a_tick < 3) continue;
    // Near enough to show which ticks were shown wrongly.
    const float start =
        std::max(plot.left, plot.x(static_cast<double>((each.present - each.depth).value)));
    plot.list->AddRectFilled({start, middle + 1}, {x, middle + 3}, with_alpha(color_wrong, 0xB0));
  }
  for (std::size_t i = 0; i < back.size(); ++i) {
    if (back[i] <= 0) continue;
    const float x = plot.left + static_cast<float>(i);
    const float deep = std::max(2.0F, back[i] / scale * room);
    plot.list->AddRectFilled({x, middle + 1},
                             {x + std::clamp(thick * 0.5F, 1.0F, 4.0F), middle + 1 + deep},
                             color_wrong);
  }
  plot.list->AddLine({plot.left, middle}, {plot.right, middle}, with_alpha(color, 0x60));
  if (ImGui::IsMouseHoveringRect({plot.left, plot.y}, {plot.right, bottom})) {
    const std::size_t column = plot.column(plot.tick(ImGui::GetIO().MousePos.x));
    std::string text = column < ahead.size() && ahead[column] > 0
                           ? fmt::format("{} ticks predicted", ahead[column])
                           : "";
    if (!under.empty()) text += (text.empty() ? "" : "\n") + under;
    if (!text.empty()) ImGui::SetTooltip("%s", text.c_str());
  }
  plot.y = bottom + lane_gap;
}

void TimelinePanel::draw_watches(const Desk& desk, Plot& plot) const {
  const ChangeHistory* history = desk.history();
  for (std::size_t i = 0; history != nullptr && i < history->paths().size(); ++i) {
    plot.label(history->paths()[i], color_changed, watch_height);
    const float bottom = plot.y + watch_height;
    plot.list->AddRectFilled({plot.left, plot.y}, {plot.right, bottom}, IM_COL32(255, 255, 255, 9));
    const std::map<Tick, std::string>& values = history->values(i);
    auto each = values.upper_bound(Tick{static_cast<std::int64_t>(std::max(first_, 0.0))});
    if (each != values.begin()) --each;
    std::vector<Step> steps;
    std::vector<const std::string*> texts;
    bool are_numbers = true;
    for (; each != values.end(); ++each) {
      if (static_cast<double>(each->first.value) > first_ + ticks_) break;
      const auto next = std::next(each);
      const Tick until = next == values.end() ? history->known() : next->first;
      const std::optional<double> number = number_of(each->second);
      are_numbers = are_numbers && number;
      const float from = std::max(plot.left, plot.x(static_cast<double>(each->first.value)));
      const float to = std::min(plot.right, plot.x(static_cast<double>(until.value)));
      steps.push_back({from, std::max(from, to), number.value_or(0)});
      texts.push_back(&each->second);
    }
    const float mouse = ImGui::GetIO().MousePos.x;
    float written = plot.left;  // texts do not cover each other
    const bool is_curve =
        are_numbers && static_cast<float>(steps.size()) * pixels_written > plot.right - plot.left;
    if (is_curve) draw_curve(*plot.list, steps, plot.y + 3, bottom - 4, color_changed);
    for (std::size_t k = 0; k < steps.size(); ++k) {
      const auto [x, end, value] = steps[k];
      const std::string text = presentable(*texts[k]);
      if (mouse >= x && mouse < end &&
          ImGui::IsMouseHoveringRect({plot.left, plot.y}, {plot.right, bottom})) {
        ImGui::SetTooltip("%s", text.c_str());
      }
      if (is_curve) continue;
      plot.list->AddLine({x, plot.y + 2}, {x, bottom - 2}, with_alpha(color_changed, 0xC0));
      const float wide = ImGui::CalcTextSize(text.c_str()).x;
      if (end - x > wide + 8 && x >= written) {
        plot.list->AddText({x + 4, plot.y + 1}, color_changed, text.c_str());
        written = x + wide + 8;
      }
    }
    plot.y += watch_height + lane_gap;
  }
}

void TimelinePanel::draw_marks(Desk& desk, const Plot& plot) const {
  const float top = plot.top + ruler_height - 6;
  const float bottom = std::max(plot.y, plot.top + ImGui::GetWindowHeight());
  const auto line = [&](Tick tick, ImU32 color, const char* text) {
    const float x = plot.x(static_cast<double>(tick.value));
    if (x < plot.left || x > plot.right) return;
    plot.list->AddLine({x, top}, {x, bottom}, color, 1.5F);
    const float wide = ImGui::CalcTextSize(text).x;
    const float at = std::min(x + 4, plot.right - wide);
    if (wide > 0)
      plot.list->AddRectFilled({at - 2, top - 15}, {at + wide + 2, top + 2},
                               IM_COL32(0x1B, 0x1F, 0x27, 0xE8));
    plot.list->AddText({at, top - 15}, color, text);
  };
  const MatchRecord& record = desk.run()->record();
  for (const DesyncFinding& found : record.desyncs)
    line(found.first.value_or(found.tick), color_wrong, "states differ");
  for (const Mark& mark : record.marks)
    line(mark.from, color_good, mark.text.empty() ? "mark" : presentable(mark.text).c_str());
  if (OtherRun* other = desk.other()) {
    if (const auto states = other->first_states()) line(*states, color_wrong, "first difference");
    if (const auto events = other->first_events()) line(*events, color_changed, "");
  }
  if (desk.is_live()) {
    const float x = plot.x(static_cast<double>(desk.length().value));
    if (x < plot.right) {
      plot.list->AddRectFilled({std::max(x, plot.left), top}, {plot.right, bottom},
                               IM_COL32(255, 255, 255, 10));
      line(desk.length(), with_alpha(color_good, 0xB0), "horizon");
    }
  }
  const float x = plot.x(static_cast<double>(desk.tick().value));
  if (x < plot.left || x > plot.right) return;
  plot.list->AddLine({x, top}, {x, bottom}, color_cursor, 1.5F);
  plot.list->AddTriangleFilled({x - 5, top - 2}, {x + 5, top - 2}, {x, top + 6}, color_cursor);
}

}  // namespace tutti::inspect
