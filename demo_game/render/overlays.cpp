#include "render/overlays.hpp"

#include <algorithm>
#include <array>

#include "render/panel.hpp"

namespace counterpoint {

namespace {

constexpr float plot_width = 214, plot_height = 62, plot_gap = 8;  // units

struct Frame {
  Rect rect{};
  float scale = 1;
  float zero = 0;  // pixels from the top
};

void draw_curve(Canvas& canvas, const Plot& plot, const Frame& frame, float unit) {
  const std::size_t count = plot.samples.size();
  if (count < 2) return;
  const float step = frame.rect.width / static_cast<float>(count - 1);
  Point before{};
  for (std::size_t i = 0; i < count; ++i) {
    const float value = std::clamp(plot.samples[i], -frame.scale, frame.scale) / frame.scale;
    const float tall = plot.is_signed ? frame.rect.height / 2 : frame.rect.height;
    const Point here{frame.rect.x + step * static_cast<float>(i), frame.zero - value * tall};
    if (i > 0) canvas.line(before, here, 1.8F * unit, shade::calm);
    before = here;
  }
}

void draw_columns(Canvas& canvas, const Plot& plot, const Frame& frame) {
  const auto count = static_cast<float>(plot.samples.size());
  for (std::size_t i = 0; i < plot.samples.size(); ++i) {
    const float tall = std::clamp(plot.samples[i] / frame.scale, 0.0F, 1.0F) * frame.rect.height;
    canvas.rectangle({frame.rect.x + frame.rect.width * static_cast<float>(i) / count,
                      frame.zero - tall, frame.rect.width / count * 0.8F, tall},
                     shade::gold);
  }
}

void draw_plot(Canvas& canvas, Text& text, const Plot& plot, const Rect& rect, float unit) {
  canvas.rectangle(rect, Colour{30, 24, 44, 255}.faded(0.82F));
  const TextStyle small{.size = 12 * unit, .colour = shade::grey, .is_bold = false};
  text.draw(canvas, plot.label, {rect.x + 8 * unit, rect.y + 11 * unit}, small);
  text.draw(canvas, plot.value, {rect.x + rect.width - 8 * unit, rect.y + 11 * unit},
            {.size = 13 * unit, .align = Align::right});
  Frame frame;
  frame.rect = {rect.x + 8 * unit, rect.y + 22 * unit, rect.width - 16 * unit,
                rect.height - 28 * unit};
  frame.scale = plot.top;
  for (const float sample : plot.samples)
    frame.scale = std::max(frame.scale, std::abs(sample));
  frame.zero = frame.rect.y + frame.rect.height * (plot.is_signed ? 0.5F : 1.0F);
  canvas.rectangle({frame.rect.x, frame.zero, frame.rect.width, std::max(1.0F, unit)},
                   shade::grey.faded(0.5F));
  if (plot.is_histogram) return draw_columns(canvas, plot, frame);
  draw_curve(canvas, plot, frame, unit);
}

/// `offset`: metres from where the state has it to where its owner is drawn.
void draw_box(Canvas& canvas, const Camera& camera, const Box& box, Point offset, Colour colour) {
  if (box.is_empty()) return;
  const Point from = camera.place(Point{to_float(box.left), to_float(box.high)} + offset);
  const Point to = camera.place(Point{to_float(box.right), to_float(box.low)} + offset);
  const Rect rect{from.x, from.y, to.x - from.x, to.y - from.y};
  canvas.rectangle(rect, colour.faded(0.28F));
  const float thick = 2;
  canvas.rectangle({rect.x, rect.y, rect.width, thick}, colour);
  canvas.rectangle({rect.x, to.y - thick, rect.width, thick}, colour);
  canvas.rectangle({rect.x, rect.y, thick, rect.height}, colour);
  canvas.rectangle({to.x - thick, rect.y, thick, rect.height}, colour);
}

struct BeatStyle {
  const char* name;
  Colour colour;
};
constexpr std::array<BeatStyle, 6> beats = {{{"free", {72, 66, 96, 255}},
                                             {"startup", {96, 200, 120, 255}},
                                             {"active", {240, 84, 70, 255}},
                                             {"recovery", {86, 140, 230, 255}},
                                             {"stunned", {250, 206, 84, 255}},
                                             {"guarded", {150, 226, 255, 255}}}};

}  // namespace

void draw_plots(Canvas& canvas, Text& text, std::span<const Plot> plots, float top) {
  const float unit = unit_of(canvas);
  Rect rect{canvas.width() - (plot_width + 14) * unit, top * unit, plot_width * unit,
            plot_height * unit};
  for (const Plot& plot : plots) {
    draw_plot(canvas, text, plot, rect, unit);
    rect.y += (plot_height + plot_gap) * unit;
  }
}

void draw_boxes(Canvas& canvas, const Camera& camera, const Moment& moment) {
  constexpr Colour body{110, 220, 130, 255}, safe{150, 226, 255, 255}, hit{255, 70, 60, 255};
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    const Fighter& fighter = moment.current.fighters[slot];
    if (!is_seen(fighter)) continue;
    const Point offset = drawn_position(moment, slot) - to_point(fighter.position);
    draw_box(canvas, camera, body_of(fighter), offset, fighter.intangible > 0 ? safe : body);
    for (std::size_t i = 0; i < 2; ++i)
      draw_box(canvas, camera, hit_box_of(fighter, i), offset, hit);
  }
  for (std::size_t i = 0; i < projectiles_max; ++i) {
    const Projectile& shot = moment.current.projectiles[i];
    if (shot.ticks_left == 0) continue;
    const Point offset = drawn_shot(moment, i) - to_point(shot.position);
    draw_box(canvas, camera, body_of(shot), offset, hit);
  }
}

Beat beat_of(const Fighter& fighter) {
  switch (stretch_of(fighter)) {
    case Stretch::startup:
      return Beat::startup;
    case Stretch::active:
      return Beat::active;
    case Stretch::recovery:
      return Beat::recovery;
    case Stretch::none:
      break;
  }
  switch (fighter.action.value) {
    case Action::reeling:
    case Action::launched:
    case Action::downed:
    case Action::rising:
    case Action::dazed:
    case Action::held:
    case Action::shield_stunned:
      return Beat::stunned;
    case Action::shielding:
    case Action::dodging:
    case Action::rolling:
    case Action::air_dodging:
      return Beat::guarded;
    case Action::landing:
    case Action::lowering:
    case Action::helpless:
      return Beat::recovery;
    default:
      return Beat::free;
  }
}

void FrameMeter::add(const State& state) {
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    std::vector<Beat>& row = rows[slot];
    if (row.size() >= ticks) row.erase(row.begin());
    row.push_back(beat_of(state.fighters[slot]));
  }
  const auto is_free = [&](std::size_t slot) { return rows[slot].back() == Beat::free; };
  for (std::size_t slot = 0; slot < free_ticks_.size(); ++slot)
    free_ticks_[slot] = is_free(slot) ? free_ticks_[slot] + 1 : 0;
  if (!is_free(0) && !is_free(1)) is_contested_ = true;
  if (!is_contested_ || !is_free(0) || !is_free(1)) return;
  advantage = free_ticks_[0] - free_ticks_[1];
  is_contested_ = false;
}

void draw_frame_meter(Canvas& canvas, Text& text, const State& state, const FrameMeter& meter) {
  const float unit = unit_of(canvas);
  const float cell = 9 * unit;
  // Beside the clock: below are the fighters' feet, on the left what they hold.
  const float left = canvas.width() - 24 * unit - cell * FrameMeter::ticks;
  float y = 108 * unit;
  canvas.rectangle(
      {left - 10 * unit, y - 24 * unit, cell * FrameMeter::ticks + 20 * unit, 76 * unit},
      Colour{30, 24, 44, 255}.faded(0.82F));
  float x = left;
  for (const BeatStyle& beat : beats) {
    canvas.rectangle({x, y - 17 * unit, 11 * unit, 11 * unit}, beat.colour);
    text.draw(canvas, beat.name, {x + 16 * unit, y - 12 * unit},
              {.size = 12 * unit, .colour = shade::grey, .is_bold = false});
    x += 86 * unit;
  }
  if (meter.advantage) {
    const std::string sign = *meter.advantage > 0 ? "+" : "";
    text.draw(canvas, "advantage " + sign + std::to_string(*meter.advantage),
              {canvas.width() - 24 * unit, y - 12 * unit},
              {.size = 13 * unit, .colour = shade::gold, .align = Align::right});
  }
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    if (!state.fighters[slot].is_in_match || slot > 1) continue;
    canvas.rectangle({left - 8 * unit, y, 4 * unit, 18 * unit}, look_of(slot).cloth);
    for (std::size_t i = 0; i < meter.rows[slot].size(); ++i) {
      const BeatStyle& beat = beats[static_cast<std::size_t>(meter.rows[slot][i])];
      canvas.rectangle({left + cell * static_cast<float>(i), y, cell - unit, 18 * unit},
                       beat.colour);
    }
    y += 23 * unit;
  }
}

void InputHistory::add(const State& state) {
  constexpr int ticks_max = 999;
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    std::vector<Held>& held = players[slot];
    const Controls now = state.fighters[slot].held;
    if (held.empty() || !(held.front().controls == now)) {
      held.insert(held.begin(), {now, 0});
      if (held.size() > lines) held.pop_back();
    }
    held.front().ticks = std::min(held.front().ticks + 1, ticks_max);
  }
}

void draw_inputs(Canvas& canvas, Text& text, const State& state, const InputHistory& history,
                 std::size_t lines) {
  const float unit = unit_of(canvas);
  float x = 14 * unit;
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    if (!state.fighters[slot].is_present || !state.fighters[slot].is_in_match) continue;
    const float width = 168 * unit;
    const std::size_t shown = std::min(lines, history.players[slot].size());
    const float tall = 20 * static_cast<float>(shown) + 14;
    canvas.rectangle({x, 84 * unit, width, tall * unit}, Colour{30, 24, 44, 255}.faded(0.72F));
    canvas.rectangle({x, 84 * unit, width, 4 * unit}, look_of(slot).cloth);
    float y = 102 * unit;
    for (const InputHistory::Held& held : std::span(history.players[slot]).first(shown)) {
      text.draw(canvas, std::to_string(held.ticks), {x + 34 * unit, y},
                {.size = 12 * unit, .colour = shade::gold, .align = Align::right});
      text.draw(canvas, held.controls.field_text(), {x + 42 * unit, y},
                {.size = 12 * unit, .is_bold = false});
      y += 20 * unit;
    }
    x += width + 8 * unit;
  }
}

}  // namespace counterpoint
