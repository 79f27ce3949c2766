#pragma once
// Storm: a whole match in one process and virtual time, under simulated weather. The real relay,
// the real sessions, the real game; only clock, network and disk are simulated, all from one seed.
// The command line's `tutti match` and `tutti storm`, this project's tests and a user's tests run
// it.
//
// A match of your own game in which everything goes wrong that a seed can think of, and in which
// no promise may break:
//
//   for (std::uint64_t seed = 1; seed <= 64; ++seed) {
//     tutti::StormMatch match(tutti::storm_options(tutti::any_game<Pong>(), seed));
//     REQUIRE(match.run().problems.empty());
//   }

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tutti/engine/session.hpp"
#include "tutti/engine/storm_plan.hpp"
#include "tutti/net/room_terms.hpp"
#include "tutti/net/storm_link.hpp"
#include "tutti/net/weather.hpp"
#include "tutti/replay/match_record.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

namespace detail {
struct World;
}  // namespace detail

/// A match to be played in a storm.
struct StormOptions {
  AnyGame game;              ///< the game that is played by its bot, or by chance
  std::uint8_t players = 2;  ///< slots, as many as the game allows
  /// So many of them play at the last machine, over one connection; at most
  /// limits::local_players. The others have a machine each.
  std::uint8_t local_players = 1;
  /// The length of the match.
  Tick ticks{3600};
  /// All chance comes from it: the game's seed, the bots, the weather, the clients' clocks.
  std::uint64_t seed = 1;
  /// The weather of every path, in both directions.
  WeatherOptions weather{};
  /// The weather of the first players' paths, where it differs from the others'.
  std::vector<WeatherOptions> paths{};
  /// The weather of these players' ways from the relay, where it differs from that to the relay.
  std::vector<WeatherOptions> paths_down{};
  /// Spectators, and the seconds that they stay behind. They come one after the other while the
  /// match is played. Under a plan they have the weather of the players' paths, and may go and come
  /// again.
  std::uint16_t spectators = 0;
  std::uint16_t spectator_delay_seconds = 0;  ///< 0 to limits::spectator_delay_seconds
  /// The game's own options, at most limits::options_bytes.
  Bytes game_options{};
  /// How the bots play, where the game knows more than one way.
  BotStyle bots{};
  /// The match's terms. With `ends_at` the match ends then, if not by `ticks` before. Precondition:
  /// no `ends_at` under a plan, which ends the match itself.
  MatchTerms terms{};
  /// The room's. Precondition: its host is asked about nobody, since nobody is there to answer.
  RoomTerms room_terms{};
  /// At these ticks of the match the relay's process dies and is started again from its journal.
  std::vector<Tick> relay_crashes{};
  /// The interval at which the relay's journal is synced: a power loss can take as much.
  Duration sync_interval = std::chrono::milliseconds(50);
  /// A sync of the journal goes on aside for up to so many passes of the relay, by chance.
  std::uint32_t sync_delay_passes = 0;
  /// The faults, in the place of `weather` and `paths`. The match then lasts until
  /// `plan->calm_from` and as long as everybody needs to recover, whatever `ticks` says.
  std::optional<StormPlan> plan{};
  /// Without a plan: keeps every player's screens in the record, frame by frame, and holds the
  /// record against what was really shown.
  bool keeps_telemetry = false;
};

/// A storm in which everything is drawn from the seed: how many play and watch, how, and what goes
/// wrong in the first `ticks` of it. With `players` other than 0, so many play. Precondition: the
/// game allows that number.
TUTTI_API StormOptions storm_options(AnyGame game, std::uint64_t seed, Tick ticks = Tick{7200},
                                     std::uint8_t players = 0);

/// One player's part in a storm.
struct StormPlayer {
  TimelineStatistics timeline{};                 ///< steps and rollbacks of its session
  std::map<std::string, std::uint64_t> facts{};  ///< effects of confirmed ticks, by kind
  std::uint64_t effects_cancelled = 0;  ///< effects that were told and did not happen after all
  std::uint64_t effects_retimed = 0;    ///< effects that were told and happened at another tick
  std::uint64_t late_events = 0;        ///< own events that the relay moved to a later tick
  std::uint64_t acts = 0;               ///< times that its bot did something
  std::uint64_t offered = 0;            ///< own events, each as often as it was offered
  std::uint64_t refused_events = 0;     ///< those of them that the relay did not take
  std::int64_t input_delay_ticks = 0;   ///< at the end
  /// The mean time from an event's offer until every other player has confirmed it, in ticks.
  double confirmation_lag_ticks = 0;
  /// The traffic of this player's path.
  StormTotals wire{};
  /// Its measures of that path at the end.
  ClientStatistics network{};
  Digest fold;     ///< over all confirmed ticks
  Tick confirmed;  ///< the last tick that it confirmed
};

/// The counts of a storm, to be added up over many.
struct StormTally {
  std::array<std::uint64_t, fault_kinds> faults{};  ///< that were carried out, by kind
  std::uint64_t players = 0;                        ///< that took part
  std::uint64_t role_changes = 0;                   ///< of players who watch for a while
  std::uint64_t spectators = 0;                     ///< that came to watch
  std::uint64_t ticks_watched = 0;                  ///< by all of them
  std::uint64_t rollbacks = 0;                      ///< of all players
  std::uint64_t events_offered = 0;                 ///< by all players
  std::uint64_t events_refused = 0;                 ///< of these, by the relay
  std::uint64_t commands = 0;                       ///< that players said
  std::uint64_t processes = 0;                      ///< of players that were started again
  std::uint64_t reconnects = 0;      ///< players whom the relay took back by their secrets
  std::uint64_t relay_restarts = 0;  ///< its process was started again
  std::uint64_t adoptions = 0;   ///< times that players brought back what the relay's disk had lost
  std::uint64_t folds_back = 0;  ///< sessions that a power loss of the relay took back
  std::uint64_t events_taken_back = 0;      ///< that players had confirmed before
  std::uint64_t renewals = 0;               ///< of the relay's journal, because a sync had failed
  std::uint64_t matches_unwritten = 0;      ///< of which something was told before it was written
  std::uint64_t rooms_without_peeking = 0;  ///< 1 for such a room
  std::uint64_t trace = 0;                  ///< a hash over all that anybody was told
};

/// The outcome of a storm.
struct StormReport {
  std::string rules;                  ///< the game's rules id
  Tick ticks;                         ///< the match's last tick
  std::uint64_t events = 0;           ///< in the log, the relay's among them
  std::uint64_t distinct_states = 0;  ///< different digests among the log's ticks
  Digest replay_fold;                 ///< of the log, written, read again and folded
  std::vector<StormPlayer> players;   ///< by machine, the first player's first
  std::size_t spectators = 0;         ///< that saw all of it, and the same states
  StormTotals wire;                   ///< the traffic of all paths
  StormTally tally;                   ///< its counts
  /// All digests of all confirmed ticks agree, between players and with the log.
  bool is_equal = false;
  /// The problems, as sentences: a difference, a player who did not get to the end, or a match that
  /// proves nothing. Empty if all is well.
  std::vector<std::string> problems;
};

/// A match with fewer distinct states proves nothing: one for every second tick; or, where players
/// act seldom and nothing moves between, as in a game of turns, one for every second event.
constexpr std::uint64_t distinct_states_least(std::uint64_t ticks, std::uint64_t events_offered) {
  if (events_offered == 0) return ticks / 2;
  return std::min(ticks / 2, std::max<std::uint64_t>(2, events_offered / 2));
}

/// One match in a storm.
class TUTTI_API StormMatch {
 public:
  explicit StormMatch(StormOptions options);  ///< Prepares the match; nothing is played yet.
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
  std::unique_ptr<detail::World> world_;
};

}  // namespace tutti
