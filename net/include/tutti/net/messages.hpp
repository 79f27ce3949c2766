#pragma once
// Every message between a client and the relay, and its bytes. net/PROTOCOL.md is the
// specification; decoders answer nothing for bytes that are not exactly one message within the
// limits.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tutti/net/desync_messages.hpp"
#include "tutti/net/link.hpp"
#include "tutti/net/snapshot.hpp"
#include "tutti/net/tail.hpp"
#include "tutti/sim/digest.hpp"
#include "tutti/sim/event.hpp"

namespace tutti {

/// Raised by every change of a message's bytes or meaning; both sides must have the same.
inline constexpr std::uint16_t protocol_version = 8;

namespace limits {
/// The furthest that a spectator may stay behind the match, in seconds.
inline constexpr std::uint16_t spectator_delay_seconds = 300;
/// Generations are counted modulo this.
inline constexpr std::uint8_t generations = 8;
}  // namespace limits

// ---- Control: reliable, in order --------------------------------------------------------------

/// What proves that a client is the player it was before: known to it and to the relay alone.
using ResumeSecret = std::array<std::byte, 16>;

/// What somebody is in a room.
enum class Role : std::uint8_t {
  player = 0,     ///< has a slot, and is told every event as it is accepted
  spectator = 1,  ///< has none, and is told the final log, as late as it asked to
};

/// A client's first message on a connection: let me into this room, or back into it. From somebody
/// who is in the room already: let me be something else in it. Of a version that is not ours,
/// nothing but the version is known.
struct Hello {
  std::uint16_t version = protocol_version;
  /// The room to enter, or empty with `create` to be given a new code.
  std::string room{};
  std::string name{};
  std::string rules{};
  Role role = Role::player;
  /// Of a spectator: how far behind the match it stays, up to limits::spectator_delay_seconds.
  std::uint16_t delay_seconds = 0;
  /// Open the room with this setup if it does not exist. `rules` is the setup's rules id.
  std::optional<Setup> create{};
  /// Back into the slot that this secret stands for; the old connection ends. With the role of a
  /// spectator: out of that slot. If it stands for none, it is from now on that of the slot which
  /// its sender gets, who may choose one of its own for that: then it can ask again when the answer
  /// is lost, and never gets two.
  std::optional<ResumeSecret> resume{};
  /// Of one that comes back: the epoch it knows, and the events of that epoch that it has.
  std::uint32_t epoch = 0;
  std::uint32_t received = 0;
  /// Of play datagrams from the welcome on, both ways: how many roles its sender has had here
  /// before, modulo limits::generations. What the network has kept of an earlier one is known by
  /// it.
  std::uint8_t generation = 0;

  bool operator==(const Hello&) const = default;
};

/// The relay's answer: you are in. Everything else follows from the log, which it now sends.
struct Welcome {
  std::string room{};
  /// Nothing for a spectator, for whom the counter means nothing either.
  std::optional<PlayerId> player{};
  std::uint32_t epoch = 0;
  /// The counter of the player's first event: counters belong to the slot and go on over its
  /// players.
  std::uint32_t next_counter = 0;
  /// By it a player comes back; a spectator's is that of its slot should it get one. That of the
  /// hello, if it had one.
  ResumeSecret resume{};
  Setup setup{};

  bool operator==(const Welcome&) const = default;
};

enum class Refusal : std::uint8_t {
  other_version = 0,
  other_rules = 1,
  unknown_room = 2,
  room_full = 3,
  bad_request = 4,
  relay_full = 5,
  match_over = 6,
  removed = 7,   ///< from the match: kicked, or given up for lost
  replaced = 8,  ///< a newer connection has come back into this one's slot
};

/// The relay's other answer.
struct Refused {
  Refusal reason = Refusal::bad_request;
  std::string sentence{};  ///< for people; names both sides of a difference

  bool operator==(const Refused&) const = default;
};

/// A client is going, on purpose.
struct Goodbye {
  bool operator==(const Goodbye&) const = default;
};

/// The creator of a room removes a player from the match.
struct Kick {
  PlayerId player{};

  bool operator==(const Kick&) const = default;
};

/// The creator of a room ends the match, for all.
struct EndMatch {
  bool operator==(const EndMatch&) const = default;
};

/// The creator of a room says something about the match that counts: a referee's word. It becomes
/// an event (`EventKind::corrected`) with the creator's name.
struct Correct {
  Correction correction = Correction::decision;
  Tick about{};        ///< what it is about; at most the present
  std::string text{};  ///< why, UTF-8, at most limits::correction_bytes

  bool operator==(const Correct&) const = default;
};

/// A client that comes late has much to fold: it asks for a state to begin with.
struct WantSnapshot {
  bool operator==(const WantSnapshot&) const = default;
};

/// The relay asks a player for a snapshot of the next tick whose digest it reports.
struct SnapshotWanted {
  bool operator==(const SnapshotWanted&) const = default;
};

/// The relay has none to give: fold the log.
struct NoSnapshot {
  bool operator==(const NoSnapshot&) const = default;
};

using ControlMessage = std::variant<Hello, Welcome, Refused, Goodbye, Kick, EndMatch, Correct,
                                    Diverged, Refolded, Settled, Evidence, WantSnapshot,
                                    SnapshotWanted, NoSnapshot, SnapshotPiece, TailWanted, Tail>;

Bytes encode(const ControlMessage& message);
std::optional<ControlMessage> decode_control(BytesView bytes);

// ---- Play: single datagrams, each complete in itself --------------------------------------------

/// A reader's digest of one confirmed tick. Only digests with equal heads can be compared.
struct DigestReport {
  Tick tick{};
  std::array<std::byte, 8> head{};  ///< the first 8 bytes of the head at this tick
  Digest digest{};

  bool operator==(const DigestReport&) const = default;
};

/// A player's event on its way to the relay.
struct OfferedEvent {
  Tick stamp{};
  Bytes payload{};

  bool operator==(const OfferedEvent&) const = default;
};

/// What a client says: all that the relay has not acknowledged.
struct PlayUp {
  std::uint8_t generation = 0;  ///< of the sender's hello
  std::uint32_t epoch = 0;
  std::uint16_t sent_at = 0;  ///< the client's clock in 100 us, modulo 2^16; echoed
  /// It has all events with a sequence number below this: of a player in the order of acceptance,
  /// of a spectator in the final log's canonical order.
  std::uint32_t received = 0;
  Tick progress{};  ///< no event of mine at or before this tick will follow
  std::uint32_t first_counter = 0;
  std::vector<OfferedEvent> events{};  ///< counters first_counter, +1, ...; stamps never decrease
  std::optional<DigestReport> digest{};

  bool operator==(const PlayUp&) const = default;
};

/// An event on its way to the clients.
struct AcceptedEvent {
  Tick tick{};
  Author author{};
  std::uint32_t counter = 0;
  /// The receiver's own event at the tick it asked for: tick and payload are not sent again.
  bool is_as_offered = false;
  Bytes payload{};

  bool operator==(const AcceptedEvent&) const = default;
};

/// What the relay says to one client.
struct PlayDown {
  std::uint8_t generation = 0;  ///< of the receiver's hello
  std::uint32_t epoch = 0;
  std::uint8_t number = 0;          ///< counts the relay's datagrams to this client, modulo 256
  std::uint16_t echo = 0;           ///< `sent_at` of the latest datagram received from the client
  std::uint16_t echo_held = 0;      ///< how long ago that was, in 100 us; 65535 for never or longer
  Tick clock{};                     ///< the match clock when this was sent
  std::uint8_t clock_fraction = 0;  ///< in 1/256 tick
  bool is_standing = false;         ///< the clock stands still
  Tick horizon{};                   ///< holds for who has all events up to the last one in here
  std::uint32_t counted = 0;        ///< the client's events below this counter have been decided
  /// The latest of the client's digests that arrived; said once for each time that one arrives.
  std::optional<Tick> digest_known{};
  Tick agreed{};  ///< with `digest_known`: the latest compared tick at which all agreed
  std::uint32_t first_sequence = 0;
  std::vector<AcceptedEvent> events{};  ///< sequence numbers first_sequence, +1, ...
  bool is_all = false;                  ///< no accepted event follows the last one in here

  bool operator==(const PlayDown&) const = default;
};

using PlayMessage = std::variant<PlayUp, PlayDown>;

/// Appends to `bytes`. Precondition: it fits limits::play_bytes; see `play_bytes_of`.
void encode(const PlayUp& message, Bytes& bytes);
void encode(const PlayDown& message, Bytes& bytes);
std::optional<PlayMessage> decode_play(BytesView bytes);

/// Bytes of a play message without events, at most, with some left for the first one's tick.
inline constexpr std::size_t play_header_bytes_most = 64;
/// Events in one play message.
inline constexpr std::size_t play_events_most = 255;
/// Bytes that one more event takes, so that a sender can stop in time. `before` is the tick of the
/// last event in the message that has one, at first its progress (up) or clock (down).
std::size_t play_bytes_of(const OfferedEvent& event, Tick before);
std::size_t play_bytes_of(const AcceptedEvent& event, Tick before);

}  // namespace tutti
