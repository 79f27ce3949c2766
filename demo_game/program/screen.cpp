#include "program/screen.hpp"

namespace counterpoint {

namespace {

constexpr Uint32 full_screen = SDL_WINDOW_FULLSCREEN_DESKTOP;
constexpr int columns_max = 1920;  // beyond that the display scales better than we would draw

}  // namespace

tutti::Result<Screen> Screen::open(const Options& options) {
  if (SDL_InitSubSystem(SDL_INIT_VIDEO) != 0) {
    return tutti::fail(tutti::Fault::system, std::string("there is no display: ") + SDL_GetError());
  }
  SDL_SetHint(SDL_HINT_RENDER_SCALE_QUALITY, "linear");
  const Uint32 flags =
      SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI | (options.is_fullscreen ? full_screen : 0U);
  WindowPtr window(SDL_CreateWindow(options.title.c_str(), SDL_WINDOWPOS_CENTERED,
                                    SDL_WINDOWPOS_CENTERED, options.width, options.height, flags));
  RendererPtr renderer;
  if (window && !options.is_software) {
    renderer.reset(SDL_CreateRenderer(window.get(), -1, SDL_RENDERER_PRESENTVSYNC));
  }
  if (window && !renderer) {
    renderer.reset(SDL_CreateRenderer(window.get(), -1, SDL_RENDERER_SOFTWARE));
  }
  if (!renderer) {
    return tutti::fail(tutti::Fault::system,
                       std::string("the window cannot be opened: ") + SDL_GetError());
  }
  SDL_SetWindowMinimumSize(window.get(), 320, 180);
  return Screen(std::move(window), std::move(renderer));
}

Screen::Screen(WindowPtr window, RendererPtr renderer)
    : window_(std::move(window)), renderer_(std::move(renderer)) {
  fit();
}

void Screen::fit() {
  int width = 0, height = 0;
  SDL_GetRendererOutputSize(renderer_.get(), &width, &height);
  if (width > columns_max) {
    height = height * columns_max / width;
    width = columns_max;
  }
  if (width == canvas_.columns() && height == canvas_.rows()) return;
  canvas_.resize(width, height);
  texture_.reset(SDL_CreateTexture(renderer_.get(), SDL_PIXELFORMAT_ARGB8888,
                                   SDL_TEXTUREACCESS_STREAMING, canvas_.columns(), canvas_.rows()));
}

void Screen::set_fullscreen(bool is_fullscreen) {
  const bool is_full = (SDL_GetWindowFlags(window_.get()) & full_screen) == full_screen;
  if (is_full == is_fullscreen) return;
  SDL_SetWindowFullscreen(window_.get(), is_fullscreen ? full_screen : 0U);
  fit();
}

void Screen::set_size(int width, int height) {
  SDL_SetWindowSize(window_.get(), width, height);
  fit();
}

Point Screen::on_canvas(int x, int y) const {
  int width = 0, height = 0;
  SDL_GetWindowSize(window_.get(), &width, &height);
  return {static_cast<float>(x) * canvas_.width() / static_cast<float>(std::max(width, 1)),
          static_cast<float>(y) * canvas_.height() / static_cast<float>(std::max(height, 1))};
}

std::string Screen::renderer() const {
  SDL_RendererInfo info{};
  return SDL_GetRendererInfo(renderer_.get(), &info) == 0 ? info.name : "unknown";
}

void Screen::present() {
  if (!texture_) return;
  SDL_UpdateTexture(texture_.get(), nullptr, canvas_.pixels().data(),
                    canvas_.columns() * static_cast<int>(sizeof(std::uint32_t)));
  SDL_RenderCopy(renderer_.get(), texture_.get(), nullptr, nullptr);
  SDL_RenderPresent(renderer_.get());
}

}  // namespace counterpoint
