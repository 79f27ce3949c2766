#include "render/picture.hpp"

#include <SDL_image.h>

#include "render/sdl.hpp"

namespace counterpoint {

tutti::Result<void> save_png(const Canvas& canvas, const std::string& path) {
  std::vector<std::uint32_t> pixels(canvas.pixels().begin(), canvas.pixels().end());
  const SurfacePtr surface(
      SDL_CreateRGBSurfaceWithFormatFrom(pixels.data(), canvas.columns(), canvas.rows(), 32,
                                         canvas.columns() * 4, SDL_PIXELFORMAT_ARGB8888));
  if (!surface || IMG_SavePNG(surface.get(), path.c_str()) != 0) {
    return tutti::fail(tutti::Fault::system,
                       "the picture " + path + " cannot be written: " + SDL_GetError());
  }
  return {};
}

}  // namespace counterpoint
