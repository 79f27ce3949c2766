#pragma once
// Every bound that more than one module relies on, named once (promise O6). Input that exceeds a
// bound is refused with a reason, and counted; nothing grows because a peer says so.

#include <cstddef>
#include <cstdint>

namespace tutti::limits {

/// Players in one match.
inline constexpr std::size_t players = 64;
/// Bytes of one encoded event.
inline constexpr std::size_t event_bytes = 255;
/// Events of one player at one tick.
inline constexpr std::size_t events_per_tick = 8;
/// Bytes of one effect.
inline constexpr std::size_t effect_bytes = 48;
/// Effects of one tick; a step's further ones are dropped and counted.
inline constexpr std::size_t effects_per_tick = 64;
/// Bytes of the game's own options in a setup.
inline constexpr std::size_t options_bytes = 1024;
/// Bytes of a player's name (UTF-8).
inline constexpr std::size_t name_bytes = 32;
/// Bytes of a correction's text (UTF-8).
inline constexpr std::size_t correction_bytes = 255;
/// Bytes of a rules id, `<game>@<version>+<fingerprint>`.
inline constexpr std::size_t rules_bytes = 96;
/// Bytes of one of the relay's own events; the largest carries a setup.
inline constexpr std::size_t relay_event_bytes = options_bytes + rules_bytes + 32;
/// Bytes of one state's snapshot that will be read from a file or a peer.
inline constexpr std::size_t snapshot_bytes = 64 * 1024 * 1024;

/// W, in ticks: the horizon never trails the match clock by more (promise O2).
inline constexpr std::int64_t input_window_ticks = 12;
/// How far ahead of the match clock a player may stamp an event, in ticks.
inline constexpr std::int64_t stamp_ahead_ticks = 30;
/// How far past the horizon a client predicts before it shows "waiting", in ticks.
inline constexpr std::int64_t prediction_ticks = input_window_ticks + 18;
/// How long a match may wait for a lost player, in seconds.
inline constexpr std::uint16_t patience_seconds_max = 3600;
/// Ticks a second that a setup may ask for.
inline constexpr std::uint16_t tick_rate_min = 1;
inline constexpr std::uint16_t tick_rate_max = 1000;  ///< ticks a second at most

}  // namespace tutti::limits
