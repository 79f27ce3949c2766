#include "base/game_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstring>

#include "tutti/sim/limits.hpp"

namespace tutti::tool {

namespace {

/// In quotes, where a shell would take it for something else than one word.
std::string shell_word(const std::string& word) {
  const auto is_plain = [](unsigned char c) {
    return std::isalnum(c) != 0 || std::strchr("@%+=:,./_-", c) != nullptr;
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return word;
  std::string quoted = "'";
  for (const char c : word)
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace

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

void GameChoice::add_options_to(Command& command) {
  command.option("--options", options, "the game's own options, as bytes in hexadecimal");
}

Result<Bytes> GameChoice::option_bytes() const {
  Bytes bytes;
  const char* const begin = options.data();
  for (std::size_t at = 0; at + 1 < options.size(); at += 2) {
    std::uint8_t byte = 0;
    const auto [rest, error] = std::from_chars(begin + at, begin + at + 2, byte, 16);
    if (error != std::errc{} || rest != begin + at + 2) break;
    bytes.push_back(std::byte{byte});
  }
  if (bytes.size() * 2 != options.size() || bytes.size() > limits::options_bytes) {
    return fail(Fault::usage,
                fmt::format("--options is at most {} bytes in hexadecimal, two digits "
                            "each, such as 0a00ff",
                            limits::options_bytes));
  }
  return bytes;
}

std::string GameChoice::text() const {
  std::string words = " --game " + shell_word(game);
  for (const std::string& folder : folders)
    words += " --games-dir " + shell_word(folder);
  return words + (options.empty() ? "" : fmt::format(" --options {}", options));
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

Result<void> check_anybody_plays(const AnyGame& game) {
  if (!game.has_bot() && !game.has_sample()) {
    return fail(Fault::usage, fmt::format("{} has neither a bot nor sample events, so nobody would "
                                          "play; give it a function play or sample",
                                          game.name()));
  }
  return {};
}

}  // namespace tutti::tool
