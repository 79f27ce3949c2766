#include "window/side_panel.hpp"

#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>

#include "base/event_rows.hpp"
#include "tutti/sim/text.hpp"
#include "window/palette.hpp"

namespace tutti::inspect {

namespace {

constexpr ImGuiTableFlags list_flags =
    ImGuiTableFlags_ScrollY | ImGuiTableFlags_RowBg | ImGuiTableFlags_BordersInnerV;

void write_in(ImU32 color, const std::string& text) {
  ImGui::PushStyleColor(ImGuiCol_Text, color);
  ImGui::TextUnformatted(text.c_str());
  ImGui::PopStyleColor();
}

void cell(const std::string& text) {
  ImGui::TableNextColumn();
  ImGui::TextUnformatted(text.c_str());
}

/// A slider in milliseconds.
bool slide(const char* name, Duration& value, float most_ms) {
  auto ms = static_cast<float>(std::chrono::duration<double, std::milli>(value).count());
  if (!ImGui::SliderFloat(name, &ms, 0, most_ms, "%.0f ms")) return false;
  value = std::chrono::microseconds(static_cast<std::int64_t>(ms * 1000));
  return true;
}

/// A slider in percent.
bool slide(const char* name, std::uint32_t& ppm, float most_percent) {
  auto percent = static_cast<float>(ppm) / 1e4F;
  if (!ImGui::SliderFloat(name, &percent, 0, most_percent, "%.1f %%")) return false;
  ppm = static_cast<std::uint32_t>(std::max(percent, 0.0F) * 1e4F);
  return true;
}

bool slide(WeatherOptions& weather) {
  bool is_changed = slide("delay, one way", weather.delay, 400);
  is_changed = slide("jitter", weather.jitter, 200) || is_changed;
  is_changed = slide("loss", weather.loss_ppm, 50) || is_changed;
  is_changed = slide("reorder", weather.reorder_ppm, 50) || is_changed;
  is_changed = slide("duplicate", weather.duplicate_ppm, 50) || is_changed;
  is_changed = slide("outage", weather.outage, 3000) || is_changed;
  is_changed = slide("an outage every", weather.outage_every, 30'000) || is_changed;
  if (weather.outage > Duration{} && weather.outage_every == Duration{}) {
    weather.outage_every = std::chrono::seconds(5);
  }
  return is_changed;
}

struct Preset {
  const char* name;
  WeatherOptions weather;
};

const std::array<Preset, 5>& presets() {
  using std::chrono::milliseconds;
  static const std::array<Preset, 5> all{
      {{"calm", {}},
       {"cable", {.delay = milliseconds(15), .jitter = milliseconds(3), .loss_ppm = 1'000}},
       {"wifi", {.delay = milliseconds(30), .jitter = milliseconds(25), .loss_ppm = 20'000}},
       {"mobile",
        {.delay = milliseconds(70),
         .jitter = milliseconds(50),
         .loss_ppm = 40'000,
         .outage = milliseconds(300),
         .outage_every = std::chrono::seconds(8)}},
       {"far away", {.delay = milliseconds(140), .jitter = milliseconds(15), .loss_ppm = 10'000}}}};
  return all;
}

/// The rollbacks of a track within the last second before a tick, and the deepest of them.
struct Lately {
  std::size_t rollbacks = 0;
  std::int64_t deepest = 0;
};

Lately lately(const Track& track, Tick tick, std::int64_t ticks) {
  Lately found;
  for (auto each = track.rollbacks.rbegin(); each != track.rollbacks.rend(); ++each) {
    if (each->present > tick) continue;
    if (each->present <= tick - ticks) break;
    ++found.rollbacks;
    found.deepest = std::max(found.deepest, each->depth);
  }
  return found;
}

}  // namespace

void SidePanel::draw(Desk& desk, const Fonts& fonts) {
  if (desk.run() == nullptr || !ImGui::BeginTabBar("beside")) return;
  const bool is_live = desk.live() != nullptr;
  const auto flags = is_live && !was_live_ ? ImGuiTabItemFlags_SetSelected : 0;
  was_live_ = is_live;
  if (is_live && ImGui::BeginTabItem("Weather", nullptr, flags)) {
    draw_weather(desk);
    ImGui::EndTabItem();
  }
  if (ImGui::BeginTabItem("Events")) {
    draw_events(desk, fonts);
    ImGui::EndTabItem();
  }
  if (ImGui::BeginTabItem("Watches")) {
    draw_watches(desk, fonts);
    ImGui::EndTabItem();
  }
  if (ImGui::BeginTabItem("Players")) {
    draw_players(desk);
    ImGui::EndTabItem();
  }
  ImGui::EndTabBar();
}

void SidePanel::draw_events(Desk& desk, const Fonts& fonts) {
  const Run& run = *desk.run();
  const std::span<const EventView> events = run.log().events();
  if (!ImGui::BeginTable("events", 4, list_flags)) return;
  ImGui::TableSetupScrollFreeze(0, 1);
  ImGui::TableSetupColumn("tick", ImGuiTableColumnFlags_WidthFixed, 62);
  ImGui::TableSetupColumn("by", ImGuiTableColumnFlags_WidthFixed, 44);
  ImGui::TableSetupColumn("kind", ImGuiTableColumnFlags_WidthFixed, 104);
  ImGui::TableSetupColumn("content", ImGuiTableColumnFlags_WidthStretch);
  ImGui::TableHeadersRow();
  ImGui::PushFont(fonts.fixed);
  if (desk.tick() != events_at_) {
    events_at_ = desk.tick();
    const auto here =
        std::partition_point(events.begin(), events.end(),
                             [&](const EventView& each) { return each.tick < events_at_; });
    const float row = ImGui::GetTextLineHeight() + 2 * ImGui::GetStyle().CellPadding.y;
    const auto place = static_cast<float>(here - events.begin());
    ImGui::SetScrollY(std::max(0.0F, place * row - ImGui::GetWindowHeight() * 0.4F));
  }
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(events.size()));
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const EventView& event = events[static_cast<std::size_t>(i)];
      ImGui::TableNextRow();
      if (event.tick == desk.tick()) {
        ImGui::TableSetBgColor(ImGuiTableBgTarget_RowBg0, ImGui::GetColorU32(ImGuiCol_Header));
      }
      ImGui::TableNextColumn();
      ImGui::PushID(i);
      if (ImGui::Selectable(fmt::format("{}", event.tick.value).c_str(), false,
                            ImGuiSelectableFlags_SpanAllColumns)) {
        events_at_ = event.tick;  // the list stays where it is
        desk.go(event.tick);
      }
      ImGui::PopID();
      ImGui::TableNextColumn();
      write_in(color_of(event.author), tool::to_text(event.author));
      cell(tool::kind_of(event, &run.game()));
      cell(presentable(tool::content_of(event, &run.game()).text));
    }
  }
  ImGui::PopFont();
  ImGui::EndTable();
}

void SidePanel::draw_watches(Desk& desk, const Fonts& fonts) {
  const ChangeHistory* history = desk.history();
  if (history == nullptr || history->paths().empty()) {
    ImGui::TextWrapped(
        "Choose a field of the state and press W to watch it: its values are shown here and on the "
        "timeline.");
    return;
  }
  if (history->known() < desk.length()) {
    ImGui::TextDisabled("folded through tick %lld of %lld",
                        static_cast<long long>(history->known().value),
                        static_cast<long long>(desk.length().value));
  }
  if (!ImGui::BeginTable("watches", 5, list_flags)) return;
  ImGui::TableSetupScrollFreeze(0, 1);
  ImGui::TableSetupColumn("field", ImGuiTableColumnFlags_WidthStretch);
  ImGui::TableSetupColumn("value", ImGuiTableColumnFlags_WidthFixed, 92);
  ImGui::TableSetupColumn("since", ImGuiTableColumnFlags_WidthFixed, 66);
  ImGui::TableSetupColumn("until", ImGuiTableColumnFlags_WidthFixed, 66);
  ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthFixed, 24);
  ImGui::TableHeadersRow();
  ImGui::PushFont(fonts.fixed);
  std::string unwatched;
  for (std::size_t i = 0; i < history->paths().size(); ++i) {
    const std::map<Tick, std::string>& values = history->values(i);
    const auto next = values.upper_bound(desk.tick());
    ImGui::TableNextRow();
    ImGui::PushID(static_cast<int>(i));
    cell(history->paths()[i]);
    ImGui::TableNextColumn();
    if (next != values.begin()) {
      const auto now = std::prev(next);
      write_in(now->first == desk.tick() ? color_changed : ImGui::GetColorU32(ImGuiCol_Text),
               presentable(now->second));
      ImGui::TableNextColumn();
      const Tick since = now->first;
      if (ImGui::SmallButton(fmt::format("{}##since", since.value).c_str())) desk.go(since);
    } else {
      ImGui::TableNextColumn();
    }
    ImGui::TableNextColumn();
    if (next != values.end()) {
      const Tick until = next->first;
      if (ImGui::SmallButton(fmt::format("{}##until", until.value).c_str())) desk.go(until);
    }
    ImGui::TableNextColumn();
    if (ImGui::SmallButton("\u00D7")) unwatched = history->paths()[i];
    ImGui::PopID();
  }
  ImGui::PopFont();
  ImGui::EndTable();
  if (!unwatched.empty()) desk.watch(unwatched);
}

void SidePanel::draw_players(Desk& desk) {
  const Run& run = *desk.run();
  const std::vector<const Track*> tracks = desk.tracks();
  if (tracks.empty()) {
    ImGui::TextWrapped(
        "%s does not say what players saw. Recordings of players' own machines do, and so does "
        "tutti match --telemetry.",
        desk.session() != nullptr ? "The relay" : "The file");
  }
  const float below = ImGui::GetTextLineHeightWithSpacing();
  if (!ImGui::BeginTable("players", 6, list_flags | ImGuiTableFlags_SizingStretchProp, {0, -below}))
    return;
  for (const char* name : {"player", "events", "rollbacks", "mean", "deepest", "again"})
    ImGui::TableSetupColumn(name);
  ImGui::TableHeadersRow();
  for (std::uint8_t slot = 0; slot < run.log().setup().players; ++slot) {
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    write_in(color_of(author_of(PlayerId{slot})), fmt::format("{}", slot));
    const auto events = run.log().events();
    cell(fmt::format("{}", std::count_if(events.begin(), events.end(), [&](const EventView& each) {
                       return each.author == author_of(PlayerId{slot});
                     })));
    for (const Track* track : tracks) {
      if (track->player != PlayerId{slot}) continue;
      std::int64_t deepest = 0, total = 0;
      for (const Rollback& each : track->rollbacks) {
        deepest = std::max(deepest, each.depth);
        total += each.depth;
      }
      const auto count = static_cast<double>(track->rollbacks.size());
      cell(fmt::format("{}", track->rollbacks.size()));
      cell(fmt::format("{:.1f}", count > 0 ? static_cast<double>(total) / count : 0));
      cell(fmt::format("{}", deepest));
      cell(fmt::format("{}", track->resimulated));
    }
  }
  ImGui::EndTable();
  ImGui::TextDisabled("mean and deepest: ticks gone back; again: ticks simulated again");
}

void SidePanel::draw_weather(Desk& desk) {
  LiveMatch& live = *desk.live();
  const auto players = static_cast<int>(live.players());
  path_ = std::min(path_, players - 1);
  ImGui::SetNextItemWidth(120);
  const std::string shown = path_ < 0 ? "all players" : fmt::format("player {}", path_);
  if (ImGui::BeginCombo("##path", shown.c_str())) {
    for (int each = -1; each < players; ++each) {
      const std::string name = each < 0 ? "all players" : fmt::format("player {}", each);
      if (ImGui::Selectable(name.c_str(), each == path_)) path_ = each;
    }
    ImGui::EndCombo();
  }
  tool::TwoWays weather = live.weather(static_cast<std::size_t>(std::max(path_, 0)));
  bool is_changed = false;
  for (const Preset& preset : presets()) {
    ImGui::SameLine();
    if (!ImGui::Button(preset.name)) continue;
    weather.up = preset.weather;
    is_changed = true;
  }
  ImGui::PushItemWidth(-118);
  is_changed = slide(weather.up) || is_changed;
  ImGui::PopItemWidth();
  weather.down = weather.up;
  for (int each = 0; is_changed && each < players; ++each) {
    if (path_ < 0 || each == path_) live.set_weather(static_cast<std::size_t>(each), weather);
  }
  if (!ImGui::BeginTable("paths", 7, list_flags | ImGuiTableFlags_SizingStretchProp)) return;
  for (const char* name :
       {"player", "status", "ahead", "round trip", "loss", "rollbacks/s", "deepest"})
    ImGui::TableSetupColumn(name);
  ImGui::TableHeadersRow();
  for (std::size_t i = 0; i < live.players(); ++i) {
    const AnySession& session = live.session(i);
    const SessionStatistics found = session.statistics();
    const Lately last = lately(live.track(i), found.present, live.setup().tick_rate);
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    write_in(color_of(author_of(PlayerId{static_cast<std::uint8_t>(i)})), fmt::format("{}", i));
    cell(to_text(session.status()));
    cell(fmt::format("{} ticks", found.predicted_ticks));
    cell(fmt::format("{:.0f} ms", found.network.round_trip_ms));
    cell(fmt::format("{:.1f} %", found.network.loss * 100));
    cell(fmt::format("{}", last.rollbacks));
    cell(fmt::format("{}", last.deepest));
  }
  ImGui::EndTable();
}

}  // namespace tutti::inspect
