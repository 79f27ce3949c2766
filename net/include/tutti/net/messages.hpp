#pragma once
// Every message between a client and the relay, and its bytes. net/PROTOCOL.md specifies them.
// Decoders give nothing for bytes that are not exactly one message within the limits.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tutti/net/desync_messages.hpp"
#include "tutti/net/known_log.hpp"
#include "tutti/net/link.hpp"
#include "tutti/net/room_messages.hpp"
#include "tutti/net/room_terms.hpp"
#include "tutti/net/snapshot.hpp"
#include "tutti/net/tail.hpp"
#include "tutti/replay/match_record.hpp"
#include "tutti/sim/digest.hpp"
#include "tutti/sim/event.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

/// Raised by every change of a message's bytes or meaning; both sides must have the same.
inline constexpr std::uint16_t protocol_version = 15;

namespace limits {
/// The furthest that a spectator may stay behind the match, in seconds.
inline constexpr std::uint16_t spectator_delay_seconds = 300;
/// Players of one client: people at one machine.
inline constexpr std::size_t local_players = 8;
/// Generations are counted modulo this.
inline constexpr std::uint8_t generations = 8;
/// The bytes of datagrams a second that play may cost one client each way, unless relay or client
/// says less.
inline constexpr std::uint32_t bytes_per_second = 256'000;
/// The least that either may say.
inline constexpr std::uint32_t bytes_per_second_least = 16'000;
/// Events of one player that may be under way to the relay.
inline constexpr std::uint32_t events_under_way = 1024;
/// Ranges of events that are there behind a gap, in one message.
inline constexpr std::size_t held_ranges = 8;
/// Datagrams that a spare stands for.
inline constexpr std::uint8_t spare_datagrams = 4;
/// Bytes of the proof that a hello may carry of its sender's right to come.
inline constexpr std::size_t admission_bytes = 512;
/// Bytes of a numeric address: of an IPv6 address in which IPv4 is mapped (RFC 4291, 2.2).
inline constexpr std::size_t sent_on_host_bytes = 45;
}  // namespace limits

// ---- Control: reliable, in order --------------------------------------------------------------

/// The proof that a client is the player that it was before. Only the client and the relay know it.
using ResumeSecret = std::array<std::byte, 16>;

/// From a client, first on every connection: let me into this room, or back into it. A client that
/// is in the room already asks for another role with it. Of a hello of another version, only the
/// version is decoded.
struct Hello {
  std::uint16_t version = protocol_version;  ///< the sender's; others are refused
  /// The room to enter, or empty with `create` to be given a new code.
  std::string room{};
  std::string name{};        ///< the player's, UTF-8, at most limits::name_bytes
  std::string rules{};       ///< the game's rules id, which has to be the room's
  Role role = Role::player;  ///< to play or to watch
  /// A spectator stays so far behind the match, up to limits::spectator_delay_seconds.
  std::uint16_t delay_seconds = 0;
  /// Open the room with this setup if it does not exist. `rules` is the setup's rules id.
  std::optional<Setup> create{};
  /// Lets its sender back into the slot that this secret stands for, and ends the old connection;
  /// with the role of a spectator, out of that slot. A secret that stands for no slot stands from
  /// now on for the one that its sender gets. A client may choose such a secret itself: then it can
  /// ask again when the answer is lost, and never gets two slots.
  std::optional<ResumeSecret> resume{};
  /// A client that comes back has this epoch, and so many events of it.
  std::uint32_t epoch = 0;
  std::uint32_t received = 0;  ///< how many events of that epoch it has
  /// The log that it keeps, of whatever epoch: another one need not tell it again.
  KnownLog known{};
  /// The roles that the client has had in this room before, modulo limits::generations. All play
  /// datagrams from the welcome on carry it, both ways, so that late ones of an earlier role are
  /// recognised.
  std::uint8_t generation = 0;
  /// The most that its sender takes and sends in play, in bytes a second each way; 0 leaves it to
  /// the relay.
  std::uint32_t bytes_per_second = 0;
  /// A relay sent its sender on to this one, which sends it no further in order to have a room
  /// opened.
  bool is_sent_on = false;
  /// The names of further players of this client, who get a slot each; at most
  /// limits::local_players - 1. All of them come or none does.
  std::vector<std::string> others{};
  /// With `create`: how the room is kept.
  RoomTerms terms{};
  /// The room's password; of a room that is opened by this, from then on.
  std::optional<PasswordHash> password{};
  /// A proof of the sender's right to come, at most limits::admission_bytes; empty without one.
  Bytes admission{};

  bool operator==(const Hello&) const = default;
};

/// From the relay: you are in. The log, which it sends now, says everything else.
struct Welcome {
  std::string room{};  ///< the room's code
  /// The slot. Nothing for a spectator, to whom `next_counter` means nothing either.
  std::optional<PlayerId> player{};
  std::uint32_t epoch = 0;  ///< the relay's life
  /// The counter of the player's first event: counters belong to the slot and go on over its
  /// players.
  std::uint32_t next_counter = 0;
  /// The secret by which a player comes back; a spectator's stands for the slot that it may get. It
  /// is the hello's, if that had one.
  ResumeSecret resume{};
  Setup setup{};  ///< the match's
  /// The bytes of datagrams a second that play may cost this client each way: both sides keep to
  /// it.
  std::uint32_t bytes_per_second = limits::bytes_per_second;
  /// The slots of the client's further players, in the order of their names. One counter counts the
  /// events of all of them.
  std::vector<PlayerId> others{};
  RoomTerms terms{};  ///< the room's
  /// The log through this tick is the one that the hello says its sender keeps. In an epoch that is
  /// new to the client, it is told only what follows: the events from `told_from` on. 0 if all.
  Tick known_through{};
  std::uint32_t told_from = 0;  ///< how many events that log has, `MatchStarted` not among them
  /// Later lives of the relay have greater epochs. Without a fleet that is not sure: a power loss
  /// may take a life away, and the next one's epoch is any that was not heard.
  bool epochs_grow = false;

  bool operator==(const Welcome&) const = default;
};

/// The reason of a refusal.
enum class Refusal : std::uint8_t {
  other_version = 0,
  other_rules = 1,
  unknown_room = 2,  ///< or another password
  room_full = 3,
  bad_request = 4,
  relay_full = 5,
  match_over = 6,
  removed = 7,      ///< from the match: kicked, or given up for lost
  replaced = 8,     ///< a newer connection has come back into this one's slot
  turned_away = 9,  ///< the room's host said no, or nothing
  no_token = 10,    ///< the relay asks for a token, and this is none that fits
};

/// From the relay: you are not in, or not any more.
struct Refused {
  Refusal reason = Refusal::bad_request;  ///< why
  std::string sentence{};                 ///< for people; names both sides of a difference

  bool operator==(const Refused&) const = default;
};

/// From the relay: its operator is about to stop it. A match that runs then goes on when a relay is
/// started again on its journal, and its players come back by themselves.
struct RelayStops {
  std::uint16_t seconds = 0;  ///< until then, at most

  bool operator==(const RelayStops&) const = default;
};

/// From a relay that is one of several: another one has the room, or is to open it. Ask there, and
/// say that you were sent on.
struct SentOn {
  std::uint16_t port = 0;  ///< not 0
  /// A numeric address, at most limits::sent_on_host_bytes; empty for the host of this relay.
  std::string host{};

  bool operator==(const SentOn&) const = default;
};

/// From a relay of a fleet: the log through this tick is kept by others too, and will not be lost
/// with the relay's machine.
struct Replicated {
  Tick tick{};  ///< it only grows

  bool operator==(const Replicated&) const = default;
};

/// From a client: I leave, on purpose.
struct Goodbye {
  bool operator==(const Goodbye&) const = default;
};

/// From the creator of a room: remove this player from the match.
struct Kick {
  PlayerId player{};  ///< who is to go

  bool operator==(const Kick&) const = default;
};

/// From the creator of a room: end the match for all.
struct EndMatch {
  bool operator==(const EndMatch&) const = default;
};

/// From the creator of a room: a referee's word about the match. It becomes an event
/// (`EventKind::corrected`) with the creator's name.
struct Correct {
  Correction correction = Correction::decision;  ///< what kind of word it is
  Tick about{};                                  ///< the tick that it is about; at most the present
  std::string text{};                            ///< why, UTF-8, at most limits::correction_bytes

  bool operator==(const Correct&) const = default;
};

/// From a player's client when it leaves or its match ends: the log through this tick is the one
/// that I was told, and what my players did in it is what they did. The relay keeps it with the
/// match, as a PlayerSignature; the key is the one of the hello's admission.
struct Vouch {
  Tick tick{};                      ///< the last one that is signed
  std::uint32_t first_counter = 0;  ///< own events from this counter on are vouched for
  Signature signature{};            ///< see `sign_as_player`

  bool operator==(const Vouch&) const = default;
};

/// From a client that comes late and has much to fold: give me a state to begin with.
struct WantSnapshot {
  bool operator==(const WantSnapshot&) const = default;
};

/// From the relay to a player: send a snapshot of the next tick whose digest you report.
struct SnapshotWanted {
  bool operator==(const SnapshotWanted&) const = default;
};

/// From the relay: there is no snapshot to be had, so fold the log.
struct NoSnapshot {
  bool operator==(const NoSnapshot&) const = default;
};

/// Any control message.
using ControlMessage =
    std::variant<Hello, Welcome, Refused, Goodbye, Kick, EndMatch, Correct, Diverged, Refolded,
                 Settled, Evidence, WantSnapshot, SnapshotWanted, NoSnapshot, SnapshotPiece,
                 SnapshotTaken, TailWanted, Tail, RelayStops, HostAsked, Newcomer, NewcomerGone,
                 HostAnswer, Attendance, Vouch, SentOn, Replicated>;

/// The message as bytes, at most limits::control_bytes.
TUTTI_API Bytes encode(const ControlMessage& message);
/// The message that these bytes are; nothing for any others.
TUTTI_API std::optional<ControlMessage> decode_control(BytesView bytes);

// ---- Play: single datagrams, each complete in itself --------------------------------------------

/// A reader's digest of one confirmed tick. Only digests with equal heads can be compared.
struct DigestReport {
  Tick tick{};                      ///< the compared tick
  std::array<std::byte, 4> head{};  ///< the first 4 bytes of the head at this tick
  Digest digest{};                  ///< of the state at that tick
  /// The fast hashes of the states of all ticks since the compared one before, folded, so that a
  /// difference that healed in between is seen; 0 from a reader that has not held all of these
  /// states, as one that came late.
  std::uint32_t between = 0;

  bool operator==(const DigestReport&) const = default;
};

/// Consecutive numbers of events, from `first` to before `end`.
struct NumberRange {
  std::uint32_t first = 0;  ///< the first one
  std::uint32_t end = 0;    ///< the one after the last one

  bool operator==(const NumberRange&) const = default;
};

/// A player's event on its way to the relay.
struct OfferedEvent {
  Tick stamp{};     ///< the tick for which it is meant
  Bytes payload{};  ///< the game's bytes, with their tag if it has commands
  /// A command is never refused as late, and never for want of room at its tick: it is moved.
  PlayerEvent is = PlayerEvent::input;
  std::uint8_t local = 0;  ///< which of the client's players: 0 the first, 1 the next in `others`
  /// Counters between the event before it in the message and this one that are left out.
  std::uint32_t skipped = 0;

  bool operator==(const OfferedEvent&) const = default;
};

/// A client's play datagram: new events, and unacknowledged ones as far as there is room.
struct PlayUp {
  std::uint8_t generation = 0;  ///< of the sender's hello
  std::uint32_t epoch = 0;      ///< the relay's life that it speaks of
  std::uint16_t sent_at = 0;    ///< the client's clock in 100 us, modulo 2^16; echoed
  /// The client has all events with a sequence number below this. A player's events are numbered in
  /// the order of acceptance, a spectator's in the final log's canonical order.
  std::uint32_t received = 0;
  /// The ranges that it has behind that, in ascending order; at most limits::held_ranges.
  std::vector<NumberRange> held{};
  /// Datagrams of the relay were lost since the one before this; `held` says as much by itself.
  bool has_lost = false;
  /// Behind the last event in here, no event of mine at or before this tick will follow.
  Tick progress{};
  std::uint32_t first_counter = 0;  ///< the counter of the first of `events`
  /// Events before the first in here of which the client does not know that they are decided.
  std::uint32_t earlier = 0;
  std::vector<OfferedEvent> events{};    ///< counters from first_counter on; stamps never decrease
  std::optional<DigestReport> digest{};  ///< of a compared tick, if there is something to report

  bool operator==(const PlayUp&) const = default;
};

/// An event on its way to the clients.
struct AcceptedEvent {
  Tick tick{};                ///< its tick, final or to come
  Author author{};            ///< who wrote it
  std::uint32_t counter = 0;  ///< the author's own count
  /// The receiver's own event at the tick it asked for: tick and payload are not sent again.
  bool is_as_offered = false;
  Bytes payload{};  ///< the game's bytes, or the relay's
  /// Sequence numbers between the event before it in the message and this one that are left out.
  std::uint32_t skipped = 0;

  bool operator==(const AcceptedEvent&) const = default;
};

/// The relay's play datagram to one client.
struct PlayDown {
  std::uint8_t generation = 0;      ///< of the receiver's hello
  std::uint32_t epoch = 0;          ///< the relay's life
  std::uint8_t number = 0;          ///< counts the relay's datagrams to this client, modulo 256
  std::uint16_t echo = 0;           ///< `sent_at` of the latest datagram received from the client
  std::uint16_t echo_held = 0;      ///< how long ago that was, in 100 us; 65535 for never or longer
  Tick clock{};                     ///< the match clock when this was sent
  std::uint8_t clock_fraction = 0;  ///< in 1/256 tick
  bool is_standing = false;         ///< the clock stands still
  Tick horizon{};                   ///< for a client that has all events up to the last in here
  Tick durable{};                   ///< no power loss changes the log through this tick any more
  std::uint32_t counted = 0;        ///< the client's events below this counter have been decided
  /// The client's events that are here behind that, in ascending order; at most
  /// limits::held_ranges.
  std::vector<NumberRange> held{};
  /// The client's events were refused within the last second because of the room's budget.
  bool is_over_budget = false;
  /// The tick of the client's latest digest that arrived; told once for each one that arrives.
  std::optional<Tick> digest_known{};
  Tick agreed{};  ///< with `digest_known`: the latest compared tick at which all agreed
  std::uint32_t first_sequence = 0;     ///< the sequence number of the first of `events`
  std::vector<AcceptedEvent> events{};  ///< sequence numbers from first_sequence on
  bool is_all = false;                  ///< no accepted event follows the last one in here

  bool operator==(const PlayDown&) const = default;
};

/// The relay's stand-in for datagrams that are lost: the sum of some in a row, each behind its
/// length, or the weighted sum. PROTOCOL.md has the arithmetic.
struct PlaySpare {
  std::uint8_t generation = 0;  ///< as in Hello
  std::uint32_t epoch = 0;      ///< the relay's life that it speaks of
  std::uint8_t first = 0;       ///< the number of the first of those datagrams
  std::uint8_t count = 0;       ///< how many they are: 1 to limits::spare_datagrams
  bool is_weighted = false;     ///< it is the weighted sum
  Bytes bytes{};                ///< more than spare_length_bytes, at most limits::play_bytes

  bool operator==(const PlaySpare&) const = default;
};

using PlayMessage = std::variant<PlayUp, PlayDown, PlaySpare>;  ///< Any play datagram.

/// Appends the message to `bytes`. Precondition: it fits limits::play_bytes; see `play_bytes_of`.
TUTTI_API void encode(const PlayUp& message, Bytes& bytes);
TUTTI_API void encode(const PlayDown& message, Bytes& bytes);
TUTTI_API void encode(const PlaySpare& message, Bytes& bytes);
TUTTI_API std::optional<PlayMessage> decode_play(BytesView bytes);

/// The number behind the last event in the message; without events, the one it begins at.
TUTTI_API std::uint64_t end_of(const PlayUp& message);
TUTTI_API std::uint64_t end_of(const PlayDown& message);

/// Bytes of a play message without events and held ranges, at most, with some left for the first
/// event's tick.
inline constexpr std::size_t play_header_bytes_most = 64;
inline constexpr std::size_t skipped_bytes_most = 2;  ///< bytes that `skipped` takes at most
/// Bytes of a datagram's length in a spare.
inline constexpr std::size_t spare_length_bytes = 2;
/// Bytes that a spare has more than the largest of its datagrams, at most.
inline constexpr std::size_t spare_header_bytes_most = 12;
/// Events in one play message.
inline constexpr std::size_t play_events_most = 255;
/// Bytes that one more event takes, so that a sender can stop in time. `before` is the tick of the
/// last event in the message that has one, at first its progress (up) or clock (down). Up, a
/// message that leaves events out takes up to `skipped_bytes_most` more for each.
TUTTI_API std::size_t play_bytes_of(const OfferedEvent& event, Tick before);
TUTTI_API std::size_t play_bytes_of(const AcceptedEvent& event, Tick before);
/// Bytes of all the events in a message.
TUTTI_API std::size_t play_bytes_of(const PlayUp& message);
TUTTI_API std::size_t play_bytes_of(const PlayDown& message);
/// Bytes that held ranges take, behind what is there without a gap.
TUTTI_API std::size_t play_bytes_of(const std::vector<NumberRange>& held, std::uint32_t received);

}  // namespace tutti
