#pragma once
// `--game` and `--games-dir`, the same in every subcommand that plays a game.

#include "command.hpp"
#include "tutti/engine/catalog.hpp"

namespace tutti::tool {

struct GameChoice {
  std::string game;
  std::vector<std::string> folders;

  /// With `is_required`, the subcommand cannot do without `--game`.
  void add_to(Command& command, bool is_required);
  GameCatalog catalog() const;
  /// The game that was asked for.
  Result<AnyGame> load() const { return catalog().find_any(game); }
  /// The game that was asked for, or else the one with these rules.
  Result<AnyGame> load(const std::string& rules) const {
    return game.empty() ? catalog().find_rules(rules) : load();
  }
};

}  // namespace tutti::tool
