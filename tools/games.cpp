// tutti games: which game modules there are, and by which rules they play.

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
  Command& command = tutti.subcommand("games", "List game modules and the rules they play by");
  auto options = std::make_shared<GamesOptions>();
  command.option("--game", options->choice.game, "only versions of this game");
  command.option("--games-dir", options->choice.folders,
                 "a folder with game modules, looked at first; repeatable");
  command.flag("--json", options->json, "print JSON");
  command.examples(
      "A game module is a shared library called <game>@<version>.so. Its rules id,\n"
      "<game>@<version>+<fingerprint>, is what a log names and what has to be equal on every\n"
      "machine of a match.\n"
      "Examples:\n"
      "  tutti games\n"
      "  tutti games --game counterpoint --json\n"
      "  tutti games --games-dir ~/mygame/build");
  command.action([options] { return run(*options); });
}

}  // namespace tutti::tool
