#pragma once
// One match at rest: its log, and what is written beside it. match_file.hpp (a match that is over)
// and journal.hpp (many that run) make bytes of it; reader.hpp reads them.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tutti/sim/digest.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/log.hpp"
#include "tutti/sim/result.hpp"
#include "tutti/sim/roster.hpp"
#include "tutti/sim/setup.hpp"
#include "tutti/sim/tick.hpp"

namespace tutti {

namespace limits {
/// Bytes of a room's code in a file.
inline constexpr std::size_t room_bytes = 32;
/// Bytes of what a relay keeps of a room's door.
inline constexpr std::size_t door_bytes = 128;
/// Bytes of the text that names the engine's build in a file.
inline constexpr std::size_t build_bytes = 64;
/// The last tick that a file may speak of: more than two years at 60 ticks a second.
inline constexpr std::int64_t match_ticks = std::int64_t{1} << 32;
/// Bytes of a mark's text.
inline constexpr std::size_t mark_bytes = 255;
/// Participants that a summary names.
inline constexpr std::size_t summary_participants = 64;
}  // namespace limits

/// A state's digest that the players agreed on while they played. It means something only together
/// with the head of the log it was folded from.
struct TUTTI_API RecordedDigest {
  Tick tick;     ///< of the state
  Head head;     ///< of the log through that tick
  Digest state;  ///< of the state, in canonical bytes
  /// Only the first 8 bytes of `state` are kept, the others are zero.
  bool is_short = false;

  bool operator==(const RecordedDigest&) const = default;
  /// Whether the state with this digest is the one recorded, as far as that is kept.
  bool agrees_with(const Digest& digest) const;
};
/// The bytes of a digest that a closed file keeps of most.
inline constexpr std::size_t short_digest_bytes = 8;

/// The reason why nothing follows. Numbers are part of files: never reused. Readers keep numbers
/// that they do not know.
enum class EndReason : std::uint8_t {
  everyone_left = 0,
  operator_ended = 1,
  time_over = 2,
  recording_stopped = 3,  ///< a client's own recording; the match may have gone on
  relay_lost = 4,         ///< closed afterwards, from what a dead relay had written
  sliced = 5,             ///< cut here on purpose: the match went on
};
/// "everyone left", "reason 9": for sentences.
TUTTI_API std::string to_text(EndReason reason);

/// How a difference between players' states was settled.
enum class DesyncVerdict : std::uint8_t {
  mended = 0,    ///< folding again showed whose memory was wrong, and put it right
  outvoted = 1,  ///< most players agree with each other and not with the others
  refereed = 2,  ///< the relay folded the log itself
  disputed = 3,  ///< nobody can tell who is right: the match's outcome is in doubt
};
/// "mended": one word.
TUTTI_API std::string to_text(DesyncVerdict verdict);

/// How one player's events came to the relay during some seconds. The margin of an event is its
/// stamp minus the match clock when it came, in ticks: below zero it came when its tick was over.
/// No state depends on it. It is evidence: a player that holds its input back has bursts of deep
/// margins.
struct ArrivalMargins {
  Tick from{};              ///< the first tick of the span, which lasts margin_span_seconds
  PlayerId player{};        ///< whose events they are
  std::uint32_t count = 0;  ///< events that came
  std::uint32_t late = 0;   ///< of these: moved to a later tick, or refused as too old
  std::int64_t least = 0;   ///< the smallest margin
  std::int64_t most = 0;    ///< the largest margin
  std::int64_t total = 0;   ///< of all margins

  /// The mean margin, in ticks; 0 if nothing came.
  double mean() const {
    return count == 0 ? 0 : static_cast<double>(total) / static_cast<double>(count);
  }
  bool operator==(const ArrivalMargins&) const = default;
};
inline constexpr std::int64_t margin_span_seconds = 10;  ///< the length of a span of margins

/// A difference of players' states at a compared tick, and how it was settled.
struct DesyncFinding {
  Tick tick{};                  ///< compared
  Tick agreed{};                ///< the last compared tick before it at which all agreed
  std::optional<Tick> first{};  ///< the first tick that differed, if it could be found
  DesyncVerdict verdict = DesyncVerdict::disputed;  ///< how it was settled
  std::uint64_t wrong = 0;  ///< bit i: player i's state was not what the log says

  /// Whether this player's state was not what the log says.
  bool is_wrong(PlayerId player) const { return ((wrong >> (player.value & 63U)) & 1U) != 0; }
  bool operator==(const DesyncFinding&) const = default;
};

/// The name of a signer: an Ed25519 public key.
struct PublicKey {
  std::array<std::byte, 32> bytes{};  ///< as Ed25519 has it
  bool operator==(const PublicKey&) const = default;
};

/// The bytes of an Ed25519 signature.
using Signature = std::array<std::byte, 64>;

/// A relay's word that the log through a tick is the one that it ordered; see signature.hpp.
struct HeadSignature {
  Tick tick;          ///< the last tick that is signed
  PublicKey key;      ///< who signed
  Signature bytes{};  ///< of the log's head
  /// Of the head together with the match's opening and its players' keys. Nothing in files of older
  /// versions, which prove the log alone.
  std::optional<Signature> whole{};
  bool operator==(const HeadSignature&) const = default;
};

/// The key of a client that joined. It showed the relay that it has the key's secret.
struct ClientKey {
  /// As in the event `Joined` of the client's players.
  std::array<std::byte, 16> resume_hash{};
  PublicKey key;  ///< the client's
  bool operator==(const ClientKey&) const = default;
};

/// A client's word that the log through a tick is the one that it was told, and that the events of
/// its players in there are what they did; see signature.hpp.
struct PlayerSignature {
  PlayerId player{};  ///< the first one of the client
  Tick tick;          ///< the last tick that is signed
  /// It knows its players' events from this counter on. Those before are of a process that died, or
  /// of the slot's player before.
  std::uint32_t first_counter = 0;
  PublicKey key;      ///< the client's
  Signature bytes{};  ///< the signature
  bool operator==(const PlayerSignature&) const = default;
};

/// A stretch of a match with a name: the part that a clip is about.
struct Mark {
  Tick from;           ///< its first tick
  Tick to;             ///< not before `from`
  std::string text{};  ///< at most limits::mark_bytes
  bool operator==(const Mark&) const = default;
};

/// The first record of a match. Room, start and build are descriptions: no state depends on them.
struct MatchOpening {
  std::string room{};            ///< its code, at most limits::room_bytes
  std::int64_t started_utc = 0;  ///< seconds since 1970 in UTC, not negative; 0 if unknown
  std::string build{};           ///< the engine's version and revision, at most limits::build_bytes
  Setup setup{};                 ///< is_valid(setup)
  /// What the relay asks of those who come into the room, at most limits::door_bytes; empty of an
  /// open one. Relays alone read it, in their journals; no match file has it.
  Bytes door{};

  bool operator==(const MatchOpening&) const = default;
};

/// Events in the order of their acceptance, and the horizon after them. Sequence numbers count a
/// match's accepted events without gaps; number 0 is `MatchStarted`, which the opening carries.
struct EventBatch {
  std::uint64_t first_sequence = 1;   ///< of the first of `events`
  std::span<const EventView> events;  ///< may be empty: only the horizon moved
  Tick horizon;                       ///< after these events
};

/// The record after which nothing follows: the log's last tick and its head.
struct MatchEnd {
  Tick tick;                                    ///< the log's last one
  Head head;                                    ///< of the log through it
  EndReason reason = EndReason::everyone_left;  ///< why nothing follows
  bool is_unwritten = false;                    ///< see MatchRecord
};

/// A piece of a participant's telemetry, as telemetry.hpp writes and reads it.
struct Telemetry {
  PlayerId player{};  ///< its slot
  Bytes bytes{};      ///< as `TelemetryWriter` makes them
  bool operator==(const Telemetry&) const = default;
};

/// A state that a machine held, to be compared with the one that the log gives.
struct SavedState {
  Tick tick{};          ///< of which the state is
  Digest digest{};      ///< of that state
  std::string build{};  ///< the build that the machine ran, at most limits::build_bytes
  Bytes state{};        ///< its canonical bytes
  bool operator==(const SavedState&) const = default;
};

/// A match: its log, and what is known beside it.
struct TUTTI_API MatchRecord {
  /// A match that only begins. Precondition: is_valid(opening.setup).
  explicit MatchRecord(MatchOpening opening);

  std::string room;                     ///< its code
  std::int64_t started_utc = 0;         ///< seconds since 1970 in UTC; 0 if unknown
  std::string build;                    ///< the engine's version and revision
  Bytes door;                           ///< of a match that runs: see MatchOpening
  Log log;                              ///< final through its horizon
  std::vector<RecordedDigest> digests;  ///< by tick
  std::vector<DesyncFinding> desyncs;   ///< by tick
  std::vector<ArrivalMargins> margins;  ///< by span and player; none of players who did nothing
  std::optional<EndReason> end;         ///< nothing if the end is not recorded
  /// Of a match that has its end: the relay's disk failed or was slow, and players were told some
  /// events before these were written. Had the relay died then, the players would have seen events
  /// that are not in here.
  bool is_unwritten = false;
  std::vector<HeadSignature> signatures;           ///< by tick
  std::vector<ClientKey> client_keys;              ///< by resume hash; each hash once
  std::vector<PlayerSignature> player_signatures;  ///< by tick
  std::vector<Mark> marks;                         ///< in the order in which they were set
  std::vector<SavedState> states;                  ///< by tick
  std::vector<Telemetry> telemetry;                ///< each participant's in order
};
/// The match through a tick, as a clip of `from` to `to`: the whole log up to there, so that it
/// plays and proves its origin as the match does.
TUTTI_API MatchRecord slice(const MatchRecord& record, Tick from, Tick to);
/// The match through a tick, nothing behind it, not ended.
TUTTI_API MatchRecord prefix(const MatchRecord& record, Tick to);

/// The players of a match, in the order in which they joined; see `Roster`.
TUTTI_API std::vector<Participant> participants(const Log& log);

/// A match in a few hundred bytes, for a list of many.
struct MatchSummary {
  MatchOpening opening{};          ///< as the file begins
  std::uint64_t events = 0;        ///< `MatchStarted` among them
  Tick last{};                     ///< the log's horizon
  Head head{};                     ///< of the log through it
  std::optional<EndReason> end{};  ///< why nothing follows; nothing if the end is not recorded
  std::vector<Participant> participants{};  ///< the first limits::summary_participants
  std::uint8_t corrections = 0;             ///< bit i: a referee's word of `Correction` i
  /// The sentence that says how the file is damaged; empty if it is not, as far as was looked. It
  /// is no part of the file.
  std::string damage{};
};
/// The summary of a match, as its file ends with.
TUTTI_API MatchSummary summarize(const MatchRecord& record);

/// The beginning of a branch: the match through a tick, at most the last one before its end, then,
/// in the next one, the relay's event `branched`; `slots` has a bit for each slot that is to be
/// played anew. Its heads through that tick are the match's own; it stands alone and may go on as
/// it likes.
TUTTI_API MatchRecord branch(const MatchRecord& record, Tick at, std::uint64_t slots);

/// Adds a referee's word to a match that is over: an event of the relay in the tick after the last
/// one. All heads and signatures through the last one stay as they are. Texts that are too long
/// are cut between two characters.
TUTTI_API void correct(MatchRecord& record, Correction correction, Tick about, std::string_view by,
                       std::string_view text);
/// The corrections of a log, in order; see `Roster`.
TUTTI_API std::vector<RelayEvent> corrections(const Log& log);
/// The head of the log before its corrections, which names the match as it was played.
TUTTI_API Head head_as_played(const Log& log);

/// Adds what another file of the same match knows: digests, findings, margins, signatures, marks,
/// saved states, the screens of players (of each player the fuller ones), and the log if it goes
/// further. Errors: Fault::bad_data if that is another match, or one that went on differently; the
/// sentence names the tick.
TUTTI_API Result<void> merge(MatchRecord& record, MatchRecord other);

/// Ends a match whose relay is gone: nothing more will come, so that every event is final. A record
/// that has its end stays as it is.
TUTTI_API void close_lost(MatchRecord& record);

/// The part of a file that a reader could not use, in words and bytes.
struct Damage {
  std::uint64_t offset = 0;      ///< where in the file it begins
  std::uint64_t bytes_lost = 0;  ///< from there on, or of this match alone in a journal
  std::string sentence;          ///< whole, without a trailing period
};

}  // namespace tutti
