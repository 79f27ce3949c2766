#include "render/text.hpp"

#include <SDL_ttf.h>

#include <array>
#include <cmath>

#include "render/sdl.hpp"

namespace counterpoint {

namespace {

constexpr std::size_t lines_max = 300;

constexpr std::array folders = {"/usr/share/fonts/truetype/dejavu/", "/usr/share/fonts/dejavu/",
                                "/usr/share/fonts/TTF/", "/usr/share/fonts/dejavu-sans-fonts/"};

struct FontCloser {
  void operator()(TTF_Font* font) const { TTF_CloseFont(font); }
};
using FontPtr = std::unique_ptr<TTF_Font, FontCloser>;

}  // namespace

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
  for (const char* folder : folders) {
    fonts_->regular = std::string(folder) + "DejaVuSans.ttf";
    fonts_->bold = std::string(folder) + "DejaVuSans-Bold.ttf";
    if (fonts_->get(true, 20) != nullptr && fonts_->get(false, 20) != nullptr) return;
  }
  complaint_ = "no text on the screen: the DejaVu fonts are missing (package fonts-dejavu-core)";
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
  const SurfacePtr surface(TTF_RenderUTF8_Blended(font, words.c_str(), {255, 255, 255, 255}));
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
