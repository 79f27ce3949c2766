#include "base/rehearse_options.hpp"

#include <fmt/format.h>

namespace tutti::tool {

std::string RehearseOptions::line_through(Tick last) const {
  std::string line = fmt::format("tutti rehearse{} --seed {} --depth {} --ticks {}", choice.text(),
                                 seed, depth, last.value);
  if (players != 0) line += fmt::format(" --players {}", players);
  return line + (bots ? " --bots" : "");
}

}  // namespace tutti::tool
