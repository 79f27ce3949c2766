#include "render/text.hpp"

#include <SDL_ttf.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <utility>

#include "render/sdl.hpp"
#include "tutti/sim/text.hpp"

namespace counterpoint {

namespace {

constexpr std::size_t lines_max = 300;

constexpr std::array usual_folders = {"/usr/share/fonts/truetype/dejavu/",
                                      "/usr/share/fonts/dejavu/", "/usr/share/fonts/TTF/",
                                      "/usr/share/fonts/dejavu-sans-fonts/"};

struct FontCloser {
  void operator()(TTF_Font* font) const { TTF_CloseFont(font); }
};
using FontPtr = std::unique_ptr<TTF_Font, FontCloser>;

/// How unwelcome a font is; nothing for what is none.
std::optional<int> strangeness_of(const std::string& name) {
  if (!name.ends_with(".ttf") && !name.ends_with(".otf")) return std::nullopt;
  constexpr int slanted = 1, other = 2, symbols = 8;
  static constexpr std::pair<const char*, int> oddities[] = {
      {"Bold", slanted},     {"Italic", slanted}, {"Oblique", slanted},  {"Mono", slanted},
      {"Light", slanted},    {"Symbol", symbols}, {"Emoji", symbols},    {"Math", symbols},
      {"Dingbats", symbols}, {"CJK", other},      {"Condensed", slanted}};
  int strangeness = name.find("Sans") == std::string::npos ? other : 0;
  for (const auto& [word, weight] : oddities)
    strangeness += name.find(word) == std::string::npos ? 0 : weight;
  return strangeness;
}

}  // namespace

std::string readable_font(const std::vector<std::string>& folders) {
  constexpr int files_most = 20'000;
  std::string best;
  std::optional<int> least;
  int files = 0;
  for (const std::string& folder : folders) {
    std::error_code error;
    std::filesystem::recursive_directory_iterator entry(folder, error), end;
    for (; !error && entry != end && files < files_most; entry.increment(error), ++files) {
      const std::string path = entry->path().string();
      const auto strangeness = strangeness_of(entry->path().filename().string());
      if (!strangeness) continue;
      // By name, where they are alike: folders are in no order.
      if (least && std::pair(*least, best) <= std::pair(*strangeness, path)) continue;
      least = strangeness;
      best = path;
    }
  }
  return best;
}

struct Text::Fonts {
  std::string regular, bold;  // paths
  std::map<std::pair<bool, int>, FontPtr> open;

  TTF_Font* get(bool is_bold, int size) {
    FontPtr& font = open[{is_bold, size}];
    if (!font) font.reset(TTF_OpenFont((is_bold ? bold : regular).c_str(), size));
    return font.get();
  }
};

Text::Text() : fonts_(std::make_unique<Fonts>()) {
  if (TTF_Init() != 0) {
    complaint_ = std::string("no text on the screen: ") + TTF_GetError();
    return;
  }
  for (const char* folder : usual_folders) {
    fonts_->regular = std::string(folder) + "DejaVuSans.ttf";
    fonts_->bold = std::string(folder) + "DejaVuSans-Bold.ttf";
    if (fonts_->get(true, 20) != nullptr && fonts_->get(false, 20) != nullptr) return;
  }
  const char* home = std::getenv("HOME");
  fonts_->regular =
      readable_font({"/usr/share/fonts", "/usr/local/share/fonts",
                     std::string(home != nullptr ? home : "") + "/.local/share/fonts"});
  fonts_->bold = fonts_->regular;
  if (!fonts_->regular.empty() && fonts_->get(false, 20) != nullptr) return;
  complaint_ = "no text on the screen: no font was found (package fonts-dejavu-core has one)";
}

Text::~Text() {
  fonts_.reset();
  if (TTF_WasInit() != 0) TTF_Quit();
}

const Mask* Text::find(const std::string& words, const TextStyle& style) {
  if (words.empty() || !complaint_.empty()) return nullptr;
  const int size = std::max(static_cast<int>(std::lround(style.size)), 6);
  const std::string key = std::to_string(size) + (style.is_bold ? 'b' : 'r') + words;
  const auto found = lines_.find(key);
  if (found != lines_.end()) return &found->second;
  TTF_Font* font = fonts_->get(style.is_bold, size);
  if (font == nullptr) return nullptr;
  const std::string shown = tutti::presentable(words);  // it may be a stranger's text
  const SurfacePtr surface(TTF_RenderUTF8_Blended(font, shown.c_str(), {255, 255, 255, 255}));
  if (!surface || surface->format->BytesPerPixel != 4) return nullptr;
  if (lines_.size() >= lines_max) lines_.clear();
  Mask& mask = lines_[key];
  mask.width = surface->w;
  mask.height = surface->h;
  for (int y = 0; y < surface->h; ++y) {
    const auto* row = reinterpret_cast<const std::uint32_t*>(
        static_cast<const std::uint8_t*>(surface->pixels) + y * surface->pitch);
    for (int x = 0; x < surface->w; ++x)
      mask.cover.push_back(static_cast<std::uint8_t>(row[x] >> 24));
  }
  return &mask;
}

float Text::width(const std::string& words, const TextStyle& style) {
  const Mask* mask = find(words, style);
  return mask == nullptr ? 0 : static_cast<float>(mask->width);
}

void Text::draw(Canvas& canvas, const std::string& words, Point at, const TextStyle& style) {
  const Mask* mask = find(words, style);
  if (mask == nullptr) return;
  float x = at.x;
  if (style.align == Align::centre) x -= static_cast<float>(mask->width) / 2;
  if (style.align == Align::right) x -= static_cast<float>(mask->width);
  const int column = static_cast<int>(std::lround(x));
  const int row = static_cast<int>(std::lround(at.y - static_cast<float>(mask->height) / 2));
  if (style.shadow > 0) {
    const int offset = std::max(1, static_cast<int>(std::lround(style.shadow)));
    canvas.mask(*mask, column + offset, row + offset, {12, 10, 20, style.colour.alpha});
  }
  canvas.mask(*mask, column, row, style.colour);
}

}  // namespace counterpoint
