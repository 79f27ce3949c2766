#pragma once
// Smooth shapes on pixels in memory. No display and no graphics card take part, so a picture is the
// same in a window, in a test and on a sheet of paper. Coordinates are pixels, y down.

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "render/geometry.hpp"

namespace counterpoint {

struct Colour {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
  std::uint8_t alpha = 255;

  /// The same, more or less opaque: 0 to 1.
  Colour faded(float opacity) const;
};
/// From one colour to another.
Colour mix(Colour from, Colour to, float part);

struct Rect {
  float x = 0, y = 0, width = 0, height = 0;
};

/// How much of each pixel a shape covers, 0 to 255, row by row: a line of text.
struct Mask {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> cover;
};

class Canvas {
 public:
  Canvas(int width, int height) { resize(width, height); }

  /// At least one pixel each way; the drawing is lost.
  void resize(int width, int height);
  float width() const { return static_cast<float>(columns_); }
  float height() const { return static_cast<float>(rows_); }
  int columns() const { return columns_; }
  int rows() const { return rows_; }
  /// 0xAARRGGBB, row by row, always opaque.
  std::span<const std::uint32_t> pixels() const { return pixels_; }

  void rectangle(const Rect& rect, Colour colour);
  /// Top to bottom.
  void gradient(const Rect& rect, Colour top, Colour bottom);
  /// Any polygon that does not cross itself; edges are smoothed by the exact area they cover.
  void polygon(std::span<const Point> corners, Colour colour);
  void circle(Point centre, float radius, Colour colour);
  void ellipse(Point centre, float radius_x, float radius_y, Colour colour);
  /// The hull of two circles: a limb.
  void capsule(Point from, float from_radius, Point to, float to_radius, Colour colour);
  void line(Point from, Point to, float width, Colour colour);
  /// The area between two lines with equally many points.
  void band(std::span<const Point> upper, std::span<const Point> lower, Colour colour);
  /// Brightest in the middle, nothing at the rim.
  void glow(Point centre, float radius, Colour colour);
  /// `column`, `row`: of its top left corner.
  void mask(const Mask& mask, int column, int row, Colour colour);
  void copy(const Canvas& other, int column, int row);

 private:
  /// One side of a polygon, downwards.
  struct Edge {
    Point from, to;
    float sign = 1;
  };
  void add_edge(const Edge& edge, float top);
  void sweep_row(int row, Colour colour);
  void fill_run(int row, int from, int to, float cover, Colour colour);

  int columns_ = 1;
  int rows_ = 1;
  std::vector<std::uint32_t> pixels_;
  // One row of a polygon: change of the covered area from pixel to pixel, and where it changes.
  std::vector<float> change_;
  std::vector<std::pair<int, int>> touched_;
  std::vector<Edge> edges_;
  std::vector<Point> outline_;
};

}  // namespace counterpoint
