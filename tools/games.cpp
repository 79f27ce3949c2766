// tutti games: the game modules of this machine, and their rules.

#include "base/commands.hpp"
#include "base/game_choice.hpp"
#include "base/report.hpp"

namespace tutti::tool {

namespace {

struct GamesOptions {
  GameChoice choice;
  bool json = false;
};

Report describe(const GameFile& file) {
  Report row;
  row.add("file", file.path.string());
  const auto game = GameCatalog::load(file.path);
  if (!game) {
    row.add("problem", game.error().sentence);
    return row;
  }
  row.add("rules", game->rules());
  row.add("players_min", game->players_min());
  row.add("players_max", game->players_max());
  row.add("tick_rate", game->table().tick_rate);
  row.add("state_bytes", game->state_size());
  row.add("has_bot", game->has_bot());
  return row;
}

Exit run(const GamesOptions& options) {
  const GameCatalog catalog = options.choice.catalog();
  const std::string& wanted = options.choice.game;
  std::vector<Report> games;
  for (const GameFile& file : catalog.list()) {
    if (wanted.empty() || file.name == wanted) games.push_back(describe(file));
  }
  if (games.empty() && !wanted.empty()) return complain(catalog.find(wanted).error());

  std::vector<std::string> folders;
  for (const auto& folder : catalog.folders())
    folders.push_back(folder.string());
  Report report;
  report.add("games", std::move(games));
  report.add("folders", folders);
  report.print(options.json);
  return Exit::done;
}

}  // namespace

void add_games(Command& tutti) {
  Command& command = tutti.subcommand("games", "List game modules and their rules");
  auto options = std::make_shared<GamesOptions>();
  command.option("--game", options->choice.game, "list only versions of this game");
  options->choice.add_folders_to(command);
  command.json(options->json);
  command.examples(R"(
A game module is a shared library called <game>@<version>.so. A match file names the rules,
<game>@<version>+<fingerprint>, which have to be equal on every machine of a match.
Examples:
  tutti games
  tutti games --game counterpoint --json
  tutti games --games-dir ~/mygame/build)");
  command.action([options] { return run(*options); });
}

}  // namespace tutti::tool
