#pragma once
// All that belongs to one match as a session follows it. To begin again is to assign a new one.

#include "session/integrity.hpp"
#include "session/journey.hpp"
#include "session/own_input.hpp"
#include "session/recorder.hpp"
#include "session/shown.hpp"
#include "tutti/sim/roster.hpp"

namespace tutti {

struct Match {
  struct Terms {
    /// The local player whose telemetry is kept, if any is.
    std::optional<PlayerId> recorded{};
    /// Its states are compared with those of others.
    bool is_compared = false;
    /// The effects through this tick have been heard before.
    Tick heard_through{};
  };
  Match(const AnyGame& game, const Setup& setup, const SessionOptions& options, const Terms& terms)
      : roster(setup),
        shown(game, setup, options,
              {.heard_through = terms.heard_through, .keeps_hashes = terms.is_compared}),
        integrity(game, setup, terms.is_compared),
        reports(game, terms.is_compared),
        recorder(terms.recorded),
        journey(options) {}

  Timeline& timeline() { return shown.timeline(); }
  const Timeline& timeline() const { return shown.timeline(); }
  const Log& log() const { return timeline().log(); }
  /// That of the local player who has most: they act as one.
  std::int64_t input_delay(const LocalPlayers& players) const {
    std::int64_t most = 0;
    for (const PlayerId player : players.slots())
      most = std::max<std::int64_t>(most, roster.input_delay(player));
    return most;
  }
  /// It has shown nothing new for a tenth of a second and two ticks.
  bool has_stood(Instant now) const {
    const Duration tick = Duration(std::chrono::seconds(1)) / log().setup().tick_rate;
    return now - stands_since > std::chrono::milliseconds(100) + 2 * tick;
  }

  Roster roster;
  OwnInput own;
  Shown shown;
  Integrity integrity;
  Reports reports;
  Recorder recorder;
  Journey journey;         // its cursor reads the timeline's log
  Tick wanted;             // where the present is, as far as is known
  Tick stands_at{-1};      // the tick that was shown last,
  Instant stands_since{};  // and since when
};

}  // namespace tutti
