#pragma once
// `--game` and `--games-dir`, the same in every subcommand that plays a game.

#include "base/command.hpp"
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

/// How many play: as many as were asked for, or with 0 two, if the game allows it. Errors: a number
/// that the game is not for.
Result<std::uint8_t> players_of(const AnyGame& game, std::uint8_t asked);
/// Errors: bots were asked for, and the game has none.
Result<void> check_bots(const AnyGame& game, bool is_asked);

}  // namespace tutti::tool
