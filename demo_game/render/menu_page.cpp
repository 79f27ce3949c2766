#include "render/menu_page.hpp"

#include <algorithm>

#include "render/panel.hpp"

namespace counterpoint {

namespace {

constexpr float page_width = 560;  // units
constexpr float line_height = 40;
constexpr float page_top = 252;
constexpr std::size_t message_columns = 84;

std::size_t first_shown(const MenuPage& page) {
  if (page.lines.size() <= menu_lines_shown) return 0;
  const std::size_t half = menu_lines_shown / 2;
  const std::size_t wanted = page.selected > half ? page.selected - half : 0;
  return std::min(wanted, page.lines.size() - menu_lines_shown);
}

Rect line_rect(const Canvas& canvas, std::size_t place) {
  const float unit = unit_of(canvas);
  const float head = (canvas.height() - 720 * unit) / 2;
  return {canvas.width() / 2 - page_width / 2 * unit,
          head + (page_top + line_height * static_cast<float>(place)) * unit, page_width * unit,
          (line_height - 6) * unit};
}

void draw_name(Canvas& canvas, Text& text, float seconds) {
  const float unit = unit_of(canvas);
  const float middle = (canvas.height() - 720 * unit) / 2 + 104 * unit;
  // Five lines, and the name on them like notes that sway.
  for (int line = 0; line < 5; ++line) {
    const float y = middle + (static_cast<float>(line) - 2) * 17 * unit;
    canvas.rectangle({0, y, canvas.width(), std::max(1.0F, 1.6F * unit)},
                     shade::white.faded(0.16F));
  }
  static constexpr const char* letters[] = {"C", "o", "u", "n", "t", "e",
                                            "r", "p", "o", "i", "n", "t"};
  const float step = 61 * unit;
  float x = canvas.width() / 2 - step * 5.5F;
  for (std::size_t i = 0; i < std::size(letters); ++i) {
    const float sway = std::sin(seconds * 1.6F + static_cast<float>(i) * 0.75F) * 7 * unit;
    text.draw(canvas, letters[i], {x, middle + sway},
              {.size = 74 * unit,
               .colour = i == 0 || i == 7 ? shade::gold : shade::white,
               .align = Align::centre,
               .shadow = 4 * unit});
    x += step;
  }
}

void draw_value(Canvas& canvas, Text& text, const MenuLine& line, const Rect& rect, float unit,
                Colour colour) {
  const float y = rect.y + rect.height / 2;
  const float right = rect.x + rect.width - (line.is_choice ? 36 : 18) * unit;
  text.draw(canvas, line.value, {right, y},
            {.size = 18 * unit, .colour = colour, .align = Align::right});
  if (!line.is_choice) return;
  const auto arrow = [&](float x, float side) {
    const Point corners[] = {{x + side * 9 * unit, y}, {x, y - 7 * unit}, {x, y + 7 * unit}};
    canvas.polygon(corners, colour);
  };
  arrow(rect.x + rect.width - 22 * unit, 1);
  arrow(rect.x + rect.width * 0.62F, -1);
}

void draw_line(Canvas& canvas, Text& text, const MenuLine& line, const Rect& rect,
               const TextStyle& style, bool is_selected) {
  const float unit = unit_of(canvas);
  canvas.rectangle(rect, is_selected ? shade::gold : Colour{30, 24, 44, 255}.faded(0.86F));
  const Colour colour = is_selected ? shade::ink : shade::white;
  TextStyle left = style;
  left.colour = colour;
  if (line.value.empty() && !line.is_text) {
    left.align = Align::centre;
    text.draw(canvas, line.label, {rect.x + rect.width / 2, rect.y + rect.height / 2}, left);
    return;
  }
  MenuLine shown = line;
  if (line.is_text && is_selected) shown.value += "_";
  const float room =
      rect.width - (line.is_choice ? 90 : 54) * unit - text.width(shown.value, style);
  text.draw(canvas, fitted(text, line.label, left, room),
            {rect.x + 18 * unit, rect.y + rect.height / 2}, left);
  draw_value(canvas, text, shown, rect, unit, colour);
}

void draw_message(Canvas& canvas, Text& text, const std::string& message) {
  const float unit = unit_of(canvas);
  const std::vector<std::string> rows = wrapped(capital(message), message_columns);
  const float head = (canvas.height() - 720 * unit) / 2;
  const float tall = (18 + 22 * static_cast<float>(rows.size())) * unit;
  const Rect rect{canvas.width() / 2 - 400 * unit, head + 206 * unit - tall / 2, 800 * unit, tall};
  canvas.rectangle(rect, Colour{92, 26, 34, 255}.faded(0.94F));
  canvas.rectangle({rect.x, rect.y, 6 * unit, rect.height}, shade::alarm);
  float y = rect.y + 20 * unit;
  for (const std::string& row : rows) {
    text.draw(canvas, row, {canvas.width() / 2, y},
              {.size = 16 * unit, .align = Align::centre, .is_bold = false});
    y += 22 * unit;
  }
}

/// Where the picture is wide enough for it.
void draw_beside(Canvas& canvas, Text& text, const MenuPage& page) {
  constexpr float beside_width = 336;
  const float unit = unit_of(canvas);
  const float left = canvas.width() / 2 + (page_width / 2 + 12) * unit;
  const bool has_content = page.picture != nullptr || !page.remarks.empty();
  if (!has_content || left + beside_width * unit > canvas.width()) return;
  float y = (canvas.height() - 720 * unit) / 2 + page_top * unit;
  if (page.picture != nullptr) {
    canvas.rectangle({left, y, page.picture->width() + 6, page.picture->height() + 6}, shade::ink);
    canvas.copy(*page.picture, static_cast<int>(left) + 3, static_cast<int>(y) + 3);
    y += page.picture->height() + 24 * unit;
  }
  for (const std::string& remark : page.remarks) {
    text.draw(canvas, remark, {left + 2 * unit, y},
              {.size = 15 * unit, .shadow = unit, .is_bold = false});
    y += 22 * unit;
  }
}

}  // namespace

void draw_menu(Canvas& canvas, Text& text, const MenuPage& page, float seconds) {
  dim(canvas, 0.52F);
  if (page.has_name) draw_name(canvas, text, seconds);
  const float unit = unit_of(canvas);
  const float head = (canvas.height() - 720 * unit) / 2;
  if (page.message.empty()) {
    text.draw(canvas, page.title, {canvas.width() / 2, head + 206 * unit},
              {.size = 22 * unit, .colour = shade::gold, .align = Align::centre, .shadow = unit});
  } else {
    draw_message(canvas, text, page.message);
  }
  const std::size_t first = first_shown(page);
  const std::size_t last = std::min(page.lines.size(), first + menu_lines_shown);
  for (std::size_t i = first; i < last; ++i) {
    draw_line(canvas, text, page.lines[i], line_rect(canvas, i - first), {.size = 18 * unit},
              i == page.selected);
  }
  if (last < page.lines.size() || first > 0) {
    text.draw(canvas,
              std::to_string(page.selected + 1) + " of " + std::to_string(page.lines.size()),
              {canvas.width() / 2 + page_width / 2 * unit, head + 232 * unit},
              {.size = 14 * unit,
               .colour = shade::grey,
               .align = Align::right,
               .shadow = unit,
               .is_bold = false});
  }
  draw_beside(canvas, text, page);
  // Over a match its foot is in use.
  const float hint_at =
      page.has_name ? 690 : page_top + line_height * static_cast<float>(last - first) + 16;
  text.draw(canvas, page.hint, {canvas.width() / 2, head + hint_at * unit},
            {.size = 14 * unit,
             .colour = shade::grey,
             .align = Align::centre,
             .shadow = unit,
             .is_bold = false});
}

std::optional<std::size_t> menu_line_at(const Canvas& canvas, const MenuPage& page, Point at) {
  const std::size_t first = first_shown(page);
  const std::size_t last = std::min(page.lines.size(), first + menu_lines_shown);
  for (std::size_t i = first; i < last; ++i) {
    const Rect rect = line_rect(canvas, i - first);
    const bool is_inside = at.x >= rect.x && at.x <= rect.x + rect.width && at.y >= rect.y &&
                           at.y <= rect.y + rect.height;
    if (is_inside) return i;
  }
  return std::nullopt;
}

}  // namespace counterpoint
