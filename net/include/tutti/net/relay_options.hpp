#pragma once
// The options of a relay, and its statistics. Its rooms share both.

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "tutti/net/messages.hpp"
#include "tutti/net/place.hpp"
#include "tutti/net/shard.hpp"
#include "tutti/net/time.hpp"
#include "tutti/replay/desync.hpp"
#include "tutti/replay/journaled_match.hpp"
#include "tutti/replay/match_record.hpp"
#include "tutti/sim/any_game.hpp"

namespace tutti {

/// What a relay takes, and how long it waits, with a default for each.
struct RelayOptions {
  std::size_t rooms_max = 1000;  ///< rooms at a time
  std::size_t peers_max = 4000;  ///< connections at a time
  /// Connections beyond `peers_max` that may wait to show that they are players who come back: as
  /// many as players are away, and at most so many.
  std::size_t places_kept = 256;
  /// Spectators of one match.
  std::size_t spectators_max = 1000;
  /// Where a match has so many spectators here, the next are sent on to another relay of the fleet,
  /// if there is one.
  std::size_t spectators_before_mirrors = 100;
  /// Matches of other relays that are watched here at a time.
  std::size_t mirrors_max = 64;
  /// Newcomers who wait before one room for its host's answer.
  std::size_t newcomers_max = 8;
  /// How long each of them waits.
  Duration answer_time = std::chrono::seconds(60);
  /// Bytes of the packed snapshots of all matches together, kept for players who come late. Without
  /// room for another one, a latecomer folds the log.
  std::size_t snapshot_bytes_max = 256 * 1024 * 1024;
  /// Bytes of memory that the matches may take, about, without snapshots: beyond it no room is
  /// opened. A match takes some 60 KB, and little more however long it goes on, since its older
  /// events are read from the journal when somebody needs them.
  std::size_t memory_bytes_max = 1024 * 1024 * 1024;
  /// Whether that is so. A relay whose owner reads the logs of running matches keeps them whole.
  bool puts_away = true;
  /// Events of one match that stay in memory at most, where the disk does not take the older ones.
  /// Further ones are refused; 0 for no limit.
  std::size_t events_kept_max = 1'000'000;
  /// The bytes of datagrams a second that play may cost each client, each way; at least
  /// limits::bytes_per_second_least. A client may ask for less. Events of a match beyond what this
  /// carries down are refused.
  std::uint32_t client_bytes_per_second = limits::bytes_per_second;
  /// Rooms that are open at a time and were opened from one place.
  PlaceLimit rooms_from_one_place{.per_household = 32, .per_neighbourhood = 128};
  /// Rooms that are opened from one place: 32 at once, then one in 2 s; four times as many from a
  /// neighbourhood.
  PlaceRate rooms_opened{.per_household = 0.5, .per_neighbourhood = 2, .kept_seconds = 64};
  /// Hellos from one place, but those of players who come back.
  PlaceRate hellos{.per_household = 4, .per_neighbourhood = 32, .kept_seconds = 16};
  /// Hellos with a code that leads nowhere, or that is chosen for a new room: 20 at once, then one
  /// in 15 s; four times as many from a neighbourhood. Until then the relay looks up no code for
  /// anybody there, right or wrong.
  PlaceRate wrong_codes{
      .per_household = 1.0 / 15, .per_neighbourhood = 4.0 / 15, .kept_seconds = 300};
  /// Newcomers from one place who enter a room, to play or to watch.
  PlaceRate joins{.per_household = 2, .per_neighbourhood = 16, .kept_seconds = 32};
  /// Changes of people at one place between playing and watching.
  PlaceRate role_changes{.per_household = 0.5, .per_neighbourhood = 4, .kept_seconds = 30};
  /// Players a second who may come into one match, on average; 64 at once. 0 for no limit.
  double joins_per_room = 2;
  /// Events a second that one player's client may add to its match, on average; as many at once. 0
  /// for no limit. Further ones are refused.
  std::uint32_t events_per_second = 600;
  /// Ticks a second of a match that is opened here.
  std::uint16_t tick_rate_max = 240;
  /// The longest time, in seconds, for which a match that is opened here may wait for one lost
  /// player, and for which its clock may stand still in all. Beyond it, players who are lost leave.
  std::uint16_t hold_seconds_max = 900;
  /// A connection on which nothing is heard for this long is taken for lost.
  Duration peer_timeout = std::chrono::seconds(10);
  /// How long the slot of a player whose connection was lost is kept; then it leaves the match.
  Duration reconnect_time = std::chrono::seconds(60);
  /// How long a match whose relay was started again waits for its players before its clock runs.
  Duration return_time = std::chrono::seconds(10);
  /// How long a relay that was started again waits, at most, for what the players of a match know
  /// of a log whose end the disk may have lost. Less than a client's patience, since a newcomer
  /// waits as long to be let in.
  Duration tail_time = std::chrono::seconds(6);
  /// How long a branch waits for the players who are to go on with it.
  Duration branch_time = std::chrono::minutes(5);
  /// A room into which nobody comes is closed after this long.
  Duration empty_room_timeout = std::chrono::seconds(60);
  /// How long a match that is over waits for its players' last digests.
  Duration closing_time = std::chrono::seconds(5);
  /// Characters of the codes that the relay gives to rooms, in fives up to 20. 0 for 5, and by a
  /// RelayService for 10 if it listens at an address of the internet. Players may name others.
  std::size_t code_characters = 0;
  /// Its place among the relays of its machine that have the rooms together.
  Shard shard{};
  /// The key of room codes and players' secrets. Zeros, but for tests: then nobody knows the key.
  std::array<std::uint64_t, 4> seed{};
  /// Seconds since 1970 in UTC, asked whenever a match begins, since a machine's clock may be set
  /// late; written into the log. Nothing if unknown.
  std::function<std::int64_t()> utc{};
  /// Finds the game with these rules, to judge where players' states differ and they cannot agree
  /// who is right; nothing if the relay knows no games, as usual.
  std::function<std::optional<AnyGame>(const std::string& rules)> referee{};
};

/// Totals since the relay was started.
struct RelayStatistics {
  std::uint64_t refused_hellos = 0;       ///< clients that were not let in
  std::uint64_t sent_on = 0;              ///< clients that another relay has the room for
  std::uint64_t refused_connections = 0;  ///< let go, as the relay had no place for them
  std::uint64_t refused_hello_rate = 0;   ///< of the hellos: RelayOptions::hellos
  std::uint64_t wrong_codes = 0;      ///< of the hellos: the code of no room, or another password
  std::uint64_t refused_guesses = 0;  ///< of the hellos: after too many such, by RelayOptions
  std::uint64_t turned_away = 0;      ///< of the hellos: by the word of a room's host
  std::uint64_t refused_joins = 0;    ///< RelayOptions::joins and joins_per_room
  std::uint64_t refused_role_changes = 0;  ///< RelayOptions::role_changes
  std::uint64_t refused_rooms = 0;         ///< every limit on rooms
  std::uint64_t refused_terms = 0;     ///< rooms with a tick rate or a patience beyond the limit
  std::uint64_t refused_messages = 0;  ///< undecodable, out of place, or from peers in no room
  /// Play datagrams that were not read, since their sender sent more than twice its budget.
  std::uint64_t refused_datagrams = 0;
  /// Events that were refused because of `events_per_second` or of the readers' budget, in matches
  /// that are over.
  std::uint64_t refused_events = 0;
  std::uint64_t rooms_due = 0;  ///< times that a room had something to do in a pass
  std::uint64_t ticks = 0;      ///< of all matches
  /// Ticks by which match clocks were set back, because a pass came more than two ticks late.
  std::uint64_t ticks_missed = 0;
  std::uint64_t events = 0;            ///< that were accepted
  std::uint64_t moved = 0;             ///< of these, given a later tick than they asked for
  std::uint64_t matches_finished = 0;  ///< that are over, and were handed out
  /// Matches of those of which something was told before it was written, since the disk failed or
  /// was slow.
  std::uint64_t matches_unwritten = 0;
  std::uint64_t diverged = 0;    ///< times that players' states were found to differ
  std::uint64_t mended = 0;      ///< of these, settled by folding again
  std::uint64_t disputed = 0;    ///< of these, settled by nobody
  std::uint64_t resumed = 0;     ///< players who came back by their secret
  std::uint64_t taken_up = 0;    ///< matches of a relay before this one, gone on with
  std::uint64_t moved_away = 0;  ///< matches that are another relay's by now
  std::uint64_t adopted = 0;     ///< of these, whose lost end the players brought back
  /// Matches whose clock stood still for as long as it may in all.
  std::uint64_t holds_ended = 0;
  std::uint64_t spectators = 0;         ///< times that somebody came to watch, or began to
  std::uint64_t snapshots = 0;          ///< handed on to latecomers
  std::uint64_t snapshots_refused = 0;  ///< of players who sent something else, in matches so far
};

/// A difference between players' states that has been looked into: the match so far, and the
/// evidence.
struct FoundDesync {
  JournaledMatch match;   ///< the match so far
  DesyncBundle bundle{};  ///< what every player held, and who was right
};

}  // namespace tutti
