#pragma once
// The plan of a storm: its faults and their times, drawn from a seed or written by hand. storm.hpp
// carries it out.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "tutti/net/storm_link.hpp"
#include "tutti/net/weather.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

/// Kinds of faults. The names of the relay's begin with `relay_` or `disk_`; the others befall one
/// player.
enum class FaultKind : std::uint8_t {
  weather,           ///< the player's path gets this weather: loss, bursts, jitter, doubles
  partition,         ///< nothing gets through, in one direction or in both
  address_change,    ///< datagrams under way to the player are lost until the relay hears from it
  clock_jump,        ///< the player's clock is ahead by `jump` from one moment on
  pause,             ///< the player's process stands still
  crash,             ///< the player's process dies; started again at the end, it comes back
  leave,             ///< the player says goodbye; at the end somebody comes for the slot
  watch,             ///< the player watches, without a slot, and wants to play again at the end
  relay_pause,       ///< the relay's process stands still
  relay_kill,        ///< `kill -9` of the relay, within a write or anywhere; started at the end
  relay_power_loss,  ///< unsynced bytes are lost, torn or zeroed; started at the end
  disk_full,         ///< the relay can write no more
  disk_error,        ///< every write of the relay is an input/output error
  disk_sync_error,   ///< every sync of the relay fails
};
inline constexpr std::size_t fault_kinds = 14;  ///< how many kinds there are
/// The name of a kind, as in "relay_kill", for reports.
TUTTI_API const char* to_text(FaultKind kind);

/// One fault of a plan.
struct StormFault {
  FaultKind kind = FaultKind::weather;  ///< what goes wrong
  std::uint8_t player = 0;  ///< whom it befalls, by machine; of the relay's faults nobody
  /// Since the storm began.
  Duration begin{};
  Duration end{};  ///< when it is over; since the storm began too
  /// For `clock_jump`.
  Duration jump{};
  /// For `weather` and `partition`.
  WeatherOptions up{};
  WeatherOptions down{};  ///< the weather of the other way, to the player
};

/// One player's surroundings while nothing in particular goes wrong.
struct StormSurroundings {
  WeatherOptions up{};    ///< the weather of its way to the relay
  WeatherOptions down{};  ///< the weather of its way from the relay
  /// Of a connection that takes the place of one under a fault.
  StormDice dice{};
  /// How much faster its clock runs, in millionths.
  std::int32_t skew_ppm = 0;
};

/// All that goes wrong in a storm.
struct TUTTI_API StormPlan {
  std::vector<StormSurroundings> players;  ///< by machine
  std::vector<StormFault> faults;          ///< by their beginning
  /// From here on everything is well. Within `recovery` of match time everyone has to have
  /// confirmed all that was before.
  Duration calm_from{};

  /// A plan for so many players: `length` of faults, then calm. Every seed leaves some kinds of
  /// faults out, so that the rest meet in ways that a mixture of everything never shows (A. Groce
  /// et al., "Swarm Testing", ISSTA 2012).
  static StormPlan draw(std::uint64_t seed, std::uint8_t players, Duration length);

  /// The match time in which everybody has to recover (promise C6: no wait without an end).
  static constexpr std::chrono::seconds recovery{5};
};

}  // namespace tutti
