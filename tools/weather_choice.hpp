#pragma once
// The weather options, the same in every subcommand that has weather.

#include "command.hpp"
#include "tutti/net/weather.hpp"

namespace tutti::tool {

struct WeatherChoice {
  Duration delay{};
  Duration jitter{};
  Chance loss, duplicate, reorder;

  void add_to(Command& command);
  WeatherOptions options(std::uint64_t seed) const;
  /// The options again, for a command line; empty in calm weather.
  std::string text() const;
};

}  // namespace tutti::tool
