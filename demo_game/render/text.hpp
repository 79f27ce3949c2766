#pragma once
// Words on the screen, in DejaVu, or in whatever there is. Without any font everything else is
// still drawn.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "render/canvas.hpp"

namespace counterpoint {

enum class Align { left, centre, right };

struct TextStyle {
  float size = 20;  ///< pixels
  Colour colour{255, 255, 255, 255};
  Align align = Align::left;
  float shadow = 0;  ///< pixels down and right; 0 for none
  bool is_bold = true;
};

/// A font below one of these folders that letters can be read in: one without serifs if there is
/// such, upright, neither of symbols nor of one width. Empty if there is none.
std::string readable_font(const std::vector<std::string>& folders);

class Text {
 public:
  Text();
  ~Text();
  Text(const Text&) = delete;
  Text& operator=(const Text&) = delete;

  /// The parts that are missing and their effect, to be said once; empty if all is well.
  const std::string& complaint() const { return complaint_; }

  /// `at`: left end, middle or right end of the line, halfway up its height.
  void draw(Canvas& canvas, const std::string& words, Point at, const TextStyle& style);
  /// Pixels from its left end to its right one.
  float width(const std::string& words, const TextStyle& style);

 private:
  const Mask* find(const std::string& words, const TextStyle& style);
  struct Fonts;
  std::unique_ptr<Fonts> fonts_;
  std::map<std::string, Mask> lines_;
  std::string complaint_;
};

}  // namespace counterpoint
