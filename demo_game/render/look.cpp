#include "render/look.hpp"

#include <array>

namespace counterpoint {

namespace {

Palette used_palette = Palette::usual;

/// Orange, sky blue, yellow and purple of M. Okabe and K. Ito, "Color Universal Design" (2008).
constexpr std::array<std::array<Colour, 3>, 4> distinct_cloths = {{
    {{{222, 98, 0, 255}, {140, 58, 0, 255}, {255, 240, 216, 255}}},
    {{{86, 180, 233, 255}, {28, 104, 160, 255}, {224, 244, 255, 255}}},
    {{{240, 228, 66, 255}, {158, 142, 14, 255}, {60, 54, 20, 255}}},
    {{{128, 52, 118, 255}, {76, 24, 72, 255}, {255, 210, 238, 255}}},
}};

/// The same clothes, dyed.
Look dyed(Look look, const std::array<Colour, 3>& cloth) {
  look.cloth = cloth[0];
  look.cloth_dark = cloth[1];
  look.band = cloth[2];
  return look;
}

}  // namespace

void use_palette(Palette palette) { used_palette = palette; }

const Look& look_of(std::size_t slot) {
  static constexpr std::array<Look, 4> looks = {{
      {.cloth = {226, 74, 51, 255},
       .cloth_dark = {158, 42, 40, 255},
       .sleeve = {247, 226, 196, 255},
       .skin = {238, 178, 134, 255},
       .skin_dark = {190, 130, 96, 255},
       .belt = {40, 26, 38, 255},
       .hair = {58, 34, 36, 255},
       .band = {255, 240, 216, 255}},
      {.cloth = {38, 120, 196, 255},
       .cloth_dark = {22, 74, 136, 255},
       .sleeve = {214, 238, 246, 255},
       .skin = {214, 156, 118, 255},
       .skin_dark = {164, 112, 84, 255},
       .belt = {244, 214, 96, 255},
       .hair = {30, 28, 44, 255},
       .band = {244, 214, 96, 255}},
      {.cloth = {58, 160, 92, 255},
       .cloth_dark = {30, 102, 66, 255},
       .sleeve = {232, 244, 214, 255},
       .skin = {248, 204, 168, 255},
       .skin_dark = {204, 156, 124, 255},
       .belt = {92, 52, 34, 255},
       .hair = {196, 112, 52, 255},
       .band = {236, 250, 180, 255}},
      {.cloth = {152, 92, 186, 255},
       .cloth_dark = {100, 56, 132, 255},
       .sleeve = {240, 224, 250, 255},
       .skin = {196, 140, 104, 255},
       .skin_dark = {148, 100, 76, 255},
       .belt = {250, 210, 120, 255},
       .hair = {220, 214, 226, 255},
       .band = {255, 190, 206, 255}},
  }};
  static const std::array<Look, 4> distinct = {
      dyed(looks[0], distinct_cloths[0]), dyed(looks[1], distinct_cloths[1]),
      dyed(looks[2], distinct_cloths[2]), dyed(looks[3], distinct_cloths[3])};
  return (used_palette == Palette::usual ? looks : distinct)[slot % looks.size()];
}

const Build& build_of(Character character) {
  static constexpr std::array<Build, character_count> builds = {{
      {.scale = 1.0F, .girth = 1.0F, .head = 1.0F},
      {.scale = 0.86F, .girth = 0.82F, .head = 1.18F},
      {.scale = 1.08F, .girth = 1.42F, .head = 1.05F},
  }};
  const auto row = static_cast<std::size_t>(character);
  return builds[row < builds.size() ? row : 0];
}

const char* description_of(Character character) {
  switch (character) {
    case Character::viola:
      return "balanced, with a long bow";
    case Character::piccolo:
      return "fast and light, three jumps";
    case Character::timpano:
      return "heavy, late and final";
  }
  return "";
}

}  // namespace counterpoint
