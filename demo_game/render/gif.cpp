// GIF89a (CompuServe, 1990): what does not change from picture to picture is transparent. Colours
// are chosen by median cut (P. Heckbert, "Color Image Quantization for Frame Buffer Display",
// 1982).

#include "render/gif.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <utility>

namespace counterpoint {

namespace {

constexpr std::size_t colours_max = 255;
constexpr std::uint8_t unchanged = 255;
constexpr std::size_t cells = 1U << 15;  // five bits of each channel

using Channels = std::array<std::uint8_t, 3>;

Channels channels_of(std::uint32_t pixel) {
  return {static_cast<std::uint8_t>(pixel >> 16), static_cast<std::uint8_t>(pixel >> 8),
          static_cast<std::uint8_t>(pixel)};
}

std::size_t cell_of(std::uint32_t pixel) {
  const Channels channels = channels_of(pixel);
  return static_cast<std::size_t>(channels[0] >> 3) << 10 |
         static_cast<std::size_t>(channels[1] >> 3) << 5 |
         static_cast<std::size_t>(channels[2] >> 3);
}

/// Pixels whose colours are nearly the same.
struct Cell {
  std::size_t index = 0;
  std::uint64_t count = 0;
  std::array<std::uint64_t, 3> sums{};

  double mean(std::size_t channel) const {
    return static_cast<double>(sums[channel]) / static_cast<double>(count);
  }
};

struct Box {
  std::size_t first = 0, last = 0;  // of the cells
  std::size_t axis = 0;             // along which it is widest
  double worth = 0;                 // of being divided
};

struct GifColours {
  std::vector<Channels> colours;
  std::vector<std::uint8_t> of_cell = std::vector<std::uint8_t>(cells);
};

std::vector<Cell> count_cells(std::span<const Canvas> pictures) {
  std::vector<Cell> all(cells);
  for (const Canvas& picture : pictures) {
    for (const std::uint32_t pixel : picture.pixels()) {
      Cell& cell = all[cell_of(pixel)];
      ++cell.count;
      const Channels channels = channels_of(pixel);
      for (std::size_t i = 0; i < channels.size(); ++i)
        cell.sums[i] += channels[i];
    }
  }
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i].index = i;
  std::erase_if(all, [](const Cell& cell) { return cell.count == 0; });
  return all;
}

Box box_of(const std::vector<Cell>& all, std::size_t first, std::size_t last) {
  Box box{.first = first, .last = last};
  double widest = 0;
  std::uint64_t count = 0;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    double low = 256, high = 0;
    for (std::size_t i = first; i < last; ++i) {
      low = std::min(low, all[i].mean(axis));
      high = std::max(high, all[i].mean(axis));
    }
    if (high - low <= widest) continue;
    widest = high - low;
    box.axis = axis;
  }
  for (std::size_t i = first; i < last; ++i)
    count += all[i].count;
  // Between cutting what is wide and what is seen most.
  box.worth = last - first < 2 ? 0 : widest * std::sqrt(static_cast<double>(count));
  return box;
}

GifColours choose_colours(std::span<const Canvas> pictures) {
  std::vector<Cell> all = count_cells(pictures);
  std::vector<Box> boxes{box_of(all, 0, all.size())};
  while (boxes.size() < colours_max) {
    const auto widest =
        std::max_element(boxes.begin(), boxes.end(),
                         [](const Box& one, const Box& other) { return one.worth < other.worth; });
    if (widest->worth <= 0) break;
    const Box box = *widest;
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(box.first);
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(box.last);
    std::sort(begin, end, [&](const Cell& one, const Cell& other) {
      return one.mean(box.axis) < other.mean(box.axis);
    });
    std::uint64_t total = 0, passed = 0;
    for (auto cell = begin; cell != end; ++cell)
      total += cell->count;
    std::size_t middle = box.first;
    while (middle + 1 < box.last - 1 && passed + all[middle].count <= total / 2)
      passed += all[middle++].count;
    *widest = box_of(all, box.first, middle + 1);
    boxes.push_back(box_of(all, middle + 1, box.last));
  }
  GifColours palette;
  for (const Box& box : boxes) {
    Cell sum;
    for (std::size_t i = box.first; i < box.last; ++i) {
      palette.of_cell[all[i].index] = static_cast<std::uint8_t>(palette.colours.size());
      sum.count += all[i].count;
      for (std::size_t channel = 0; channel < 3; ++channel)
        sum.sums[channel] += all[i].sums[channel];
    }
    palette.colours.push_back({static_cast<std::uint8_t>(sum.mean(0)),
                               static_cast<std::uint8_t>(sum.mean(1)),
                               static_cast<std::uint8_t>(sum.mean(2))});
  }
  return palette;
}

class Output {
 public:
  std::vector<std::uint8_t> bytes;

  void byte(int value) { bytes.push_back(static_cast<std::uint8_t>(value)); }
  void word(int value) {
    byte(value & 255);
    byte(value >> 8);
  }
  void text(const char* words) {
    for (; *words != '\0'; ++words)
      byte(*words);
  }
};

/// LZW (T. Welch, 1984) with codes of 9 to 12 bits, in blocks of at most 255 bytes.
class Packer {
 public:
  explicit Packer(Output& out) : out_(out), next_codes_(codes_max * 256) {}

  void pack(std::span<const std::uint8_t> pixels) {
    constexpr int smallest_code = 8;
    out_.byte(smallest_code);
    begin_anew();
    int prefix = pixels.front();
    for (const std::uint8_t pixel : pixels.subspan(1)) {
      std::uint16_t& code = next_codes_[static_cast<std::size_t>(prefix) * 256 + pixel];
      if (code != 0) {
        prefix = code;
        continue;
      }
      put(prefix);
      code = static_cast<std::uint16_t>(used_);
      grow();
      if (used_ == codes_max) begin_anew();
      prefix = pixel;
    }
    put(prefix);
    grow();  // as its reader does, who is one code behind
    put(end_code);
    while (held_bits_ > 0)
      take_byte();
    flush();
    out_.byte(0);
  }

 private:
  static constexpr int clear_code = 256, end_code = 257, bits_max = 12, codes_max = 1 << bits_max;

  void begin_anew() {
    put(clear_code);
    std::fill(next_codes_.begin(), next_codes_.end(), std::uint16_t{0});
    used_ = end_code + 1;
    bits_ = 9;
  }
  void grow() {
    ++used_;
    if (used_ > (1 << bits_) && bits_ < bits_max) ++bits_;
  }
  void put(int code) {
    held_ |= static_cast<std::uint32_t>(code) << held_bits_;
    held_bits_ += bits_;
    while (held_bits_ >= 8)
      take_byte();
  }
  void take_byte() {
    block_.push_back(static_cast<std::uint8_t>(held_));
    held_ >>= 8;
    held_bits_ -= 8;
    if (block_.size() == 255) flush();
  }
  void flush() {
    if (block_.empty()) return;
    out_.byte(static_cast<int>(block_.size()));
    out_.bytes.insert(out_.bytes.end(), block_.begin(), block_.end());
    block_.clear();
  }

  Output& out_;
  std::vector<std::uint16_t> next_codes_;  // by prefix and pixel; 0: none yet
  std::vector<std::uint8_t> block_;
  std::uint32_t held_ = 0;
  int held_bits_ = 0;
  int bits_ = 9;
  int used_ = end_code + 1;
};

void put_header(Output& out, const Canvas& picture, const GifColours& palette) {
  constexpr int has_256_colours = 0xF7;
  out.text("GIF89a");
  out.word(picture.columns());
  out.word(picture.rows());
  out.byte(has_256_colours);
  out.word(0);
  for (std::size_t i = 0; i < 256; ++i) {
    const Channels colour = i < palette.colours.size() ? palette.colours[i] : Channels{};
    for (const std::uint8_t channel : colour)
      out.byte(channel);
  }
  out.word(0xFF21);
  out.byte(11);
  out.text("NETSCAPE2.0");  // for ever
  out.byte(3);
  out.byte(1);
  out.word(0);
  out.byte(0);
}

}  // namespace

std::vector<std::uint8_t> encode_gif(std::span<const Canvas> pictures, int hundredths) {
  const GifColours palette = choose_colours(pictures);
  Output out;
  put_header(out, pictures.front(), palette);
  std::vector<std::uint8_t> before, now, shown;
  for (const Canvas& picture : pictures) {
    constexpr int leave_and_transparent = 0x05;
    now.clear();
    for (const std::uint32_t pixel : picture.pixels())
      now.push_back(palette.of_cell[cell_of(pixel)]);
    shown = now;
    for (std::size_t i = 0; i < before.size(); ++i)
      if (now[i] == before[i]) shown[i] = unchanged;
    before = now;
    out.word(0xF921);
    out.byte(4);
    out.byte(leave_and_transparent);
    out.word(hundredths);
    out.byte(unchanged);
    out.byte(0);
    out.byte(0x2C);
    out.word(0);
    out.word(0);
    out.word(picture.columns());
    out.word(picture.rows());
    out.byte(0);
    Packer(out).pack(shown);
  }
  out.byte(0x3B);
  return std::move(out.bytes);
}

tutti::Result<void> save_gif(std::span<const Canvas> pictures, int hundredths,
                             const std::string& path) {
  constexpr int size_max = 65'535;
  const auto is_other = [&](const Canvas& picture) {
    return picture.columns() != pictures.front().columns() ||
           picture.rows() != pictures.front().rows() || picture.columns() > size_max ||
           picture.rows() > size_max;
  };
  if (pictures.empty() || std::any_of(pictures.begin(), pictures.end(), is_other)) {
    return tutti::fail(tutti::Fault::usage, "a moving picture needs pictures of one size");
  }
  const std::vector<std::uint8_t> bytes = encode_gif(pictures, hundredths);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) {
    return tutti::fail(tutti::Fault::system, "the moving picture cannot be written to " + path);
  }
  return {};
}

}  // namespace counterpoint
