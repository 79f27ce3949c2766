#include "render/canvas.hpp"

namespace counterpoint {

namespace {

std::uint8_t channel(float value) {
  return static_cast<std::uint8_t>(std::clamp(value, 0.0F, 255.0F));
}

std::uint32_t packed(Colour colour) {
  return 0xFF000000U | std::uint32_t{colour.red} << 16 | std::uint32_t{colour.green} << 8 |
         colour.blue;
}

/// `part` of 256 of the upper colour over the lower one, two channels at a time.
std::uint32_t blended(std::uint32_t lower, std::uint32_t upper, std::uint32_t part) {
  const std::uint32_t low_rb = lower & 0xFF00FFU, low_g = lower & 0xFF00U;
  const std::uint32_t rb = low_rb * (256 - part) + (upper & 0xFF00FFU) * part;
  const std::uint32_t g = low_g * (256 - part) + (upper & 0xFF00U) * part;
  return 0xFF000000U | ((rb >> 8) & 0xFF00FFU) | ((g >> 8) & 0xFF00U);
}

std::uint32_t part_of_256(float cover, std::uint8_t alpha) {
  const float part = std::min(cover, 1.0F) * static_cast<float>(alpha) * (256.0F / 255.0F);
  return static_cast<std::uint32_t>(part + 0.5F);
}

int segments_for(float radius) { return std::clamp(static_cast<int>(radius * 0.8F) + 8, 10, 64); }

}  // namespace

Colour Colour::faded(float opacity) const {
  return {red, green, blue, channel(static_cast<float>(alpha) * opacity)};
}

Colour mix(Colour from, Colour to, float part) {
  const auto between = [part](std::uint8_t a, std::uint8_t b) {
    return channel(mix(static_cast<float>(a), static_cast<float>(b), part));
  };
  return {between(from.red, to.red), between(from.green, to.green), between(from.blue, to.blue),
          between(from.alpha, to.alpha)};
}

void Canvas::resize(int width, int height) {
  columns_ = std::max(width, 1);
  rows_ = std::max(height, 1);
  pixels_.assign(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_), 0xFF000000U);
  change_.assign(static_cast<std::size_t>(columns_) + 2, 0.0F);
}

void Canvas::fill_run(int row, int from, int to, float cover, Colour colour) {
  if (from >= to) return;
  const std::uint32_t part = part_of_256(cover, colour.alpha);
  if (part == 0) return;
  const std::uint32_t upper = packed(colour);
  std::uint32_t* pixel =
      &pixels_[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) +
               static_cast<std::size_t>(from)];
  if (part >= 256) {
    std::fill_n(pixel, to - from, upper);
    return;
  }
  for (int i = from; i < to; ++i, ++pixel)
    *pixel = blended(*pixel, upper, part);
}

void Canvas::rectangle(const Rect& rect, Colour colour) {
  // Whole columns; the upper and lower edge are smooth.
  const int left = std::clamp(static_cast<int>(std::lround(rect.x)), 0, columns_);
  const int right = std::clamp(static_cast<int>(std::lround(rect.x + rect.width)), 0, columns_);
  const float top = std::clamp(rect.y, 0.0F, height());
  const float bottom = std::clamp(rect.y + rect.height, 0.0F, height());
  for (int row = static_cast<int>(top); static_cast<float>(row) < bottom; ++row) {
    const auto start = static_cast<float>(row);
    fill_run(row, left, right, std::min(bottom, start + 1) - std::max(top, start), colour);
  }
}

void Canvas::gradient(const Rect& rect, Colour top, Colour bottom) {
  for (float y = std::floor(rect.y); y < rect.y + rect.height; ++y) {
    rectangle({rect.x, y, rect.width, 1},
              mix(top, bottom, std::clamp((y - rect.y) / rect.height, 0.0F, 1.0F)));
  }
}

// Coverage by signed areas: each edge adds, to the pixels that it passes in a row, how much of what
// lies to the right of it it begins to cover; the running sum is the coverage. The method is that
// of R. Levien's font-rs (2016) and FreeType's smooth rasteriser, kept to one row at a time.
void Canvas::add_edge(const Edge& edge, float top) {
  const auto& [from, to, sign] = edge;
  const float upper = std::max(from.y, top), lower = std::min(to.y, top + 1);
  if (lower <= upper) return;
  const float slope = (to.x - from.x) / (to.y - from.y);
  const float wide = width();
  float left = std::clamp(from.x + (upper - from.y) * slope, 0.0F, wide);
  float right = std::clamp(from.x + (lower - from.y) * slope, 0.0F, wide);
  if (left > right) std::swap(left, right);
  const float area = (lower - upper) * sign;
  const int first = static_cast<int>(left);
  const int last = std::min(static_cast<int>(std::ceil(right)), columns_);
  float* change = &change_[static_cast<std::size_t>(first)];
  touched_.emplace_back(first, std::max(last, first + 1) + 1);
  const float in_first = left - static_cast<float>(first);
  if (last <= first + 1) {
    const float middle = 0.5F * (left + right) - static_cast<float>(first);
    change[0] += area * (1 - middle);
    change[1] += area * middle;
    return;
  }
  // The edge crosses several pixels: the part that it covers grows by the same step for each.
  const float step = 1 / (right - left);
  const float in_last = right - static_cast<float>(last - 1);
  const float begin = 0.5F * step * (1 - in_first) * (1 - in_first);
  const float end = 0.5F * step * in_last * in_last;
  const int crossed = last - first;
  change[0] += area * begin;
  if (crossed == 2) {
    change[1] += area * (1 - begin - end);
  } else {
    const float second = step * (1.5F - in_first);
    change[1] += area * (second - begin);
    for (int i = 2; i < crossed - 1; ++i)
      change[i] += area * step;
    change[crossed - 1] += area * (1 - (second + static_cast<float>(crossed - 3) * step) - end);
  }
  change[crossed] += area * end;
}

void Canvas::sweep_row(int row, Colour colour) {
  if (touched_.empty()) return;
  std::sort(touched_.begin(), touched_.end());
  float cover = 0;
  int column = touched_.front().first;
  for (const auto& [first, last] : touched_) {
    if (first > column) {
      fill_run(row, column, first, std::abs(cover), colour);
      column = first;
    }
    for (; column < std::min(last, columns_); ++column) {
      float& change = change_[static_cast<std::size_t>(column)];
      cover += change;
      change = 0;
      fill_run(row, column, column + 1, std::abs(cover), colour);
    }
  }
  change_[static_cast<std::size_t>(columns_)] = 0;
  change_[static_cast<std::size_t>(columns_) + 1] = 0;
  touched_.clear();
}

void Canvas::polygon(std::span<const Point> corners, Colour colour) {
  if (corners.size() < 3 || colour.alpha == 0) return;
  float top = corners[0].y, bottom = top, left = corners[0].x, right = left;
  for (const Point corner : corners) {
    top = std::min(top, corner.y);
    bottom = std::max(bottom, corner.y);
    left = std::min(left, corner.x);
    right = std::max(right, corner.x);
  }
  if (right <= 0 || left >= width() || bottom <= 0 || top >= height()) return;
  edges_.clear();
  for (std::size_t i = 0; i < corners.size(); ++i) {
    const Point from = corners[i], to = corners[i + 1 == corners.size() ? 0 : i + 1];
    if (from.y < to.y) edges_.push_back({from, to, 1});
    if (from.y > to.y) edges_.push_back({to, from, -1});
  }
  std::sort(edges_.begin(), edges_.end(),
            [](const Edge& a, const Edge& b) { return a.from.y < b.from.y; });
  const int first = static_cast<int>(std::max(top, 0.0F));
  const int last = std::min(static_cast<int>(std::ceil(bottom)), rows_);
  std::size_t done = 0;  // edges that end above the row
  for (int row = first; row < last; ++row) {
    const auto above = static_cast<float>(row);
    while (done < edges_.size() && edges_[done].to.y <= above)
      ++done;
    for (std::size_t i = done; i < edges_.size() && edges_[i].from.y < above + 1; ++i)
      add_edge(edges_[i], above);
    sweep_row(row, colour);
  }
}

void Canvas::circle(Point centre, float radius, Colour colour) {
  ellipse(centre, radius, radius, colour);
}

void Canvas::ellipse(Point centre, float radius_x, float radius_y, Colour colour) {
  const int segments = segments_for(std::max(radius_x, radius_y));
  outline_.clear();
  for (int i = 0; i < segments; ++i) {
    const float angle = 2 * pi * static_cast<float>(i) / static_cast<float>(segments);
    outline_.push_back(centre + Point{std::cos(angle) * radius_x, std::sin(angle) * radius_y});
  }
  polygon(outline_, colour);
}

void Canvas::capsule(Point from, float from_radius, Point to, float to_radius, Colour colour) {
  const Point along = to - from;
  const float distance = length(along);
  if (distance <= std::abs(from_radius - to_radius)) {
    return from_radius > to_radius ? circle(from, from_radius, colour)
                                   : circle(to, to_radius, colour);
  }
  // The tangents touch both circles where the radius stands at this angle to the axis.
  const float axis = std::atan2(along.y, along.x);
  const float spread = std::acos((from_radius - to_radius) / distance);
  const int segments = segments_for(std::max(from_radius, to_radius)) / 2 + 1;
  outline_.clear();
  const auto arc = [&](Point centre, float radius, float start, float stop) {
    for (int i = 0; i <= segments; ++i) {
      const float angle = mix(start, stop, static_cast<float>(i) / static_cast<float>(segments));
      outline_.push_back(centre + Point{std::cos(angle), std::sin(angle)} * radius);
    }
  };
  arc(to, to_radius, axis - spread, axis + spread);
  arc(from, from_radius, axis + spread, axis + 2 * pi - spread);
  polygon(outline_, colour);
}

void Canvas::line(Point from, Point to, float width, Colour colour) {
  const Point side = normal_of(to - from) * (width / 2);
  const Point corners[] = {from + side, to + side, to - side, from - side};
  polygon(corners, colour);
}

void Canvas::band(std::span<const Point> upper, std::span<const Point> lower, Colour colour) {
  outline_.assign(upper.begin(), upper.end());
  outline_.insert(outline_.end(), lower.rbegin(), lower.rend());
  polygon(outline_, colour);
}

void Canvas::glow(Point centre, float radius, Colour colour) {
  const int top = std::max(static_cast<int>(centre.y - radius), 0);
  const int bottom = std::min(static_cast<int>(centre.y + radius) + 1, rows_);
  const int left = std::max(static_cast<int>(centre.x - radius), 0);
  const int right = std::min(static_cast<int>(centre.x + radius) + 1, columns_);
  const float scale = 1 / std::max(radius * radius, 1.0F);
  for (int row = top; row < bottom; ++row) {
    const float y = static_cast<float>(row) + 0.5F - centre.y;
    for (int column = left; column < right; ++column) {
      const float x = static_cast<float>(column) + 0.5F - centre.x;
      const float near = 1 - (x * x + y * y) * scale;
      if (near > 0) fill_run(row, column, column + 1, near * near, colour);
    }
  }
}

void Canvas::mask(const Mask& mask, int column, int row, Colour colour) {
  const std::uint32_t upper = packed(colour);
  for (int y = std::max(0, -row); y < mask.height && y + row < rows_; ++y) {
    for (int x = std::max(0, -column); x < mask.width && x + column < columns_; ++x) {
      const std::uint32_t cover = mask.cover[static_cast<std::size_t>(y * mask.width + x)];
      if (cover == 0) continue;
      std::uint32_t& pixel =
          pixels_[static_cast<std::size_t>(y + row) * static_cast<std::size_t>(columns_) +
                  static_cast<std::size_t>(x + column)];
      pixel = blended(pixel, upper, (cover * colour.alpha * 256U + 32'512U) / 65'025U);
    }
  }
}

void Canvas::copy(const Canvas& other, int column, int row) {
  const int from = std::max(0, -column), to = std::min(other.columns_, columns_ - column);
  for (int y = std::max(0, -row); y < other.rows_ && y + row < rows_ && from < to; ++y) {
    const auto source = other.pixels_.begin() + y * other.columns_;
    std::copy(source + from, source + to, pixels_.begin() + (y + row) * columns_ + column + from);
  }
}

}  // namespace counterpoint
