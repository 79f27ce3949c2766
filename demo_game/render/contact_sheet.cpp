#include "render/contact_sheet.hpp"

#include "render/painter.hpp"
#include "render/picture.hpp"

namespace counterpoint {

namespace {

constexpr int side_max = 16'384;  // pixels
constexpr int gap = 6;
constexpr int caption_height = 26;

void draw_shot(Painter& painter, const Shot& shot, const Captions& captions, Canvas& picture) {
  painter.sparks().clear();
  for (const Shot::Seen& seen : shot.effects)
    painter.sparks().add(seen.effect, seen.ticks_ago);
  painter.draw(picture, {shot.state, shot.state}, captions, {.is_cut = true});
}

}  // namespace

tutti::Result<void> save_contact_sheet(std::span<const Shot> shots, const std::string& path,
                                       const SheetOptions& options) {
  const int count = static_cast<int>(shots.size());
  if (count == 0 || options.columns < 1 || options.width < 64 || options.height < 36) {
    return tutti::fail(tutti::Fault::usage, "a contact sheet needs shots, columns and a size");
  }
  const int columns = std::min(options.columns, count);
  const int rows = (count + columns - 1) / columns;
  const int width = columns * (options.width + gap) + gap;
  const int height = rows * (options.height + caption_height + gap) + gap;
  if (width > side_max || height > side_max) {
    return tutti::fail(tutti::Fault::usage, "the contact sheet would be " + std::to_string(width) +
                                                " by " + std::to_string(height) +
                                                " pixels; draw fewer or smaller shots");
  }
  Canvas sheet(width, height), picture(options.width, options.height);
  sheet.rectangle({0, 0, sheet.width(), sheet.height()}, {28, 24, 38, 255});
  Painter painter;
  Captions captions;
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    if (!options.names[slot].empty()) captions.names[slot] = options.names[slot];
  }
  for (int i = 0; i < count; ++i) {
    const Shot& shot = shots[static_cast<std::size_t>(i)];
    const int column = gap + (i % columns) * (options.width + gap);
    const int row = gap + (i / columns) * (options.height + caption_height + gap);
    draw_shot(painter, shot, captions, picture);
    sheet.copy(picture, column, row);
    const Point below{static_cast<float>(column + 4),
                      static_cast<float>(row + options.height + caption_height / 2)};
    painter.text().draw(sheet, shot.caption, below,
                        {.size = 15, .colour = {222, 220, 232, 255}, .is_bold = false});
  }
  return save_png(sheet, path);
}

}  // namespace counterpoint
