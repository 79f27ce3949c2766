#include "base/game_choice.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tutti::tool {

void GameChoice::add_to(Command& command, bool is_required) {
  command.option(
      "--game", game,
      is_required ? "the game: its name (the highest version), name@version, rules or module file"
                  : "the game; else the one whose rules the match names");
  add_folders_to(command);
  if (is_required) command.require("--game");
}

void GameChoice::add_folders_to(Command& command) {
  command.option("--games-dir", folders,
                 "a folder that is searched for game modules first; repeatable");
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
  return fail(Fault::usage, fmt::format("{} is for {} to {} players", game.name(), least, most));
}

Result<void> check_bots(const AnyGame& game, bool is_asked) {
  if (is_asked && !game.has_bot()) {
    return fail(Fault::usage, fmt::format("{} has no bot; leave --bots out", game.name()));
  }
  return {};
}

}  // namespace tutti::tool
