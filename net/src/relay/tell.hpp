#pragma once
// Tells one reader of a match, one datagram at a time: decides whether one is due, and fills it.
// Players are told every event as it is accepted, spectators the final log, as late as they asked
// to.

#include <optional>

#include "relay/comparison.hpp"
#include "relay/final_events.hpp"
#include "relay/minutes.hpp"
#include "relay/seats.hpp"

namespace tutti::detail {

/// In silence the horizon is written and told every so many ticks: it only has to keep predictions
/// within bounds. Once it covers an event that somebody waits for, it is told at once.
inline constexpr std::int64_t quiet_horizon_ticks = 8;
/// In lockstep it is all that can be shown.
inline constexpr std::int64_t lockstep_horizon_ticks = 2;

/// Spectators are behind anyway: they are told at this pace, whatever happens, and a datagram has
/// what fifty of a player's would.
inline constexpr std::chrono::milliseconds spectator_pace{100};

/// A room at this moment.
struct Present {
  const RelayMatch& match;
  const Minutes& minutes;
  History& history;
  const Comparison& comparison;
  Tick clock{};
  Duration into_tick{};
  Duration tick_length{};
  bool is_standing = false;
  bool is_recovering = false;
};

/// What spectators may be told at this moment.
struct Broadcast {
  FinalEvents& events;
  Tick horizon{};
  Tick durable{};
  Tick clock{};  ///< goes on after the end, for those from behind
  Duration into_tick{};
  Duration tick_length{};
  bool is_standing = false;
};

/// Whether the horizon has moved so that this player should hear of it now.
bool is_horizon_due(const RelayMatch& match, const PlayerSeat& seat, Tick horizon,
                    Duration tick_length, Instant now);

/// The same of a match's readers together, of whom spectators hear it late anyway; it is to be
/// written then.
bool is_horizon_due(const RelayMatch& match, const Seats& seats, const Minutes& minutes,
                    Duration tick_length, Instant now);

/// Until then nothing is to be told to a connected player, unless the match changes or a message of
/// the player comes.
Instant next_due(const RelayMatch& match, const PlayerSeat& seat, Duration tick_length,
                 Instant now);

/// The next datagram to send now, if any: to be called until there is none. The seat takes it for
/// sent; its sender counts its bytes by `Feed::pace`.
std::optional<PlayDown> tell(const Present& present, PlayerSeat& seat, Instant now);
std::optional<PlayDown> tell(const Broadcast& broadcast, SpectatorSeat& seat, Instant now);

/// Sends a player all that is to be told to it now, and its spares.
void tell_all(const Present& present, PlayerSeat& seat, Peers& peers, Instant now);
/// The same to all spectators to whom something is due.
void tell_spectators(const Broadcast& broadcast, std::vector<SpectatorSeat>& seats, Peers& peers,
                     Instant now);

}  // namespace tutti::detail
