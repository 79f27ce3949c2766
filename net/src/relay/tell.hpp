#pragma once
// Tells one reader of a match, one datagram at a time: decides whether one is due, and fills it.
// Players are told every event as it is accepted, spectators the final log, as late as they asked
// to.

#include <optional>

#include "relay/comparison.hpp"
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
  Tick clock{};  ///< goes on after the end, for spectators from behind
  Duration into_tick{};
  Duration tick_length{};
  bool is_standing = false;
  bool is_recovering = false;
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
std::optional<PlayDown> tell(const Present& present, SpectatorSeat& seat, Instant now);

/// Sends one reader all that is to be told to it now, and its spares.
template <class ReaderSeat>
void tell_all(const Present& present, ReaderSeat& seat, Peers& peers, Instant now) {
  while (const auto told = tell(present, seat, now)) {
    seat.feed.note_datagram(told->number, peers.send_play(seat.peer, *told), now);
    if (told->events.empty()) break;
  }
  while (const auto spare = seat.feed.next_spare(present.match.epoch(), now))
    seat.feed.pace.spend(peers.send_play(seat.peer, *spare).size());
}

}  // namespace tutti::detail
