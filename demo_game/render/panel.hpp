#pragma once
// The parts that all written screens are made of: their colours, their unit, panels, and pictures
// of a fighter.

#include <string>
#include <vector>

#include "render/figure.hpp"
#include "render/text.hpp"

namespace counterpoint {

namespace shade {
inline constexpr Colour white{255, 255, 255, 255};
inline constexpr Colour grey{178, 172, 196, 255};
inline constexpr Colour ink{18, 14, 28, 255};
inline constexpr Colour gold{255, 214, 96, 255};
inline constexpr Colour alarm{255, 96, 64, 255};
inline constexpr Colour calm{150, 226, 255, 255};
}  // namespace shade

/// A unit of what is written: one 720th of the height, or less where the picture is narrow.
float unit_of(const Canvas& canvas);

/// A dark panel with a coloured edge at its top.
void draw_panel(Canvas& canvas, const Rect& rect, Colour edge, float unit);
/// Darkens the whole picture, 0 to 1.
void dim(Canvas& canvas, float part);
/// Head and shoulders on a ground of the player's colour.
void draw_portrait(Canvas& canvas, const Rect& rect, Character character, const Look& look,
                   float seconds);
/// With a capital first letter.
std::string capital(std::string words);
/// Words broken into rows of at most so many characters.
std::vector<std::string> wrapped(const std::string& words, std::size_t columns);
/// As much of the words as there is room for, in pixels.
std::string fitted(Text& text, std::string words, const TextStyle& style, float room);
/// The style, smaller if the words would need more room than this, in pixels.
TextStyle narrowed(Text& text, const std::string& words, TextStyle style, float room);
/// A bar that is filled so far, 0 to 1.
void draw_bar(Canvas& canvas, const Rect& rect, float part, Colour colour);

}  // namespace counterpoint
