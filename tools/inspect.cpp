// tutti inspect: becomes the program with the window, which is built where there is a screen to
// build for. It lies beside this one.

#include <fmt/format.h>

#include <filesystem>

#include "base/child_process.hpp"
#include "base/commands.hpp"

namespace tutti::tool {

namespace {

Exit run(const std::vector<std::string>& words) {
  std::error_code error;
  const auto here = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  const std::string program = (here / "tutti-inspect").string();
  if (!std::filesystem::exists(program, error)) {
    return complain(
        {Fault::system, fmt::format("there is no {}: it is built where SDL2 and Dear ImGui are "
                                    "installed (libsdl2-dev, libsdl2-image-dev, libimgui-dev)",
                                    program)});
  }
  std::vector<std::string> all{program};
  all.insert(all.end(), words.begin(), words.end());
  return complain(become(std::move(all)));
}

}  // namespace

void add_inspect(Command& tutti) {
  Command& command = tutti.subcommand("inspect", "Look into matches in a window: see its --help");
  auto words = std::make_shared<std::vector<std::string>>();
  command.pass_on(*words);
  command.action([words] { return run(*words); });
}

}  // namespace tutti::tool
