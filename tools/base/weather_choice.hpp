#pragma once
// The weather options, the same in every subcommand that has weather.

#include "base/command.hpp"
#include "tutti/net/weather.hpp"

namespace tutti::tool {

/// The weather of a path, each way of it: to the relay, and from it.
struct TwoWays {
  WeatherOptions up{};
  WeatherOptions down{};
};

struct WeatherChoice {
  Duration delay{};
  Duration jitter{};
  Chance loss, duplicate, reorder;
  Duration outage{};
  Duration outage_every{};
  std::uint32_t mtu = 0;
  std::string up;
  std::string down;
  std::vector<std::string> players;  ///< where a subcommand has players

  void add_to(Command& command);
  void add_players_to(Command& command);
  /// The weather of every path, or of the path of this player, counted from 0. Errors:
  /// Fault::usage.
  Result<TwoWays> ways() const;
  Result<TwoWays> ways(std::size_t player) const;
  /// Whether every player has the same weather, both ways.
  bool is_even() const { return players.empty(); }
  /// Whether any path breaks now and then.
  bool has_outages() const;
  /// The options that differ from their defaults, for a command line.
  std::string text() const;
};

}  // namespace tutti::tool
