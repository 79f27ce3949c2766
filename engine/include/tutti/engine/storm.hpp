#pragma once
// Storm: a whole match in one process and virtual time, under simulated weather. The real relay,
// the real sessions, the real game; only clock, network and disk are simulated, all from one seed.
// The command line's `tutti match`, this project's tests and a user's tests run it.
//
//   tutti::StormMatch match({.game = tutti::any_game<Pong>(), .ticks = 3600, .seed = 7});
//   const tutti::StormReport report = match.run();
//   REQUIRE(report.problems.empty());

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tutti/engine/session.hpp"
#include "tutti/net/storm_link.hpp"
#include "tutti/net/weather.hpp"
#include "tutti/replay/match_record.hpp"

namespace tutti {

struct StormOptions {
  AnyGame game;
  std::uint8_t players = 2;
  /// Length of the match.
  Tick ticks{3600};
  /// Everything random comes from it: the game's seed, bots, weather, the clients' clocks.
  std::uint64_t seed = 1;
  /// Of every path, in both directions; `seed` is overwritten.
  WeatherOptions weather{};
  /// Of the first players' paths instead, where they differ from the others'.
  std::vector<WeatherOptions> paths{};
  /// How the match is run; `ends_at` is overwritten by `ticks`.
  MatchTerms terms{};
  /// At these ticks of the match the relay's process dies and is started again from its journal.
  std::vector<Tick> relay_crashes{};
};

struct StormPlayer {
  TimelineStatistics timeline{};
  std::map<std::string, std::uint64_t> facts{};  ///< effects of confirmed ticks, by kind
  std::uint64_t effects_cancelled = 0;
  std::uint64_t effects_retimed = 0;
  std::uint64_t late_events = 0;
  std::uint64_t offered = 0;
  std::int64_t input_delay_ticks = 0;  ///< at the end
  /// From an event's being offered until it is confirmed at every other player, mean, in ticks.
  double confirmation_lag_ticks = 0;
  /// What this player's path carried.
  StormTotals wire{};
  Digest fold;  ///< over all confirmed ticks
  Tick confirmed;
};

struct StormReport {
  std::string rules;
  Tick ticks;                         ///< the match's last tick
  std::uint64_t events = 0;           ///< in the log, the relay's among them
  std::uint64_t distinct_states = 0;  ///< different digests among the log's ticks
  Digest replay_fold;                 ///< of the log, written, read again and folded
  std::vector<StormPlayer> players;
  StormTotals wire;
  /// All digests of all confirmed ticks agree, between players and with the log.
  bool is_equal = false;
  /// What is wrong, as sentences: a difference, a player who did not get to the end, or a match
  /// that proves nothing. Empty if all is well.
  std::vector<std::string> problems;
};

class StormMatch {
 public:
  explicit StormMatch(StormOptions options);
  ~StormMatch();

  /// Runs some of the match (a second of it, or the check of the log at its end), for progress
  /// bars. Returns whether it is done.
  bool advance();
  /// The match clock, for progress bars.
  Tick clock() const;
  /// Precondition: done.
  const StormReport& report() const;
  /// Whether the relay finished the match, so that there is a record. Precondition: done.
  bool is_finished() const;
  /// The match as its relay's log holds it. Precondition: is_finished().
  const MatchRecord& record() const;
  /// All of it at once.
  const StormReport& run();

 private:
  struct World;
  std::unique_ptr<World> world_;
};

}  // namespace tutti
