#include "render/progress.hpp"

#include <algorithm>

#include "render/panel.hpp"

namespace counterpoint {

namespace {

struct Timeline {
  float left = 0, right = 0, y = 0;
};

Timeline timeline_of(const Canvas& canvas) {
  const float unit = unit_of(canvas);
  return {110 * unit, canvas.width() - 110 * unit, canvas.height() - 28 * unit};
}

void draw_mark(Canvas& canvas, const Captions::Progress::Mark& mark, Point at, float unit) {
  static constexpr Colour colours[] = {
      {255, 170, 60, 255}, {255, 84, 64, 255}, {150, 226, 255, 255}, {255, 255, 255, 255}};
  const auto weight = static_cast<float>(std::clamp(mark.weight, 0, 3));
  const float tall = (6 + 3 * weight) * unit;
  canvas.rectangle({at.x - unit, at.y - tall, (2 + 0.5F * weight) * unit, 2 * tall},
                   colours[static_cast<std::size_t>(weight)].faded(0.85F));
}

/// A small flag above the line.
void draw_note(Canvas& canvas, const Captions::Progress::Note& note, Point at, float unit) {
  const Colour colour = note.is_rollback ? Colour{196, 140, 255, 255} : shade::gold;
  const float size = (note.is_rollback ? 4.0F : 7.0F) * unit;
  const Point corners[] = {at + Point{-size, -size}, at + Point{size, -size}, at + Point{0, size}};
  canvas.polygon(corners, colour);
}

void draw_stretch(Canvas& canvas, const Captions::Progress::Stretch& stretch, Colour colour,
                  const char* first, const char* last, Text& text) {
  const Timeline line = timeline_of(canvas);
  const float y = line.y;
  const float unit = unit_of(canvas);
  if (stretch.from && stretch.to) {
    const float from = mix(line.left, line.right, *stretch.from),
                to = mix(line.left, line.right, *stretch.to);
    canvas.rectangle({from, y - 3 * unit, to - from, 6 * unit}, colour.faded(0.75F));
  }
  const auto bracket = [&](std::optional<float> part, const char* name) {
    if (!part) return;
    const float x = mix(line.left, line.right, *part);
    canvas.rectangle({x - 1.5F * unit, y - 13 * unit, 3 * unit, 26 * unit}, colour);
    text.draw(canvas, name, {x, y + 20 * unit},
              {.size = 13 * unit, .colour = colour, .align = Align::centre, .shadow = unit});
  };
  bracket(stretch.from, first);
  bracket(stretch.to, last);
}

void draw_hover(Canvas& canvas, Text& text, const Captions::Progress::Hover& hover) {
  const auto [left, right, y] = timeline_of(canvas);
  const float unit = unit_of(canvas);
  const float x = mix(left, right, hover.part);
  canvas.rectangle({x - unit, y - 11 * unit, 2 * unit, 22 * unit}, shade::white.faded(0.8F));
  if (hover.picture == nullptr) return;
  const float wide = hover.picture->width(), tall = hover.picture->height();
  const float foot = 24 * unit;
  const Rect rect{std::clamp(x - wide / 2, 6 * unit, canvas.width() - wide - 6 * unit),
                  y - tall - 34 * unit - foot, wide, tall};
  canvas.rectangle({rect.x - 3 * unit, rect.y - 3 * unit, wide + 6 * unit, tall + 3 * unit + foot},
                   shade::ink);
  canvas.copy(*hover.picture, static_cast<int>(rect.x), static_cast<int>(rect.y));
  text.draw(canvas, hover.time, {rect.x + wide / 2, rect.y + tall + foot / 2},
            {.size = 15 * unit, .align = Align::centre, .shadow = 1.2F * unit});
}

}  // namespace

void draw_progress(Canvas& canvas, Text& text, const Captions::Progress& progress) {
  const float unit = unit_of(canvas);
  const auto [left, right, y] = timeline_of(canvas);
  const float here = mix(left, right, std::clamp(progress.part, 0.0F, 1.0F));
  canvas.rectangle({0, y - 24 * unit, canvas.width(), 52 * unit}, shade::ink.faded(0.6F));
  canvas.capsule({left, y}, 5 * unit, {right, y}, 5 * unit, shade::ink);
  canvas.capsule({left, y}, 3 * unit, {here, y}, 3 * unit, shade::gold);
  draw_stretch(canvas, progress.loop, shade::calm, "A", "B", text);
  draw_stretch(canvas, progress.clip, shade::alarm, "I", "O", text);
  for (const auto& mark : progress.marks)
    draw_mark(canvas, mark, {mix(left, right, mark.part), y}, unit);
  for (const auto& note : progress.notes)
    draw_note(canvas, note, {mix(left, right, note.part), y - 17 * unit}, unit);
  canvas.circle({here, y}, 9 * unit, shade::white);
  if (progress.hover) draw_hover(canvas, text, *progress.hover);
  const TextStyle style{.size = 17 * unit, .align = Align::right, .shadow = 1.2F * unit};
  text.draw(canvas, progress.here, {left - 16 * unit, y}, style);
  text.draw(canvas, progress.end, {right + 16 * unit, y},
            {.size = 17 * unit, .align = Align::left, .shadow = 1.2F * unit});
  float edge = canvas.width() - 14 * unit;
  const auto badge = [&](const std::string& words, Colour ground) {
    if (words.empty()) return;
    const TextStyle inked{.size = 16 * unit, .colour = shade::ink, .align = Align::centre};
    const float wide = std::max(110 * unit, text.width(words, inked) + 32 * unit);
    edge -= wide;
    canvas.rectangle({edge, 14 * unit, wide, 30 * unit}, ground);
    text.draw(canvas, words, {edge + wide / 2, 29 * unit}, inked);
    edge -= 8 * unit;
  };
  badge(progress.speed, shade::gold);
  badge(progress.view, shade::calm);
}

std::optional<float> timeline_at(const Canvas& canvas, Point at) {
  const auto [left, right, y] = timeline_of(canvas);
  const float unit = unit_of(canvas);
  if (std::abs(at.y - y) > 22 * unit || at.x < left - 12 * unit || at.x > right + 12 * unit) {
    return std::nullopt;
  }
  return part_of(at.x, left, right);
}

}  // namespace counterpoint
