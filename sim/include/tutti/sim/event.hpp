#pragma once
// Events: the rows of the log. A player's event is bytes that only the game understands; the
// relay's own events are the few kinds below, which every game's `step` also sees.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "tutti/sim/bytes.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/setup.hpp"
#include "tutti/sim/tick.hpp"

namespace tutti {

/// The writer of an event: a player or the relay, which sorts before all players.
struct Author {
  std::uint8_t value = 0;  ///< 0 is the relay, 1 + slot a player

  constexpr auto operator<=>(const Author&) const = default;
  /// Whether the relay wrote it, and no player.
  constexpr bool is_relay() const { return value == 0; }
  /// Precondition: !is_relay().
  constexpr PlayerId player() const { return PlayerId{static_cast<std::uint8_t>(value - 1)}; }
};
inline constexpr Author relay_author{};  ///< the relay, as an author
/// A player, as an author.
constexpr Author author_of(PlayerId player) {
  return Author{static_cast<std::uint8_t>(player.value + 1)};
}

/// One event, its bytes owned elsewhere. Canonical order is (tick, author, counter).
struct EventView {
  Tick tick;                  ///< at which `step` sees it
  Author author;              ///< who wrote it
  std::uint32_t counter = 0;  ///< the author's own count, from 0, without gaps as offered
  BytesView payload;          ///< owned by somebody else
};

/// One event that owns its bytes.
struct Event {
  Tick tick;                  ///< at which `step` sees it
  Author author;              ///< who wrote it
  std::uint32_t counter = 0;  ///< the author's own count, from 0
  Bytes payload;              ///< a player's own bytes, or an encoded RelayEvent

  /// The same event, valid while this one is.
  EventView view() const { return {tick, author, counter, payload}; }
  operator EventView() const { return view(); }  ///< The same.
  bool operator==(const Event&) const = default;
};
/// A copy that owns its bytes.
inline Event to_owned(const EventView& view) {
  return {view.tick, view.author, view.counter, Bytes(view.payload.begin(), view.payload.end())};
}
/// Canonical order; equal means the same place in it.
constexpr std::strong_ordering canonical_order(const EventView& left, const EventView& right) {
  if (const auto order = left.tick <=> right.tick; order != 0) return order;
  if (const auto order = left.author <=> right.author; order != 0) return order;
  return left.counter <=> right.counter;
}

/// The kinds of events, as `step` sees them. Numbers are part of logs and of the C interface: never
/// reused.
enum class EventKind : std::uint8_t {
  input = 0,          ///< a player changed something
  match_started = 1,  ///< tick 0 of every log: the setup
  joined = 2,         ///< a player fills a slot from this tick on
  left = 3,           ///< a player's slot is empty from this tick on
  held = 4,           ///< the match clock stands still after this tick
  resumed = 5,        ///< the match clock runs again
  silenced = 6,       ///< a player has been silent too long and stopped counting for the horizon
  returned = 7,       ///< a silent player counts again
  delay_changed = 8,  ///< a player's input delay changed
  restarted = 9,      ///< the relay came back with a new epoch
  branched = 10,      ///< this log continues a copy of another from here
  match_ended = 11,   ///< the last event of a match as it was played
  corrected = 12,     ///< a referee's word about the match, during it or afterwards
  command = 13,       ///< a player said something once; a log has it as a PlayerEvent
};

/// The kind of a player's event. In a game with commands this is the first byte of its payload, the
/// tag; in other games there is no such byte. Numbers are part of logs: never reused.
enum class PlayerEvent : std::uint8_t {
  input = 0,    ///< what the player holds from now on
  command = 1,  ///< what the player says, once
};

/// A referee's word about a match. Nothing in a log is undone; its readers take the word into
/// account. Numbers are part of logs: never reused.
enum class Correction : std::uint8_t {
  decision = 0,  ///< in words, such as the winner's name
  voided = 1,    ///< the match does not count
  restart = 2,   ///< the ticks after this one do not count and are to be played again
};

/// The reason why a player left or a match ended. Numbers are part of logs: never reused.
enum class LeaveReason : std::uint8_t { quit = 0, timed_out = 1, kicked = 2, match_over = 3 };

/// A relay's event, decoded. The kind decides which members mean something.
struct RelayEvent {
  EventKind kind = EventKind::match_started;  ///< what it says
  PlayerId player{};                          ///< joined, left, silenced, returned, delay_changed
  std::string name{};  ///< joined: the player's name, UTF-8; corrected: the referee's
  /// joined: the hash of the secret by which this player may come back (never the secret itself);
  /// zeros if there is none.
  std::array<std::byte, 16> resume_hash{};
  LeaveReason reason = LeaveReason::quit;  ///< left, match_ended
  /// restarted: the epoch; delay_changed: ticks; branched: the last tick of the copy; corrected:
  /// the tick that it is about
  std::uint32_t number = 0;
  std::uint64_t slots = 0;  ///< branched: a bit for each slot that is played anew
  Correction correction = Correction::decision;  ///< corrected: what kind of word it is
  std::string text{};  ///< corrected: why, UTF-8, at most limits::correction_bytes
  Setup setup{};       ///< match_started

  bool operator==(const RelayEvent&) const = default;
};

/// The payload of a relay's event: kind, player, then the kind's own fields (replay/FORMAT.md).
TUTTI_API Bytes encode(const RelayEvent& event);
/// Decodes a relay's event. Nothing for bytes that are not exactly one known event within the
/// limits.
TUTTI_API std::optional<RelayEvent> decode_relay_event(BytesView payload);
/// Decodes a row of a log that the relay wrote. Nothing for a player's event, whatever its bytes,
/// and for bytes that are none of the relay's events.
TUTTI_API std::optional<RelayEvent> relay_event_of(const EventView& event);

}  // namespace tutti
