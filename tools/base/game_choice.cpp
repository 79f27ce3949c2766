#include "base/game_choice.hpp"

#include <algorithm>

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

Result<std::uint8_t> players_of(const AnyGame& game, std::uint8_t asked) {
  const std::uint8_t least = game.players_min(), most = game.players_max();
  const std::uint8_t players = asked != 0 ? asked : std::clamp<std::uint8_t>(2, least, most);
  if (players >= least && players <= most) return players;
  return fail(Fault::usage, game.name() + " is for " + std::to_string(least) + " to " +
                                std::to_string(most) + " players");
}

Result<void> check_bots(const AnyGame& game, bool is_asked) {
  if (is_asked && !game.has_bot()) {
    return fail(Fault::usage, game.name() + " has no bot; leave --bots out");
  }
  return {};
}

}  // namespace tutti::tool
