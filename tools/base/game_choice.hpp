#pragma once
// `--game`, `--games-dir` and `--options`, the same in every subcommand that plays a game.

#include "base/command.hpp"
#include "tutti/engine/catalog.hpp"

namespace tutti::tool {

struct GameChoice {
  std::string game;
  std::vector<std::string> folders;
  std::string options;  ///< in hexadecimal, of a match that is begun

  /// Both options. With `is_required`, `--game` is mandatory.
  void add_to(Command& command, bool is_required);
  /// `--games-dir` alone.
  void add_folders_to(Command& command);
  /// `--options`, where a match is begun.
  void add_options_to(Command& command);
  /// The game's options as bytes. Errors: Fault::usage for what is not hexadecimal or too long.
  Result<Bytes> option_bytes() const;
  /// All three as they were given, for a command line that somebody copies into a shell.
  std::string text() const;
  /// Whether either option was given.
  bool is_given() const { return !game.empty() || !folders.empty(); }
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
/// Errors: Fault::usage for a game with neither a bot nor sample events.
Result<void> check_anybody_plays(const AnyGame& game);

}  // namespace tutti::tool
