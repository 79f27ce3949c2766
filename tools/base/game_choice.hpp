#pragma once
// `--game` and `--games-dir`, the same in every subcommand that plays a game.

#include "base/command.hpp"
#include "tutti/engine/catalog.hpp"

namespace tutti::tool {

struct GameChoice {
  std::string game;
  std::vector<std::string> folders;

  /// Both options. With `is_required`, `--game` is mandatory.
  void add_to(Command& command, bool is_required);
  /// `--games-dir` alone.
  void add_folders_to(Command& command);
  GameCatalog catalog() const;
  /// The game of `--game`.
  Result<AnyGame> load() const { return catalog().find_any(game); }
  /// The game of `--game`, or else the one with these rules.
  Result<AnyGame> load(const std::string& rules) const {
    return game.empty() ? catalog().find_rules(rules) : load();
  }
};

/// The number of players: the one that was asked for, or for 0 the nearest to two that the game
/// allows. Errors: Fault::usage for a number that the game does not allow.
Result<std::uint8_t> players_of(const AnyGame& game, std::uint8_t asked);
/// Errors: Fault::usage if bots were asked for and the game has none.
Result<void> check_bots(const AnyGame& game, bool is_asked);

}  // namespace tutti::tool
