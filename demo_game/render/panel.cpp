#include "render/panel.hpp"

#include <algorithm>

namespace counterpoint {

float unit_of(const Canvas& canvas) {
  return std::min(canvas.height() / 720, canvas.width() / 1080);
}

void draw_panel(Canvas& canvas, const Rect& rect, Colour edge, float unit) {
  canvas.rectangle({rect.x + 4 * unit, rect.y + 5 * unit, rect.width, rect.height},
                   shade::ink.faded(0.35F));
  canvas.rectangle(rect, Colour{30, 24, 44, 255}.faded(0.86F));
  canvas.rectangle({rect.x, rect.y, rect.width, 5 * unit}, edge);
}

void dim(Canvas& canvas, float part) {
  canvas.rectangle({0, 0, canvas.width(), canvas.height()}, Colour{14, 10, 26, 255}.faded(part));
}

void draw_portrait(Canvas& canvas, const Rect& rect, Character character, const Look& look,
                   float seconds) {
  Canvas picture(static_cast<int>(std::lround(rect.width)),
                 static_cast<int>(std::lround(rect.height)));
  picture.gradient({0, 0, picture.width(), picture.height()}, mix(look.cloth, shade::white, 0.35F),
                   look.cloth_dark);
  const Build& build = build_of(character);
  const float metre = picture.height() / 0.92F / build.scale;
  Fighter fighter;
  fighter.action = Action::standing;
  const Figure figure = figure_standing(character, pose_of(fighter, 0, seconds), seconds);
  const Point feet{picture.width() * 0.44F, picture.height() * 0.62F + 1.38F * build.scale * metre};
  draw_figure(picture, camera_at(feet, metre), figure, look);
  canvas.copy(picture, static_cast<int>(std::lround(rect.x)),
              static_cast<int>(std::lround(rect.y)));
}

std::string capital(std::string words) {
  if (!words.empty() && words[0] >= 'a' && words[0] <= 'z') {
    words[0] = static_cast<char>(words[0] - 'a' + 'A');
  }
  return words;
}

std::vector<std::string> wrapped(const std::string& words, std::size_t columns) {
  std::vector<std::string> rows(1);
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t end = std::min(words.find(' ', at), words.size());
    const std::string word = words.substr(at, end - at);
    if (!rows.back().empty() && rows.back().size() + 1 + word.size() > columns) rows.emplace_back();
    rows.back() += (rows.back().empty() ? "" : " ") + word;
    at = end + 1;
  }
  return rows;
}

std::string fitted(Text& text, std::string words, const TextStyle& style, float room) {
  if (text.width(words, style) <= room) return words;
  while (!words.empty() && text.width(words + "\u2026", style) > room) {
    while (words.size() > 1 && (static_cast<unsigned char>(words.back()) & 0xC0U) == 0x80U)
      words.pop_back();  // a character of several bytes
    words.pop_back();
  }
  return words + "\u2026";
}

TextStyle narrowed(Text& text, const std::string& words, TextStyle style, float room) {
  const float wide = text.width(words, style);
  if (wide > room) style.size *= room / wide;
  return style;
}

void draw_bar(Canvas& canvas, const Rect& rect, float part, Colour colour) {
  canvas.rectangle(rect, shade::ink.faded(0.7F));
  canvas.rectangle({rect.x, rect.y, rect.width * std::clamp(part, 0.0F, 1.0F), rect.height},
                   colour);
}

}  // namespace counterpoint
