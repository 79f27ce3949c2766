#include "game_choice.hpp"

namespace tutti::tool {

void GameChoice::add_to(Command& command, bool is_required) {
  command.option("--game", game,
                 is_required ? "a name (its highest version), name@version, rules, or a module file"
                             : "the module to use; else the one whose rules the log names");
  command.option("--games-dir", folders, "a folder with game modules, looked at first; repeatable");
  if (is_required) command.require("--game");
}

GameCatalog GameChoice::catalog() const {
  std::vector<std::filesystem::path> all(folders.begin(), folders.end());
  for (std::filesystem::path& folder : GameCatalog::usual_folders())
    all.push_back(std::move(folder));
  return GameCatalog(std::move(all));
}

}  // namespace tutti::tool
