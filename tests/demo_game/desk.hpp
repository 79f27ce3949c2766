#pragma once
// The program's desk for tests: without a display and sound, its events from a script.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "program/desk.hpp"
#include "recorded.hpp"

namespace counterpoint::test {

/// Uses a desk with this script.
template <class Use>
void at_desk(const std::string& script, Use use) {
  setenv("SDL_VIDEODRIVER", "dummy", 1);
  setenv("SDL_AUDIODRIVER", "dummy", 1);
  const std::string path = scratch("counterpoint_script_test.txt");
  std::ofstream(path) << script;
  auto screen = Screen::open({.title = "test", .width = 320, .height = 180});
  REQUIRE(screen);
  {
    Desk desk{.screen = std::move(*screen)};
    REQUIRE(desk.director.read(path));
    furnish(desk, true);
    use(desk);
  }
  SDL_Quit();
  std::filesystem::remove(path);
}

}  // namespace counterpoint::test
