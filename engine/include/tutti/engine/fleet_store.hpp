#pragma once
// What relays of several machines keep outside of themselves: the logs of their matches, what they
// say of themselves, and which of them has which room. An entry is a numbered piece of one match's
// log, and is taken only if it follows the one that its writer believes to be the last (it is
// *fenced*): of two relays that write one match, one stops. What is said of a room is replaced by
// the same rule. net/FLEET.md explains it, and has the bytes.

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tutti/net/address.hpp"
#include "tutti/net/time.hpp"
#include "tutti/replay/match_record.hpp"
#include "tutti/sim/bytes.hpp"
#include "tutti/sim/digest.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

namespace limits {
/// Bytes of records in one entry.
inline constexpr std::size_t fleet_entry_bytes = 256 * 1024;
/// Who has not announced itself for this long is not there any more.
inline constexpr Duration fleet_silence = std::chrono::seconds(2);
/// By so much earlier a relay takes its own lease for ended: clocks do not run alike.
inline constexpr Duration fleet_margin = std::chrono::milliseconds(500);
/// Bytes of each text of a relay's card, and of a room's address.
inline constexpr std::size_t fleet_text_bytes = 128;
}  // namespace limits

/// Names one match among those of all relays, for good; its room's code does not follow from it.
struct MatchId {
  Digest digest{};  ///< of what opened the match
  auto operator<=>(const MatchId&) const = default;
};
/// The name of the match that was opened so.
TUTTI_API MatchId match_id_of(const MatchRecord& record);

/// Names one life of one relay's process: random.
struct RelayId {
  std::array<std::byte, 16> bytes{};  ///< drawn anew by every process
  auto operator<=>(const RelayId&) const = default;
};

/// A piece of a match's log, as one relay has written it.
struct LogEntry {
  MatchId match{};           ///< whose
  RelayId owner{};           ///< who writes it
  std::uint32_t epoch = 0;   ///< one more each time that the match's log is begun anew
  std::uint64_t number = 0;  ///< of this epoch's entries, from 0 without a gap
  /// With this entry the epoch has all that there was of the match when it began.
  bool is_whole = false;
  /// Records as a journal has them, under match number 1; one may go on in the next entry.
  Bytes records{};

  bool operator==(const LogEntry&) const = default;
};
/// The bytes of an entry.
TUTTI_API Bytes encode(const LogEntry& entry);
/// Nothing for bytes that are no entry of this version.
TUTTI_API std::optional<LogEntry> decode_log_entry(const MatchId& match, BytesView bytes);

/// Entries of one epoch that follow each other and are stored, put together: of a long log there
/// are few of these.
struct LogPage {
  /// Of the first of them, with the records of all; whole if one of them is. At most
  /// limits::fleet_entry_bytes.
  LogEntry all{};
  std::uint64_t entries = 0;  ///< how many
  std::uint64_t through = 0;  ///< the sequence of the last one

  bool operator==(const LogPage&) const = default;
};
/// The bytes of a page.
TUTTI_API Bytes encode(const LogPage& page);
/// Nothing for bytes that are no page of this version.
TUTTI_API std::optional<LogPage> decode_log_page(const MatchId& match, BytesView bytes);

/// An entry that is stored, or a page of them.
struct StoredEntry {
  std::uint64_t sequence = 0;  ///< its place among all entries; of a page, that of its last one
  LogEntry entry{};            ///< what it says
  std::uint64_t entries = 1;   ///< how many it stands for
};

/// What a relay says of itself to the others: its lease, which ends when it falls silent.
struct RelayCard {
  RelayId relay{};                     ///< whose
  std::string host{};                  ///< its machine's name
  std::string listen{};                ///< address and port at which it listens there
  Address address{};                   ///< where players reach it: numeric
  std::string version{};               ///< of the program
  std::uint32_t rooms = 0;             ///< that are open
  std::uint32_t matches = 0;           ///< that run
  std::uint32_t connections = 0;       ///< of players, spectators and newcomers
  std::uint32_t mirrors = 0;           ///< matches of other relays that are watched there
  std::uint32_t mirrored = 0;          ///< by so many spectators
  std::uint64_t lag_bytes = 0;         ///< see FleetStatus
  std::uint32_t lag_milliseconds = 0;  ///< see FleetStatus
  std::uint32_t up_seconds = 0;        ///< since its start
  std::uint32_t renewal = 0;           ///< counts what it has said, from 1
  /// How long its lease lasted still when it said this, by its own clock.
  std::uint32_t lease_milliseconds = 0;
  bool is_draining = false;  ///< it opens no new rooms

  bool operator==(const RelayCard&) const = default;
};
/// The bytes of a card; longer texts are cut to limits::fleet_text_bytes.
TUTTI_API Bytes encode(const RelayCard& card);
/// Nothing for bytes that are no card of this version.
TUTTI_API std::optional<RelayCard> decode_relay_card(BytesView bytes);

/// What one relay tells another about a match that it is to go on with.
struct RelayWord {
  /// The kinds.
  enum class Kind : std::uint8_t {
    read_ahead = 1,  ///< the match will be handed over soon: its log may be read
    has_read = 2,    ///< that is done
  };
  Kind kind = Kind::read_ahead;  ///< what it says
  RelayId from{};                ///< who says it
  MatchId match{};               ///< of which match

  bool operator==(const RelayWord&) const = default;
};
/// The bytes of a word.
TUTTI_API Bytes encode(const RelayWord& word);
/// Nothing for bytes that are no word of this version.
TUTTI_API std::optional<RelayWord> decode_relay_word(BytesView bytes);

/// Names a room among those of all relays.
struct RoomName {
  Digest digest{};  ///< of its code
  auto operator<=>(const RoomName&) const = default;
};
/// The name of the room with this code.
TUTTI_API RoomName room_name_of(std::string_view code);

/// Which relay has a room.
struct RoomRecord {
  RelayId owner{};                 ///< whose it is
  std::optional<MatchId> match{};  ///< its match, once that has begun
  std::uint32_t epoch = 0;         ///< no relay has gone on with the match in a later epoch
  Address address{};               ///< where players reach the owner: numeric

  bool operator==(const RoomRecord&) const = default;
};
/// The bytes of a record.
TUTTI_API Bytes encode(const RoomRecord& record);
/// Nothing for bytes that are no record of this version.
TUTTI_API std::optional<RoomRecord> decode_room_record(BytesView bytes);

/// What the directory has of a room.
struct StoredRoom {
  std::uint64_t sequence = 0;  ///< of what was said last
  RoomRecord record{};         ///< what that says
};

/// What became of an entry, or of what was said of a room.
struct AppendOutcome {
  /// The kinds.
  enum class Kind : std::uint8_t {
    stored,   ///< it is there
    refused,  ///< another one of the match, or the room, came before it
    unknown,  ///< nobody answered, or there was trouble: it may be there or not
  };
  MatchId match{};             ///< of the entry
  std::uint32_t epoch = 0;     ///< of the entry
  std::uint64_t number = 0;    ///< of the entry
  Kind kind = Kind::unknown;   ///< what became of it
  std::uint64_t sequence = 0;  ///< of one that is stored
  bool is_page = false;        ///< it is that of a page; number: of its first entry
};

/// The entries of one match, as they are stored. It may fall silent without an error, when the
/// server that reads for it dies: who hears nothing looks at `FleetStore::last`, and begins anew.
class TUTTI_API LogReading {
 public:
  virtual ~LogReading() = default;
  /// The next one; nothing if there is none yet. It waits for nothing. Errors: Fault::system if it
  /// has to be begun anew.
  virtual Result<std::optional<StoredEntry>> next() = 0;
};

/// See the top of this file. What comes before `in_parallel` is used by one thread, the rest by
/// several. All of it but `append`, `announce` and `tell` may wait for seconds. Errors:
/// Fault::system, if the servers cannot be reached or have trouble.
class TUTTI_API FleetStore {
 public:
  virtual ~FleetStore() = default;

  /// Takes an entry to be sent with the next `exchange`, which is stored only if the last one of
  /// its match has the sequence `after` (0: there is none). Its outcome comes later, if this was no
  /// error. The first of all connects, and may wait.
  virtual Result<void> append(const LogEntry& entry, std::uint64_t after) = 0;
  /// Takes a page to be sent with the next `exchange`; its outcome comes as those of entries. A
  /// page that is sent again is stored once.
  virtual Result<void> append_page(const LogPage& page) = 0;
  /// Sends all that was appended, and takes in the outcomes that have come. It waits for nothing.
  virtual void exchange() = 0;
  /// An outcome that has been taken in, and that nobody has taken.
  virtual std::optional<AppendOutcome> next_outcome() = 0;
  /// Says that a relay is there, for limits::fleet_silence, and waits for no answer.
  virtual Result<void> announce(const RelayCard& card) = 0;
  /// RelayCard::renewal of an announcement that is stored, and that nobody has taken.
  virtual std::optional<std::uint32_t> next_announced() = 0;

  /// Something that another relay has told this one, and that nobody has taken. See `be_found`.
  virtual std::optional<RelayWord> next_word() = 0;

  /// Does the work with each number below `count`, several at a time if that is sooner, and
  /// returns when all of it is done. The work may use the functions that follow.
  virtual void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work) = 0;

  /// `append`, waiting for the outcome.
  virtual AppendOutcome append_now(const LogEntry& entry, std::uint64_t after) = 0;
  /// The last entry of a match; nothing if there is none.
  virtual Result<std::optional<StoredEntry>> last(const MatchId& match) = 0;
  /// The entries of a match behind this sequence, in order: all of them, or those through another
  /// one, which is there. See `read_log`.
  virtual Result<std::vector<StoredEntry>> read(const MatchId& match, std::uint64_t through = 0,
                                                std::uint64_t after = 0) = 0;
  /// The pages of a match, in the order in which they were stored. Old ones go later than entries.
  virtual Result<std::vector<LogPage>> pages(const MatchId& match) = 0;
  /// The entries of a match behind this sequence (0: all of them), those that come later too. The
  /// store must outlive the reading.
  virtual Result<std::unique_ptr<LogReading>> follow(const MatchId& match, std::uint64_t after) = 0;
  /// The matches of which there are entries.
  virtual Result<std::vector<MatchId>> matches() = 0;

  /// A relay is not there any more.
  virtual Result<void> leave(const RelayId& relay) = 0;
  /// Lets `has_connection` find this relay, and `tell` reach it, while the store lives.
  virtual Result<void> be_found(const RelayId& own) = 0;
  /// Whether a relay has a connection to the servers, as far as they know: one whose process has
  /// ended has none, and nothing has to be stored to see that. One whose machine has lost its power
  /// may count as connected for some minutes.
  virtual Result<bool> has_connection(const RelayId& relay) = 0;
  /// Tells a relay something, and waits for nothing: what it does not hear is lost.
  virtual void tell(const RelayId& relay, const RelayWord& word) = 0;
  /// Asks a relay to hand its matches to others. Errors: Fault::refused if it does not answer.
  virtual Result<void> request_drain(const RelayId& relay) = 0;
  /// Whether somebody has asked this of a relay since the last call; the first begins to listen.
  virtual bool take_drain_request(const RelayId& own) = 0;
  /// The relays that are there.
  virtual Result<std::vector<RelayCard>> relays() = 0;
  /// What a relay has said of itself; nothing if it is not there.
  virtual Result<std::optional<RelayCard>> relay(const RelayId& relay) = 0;

  /// Says whose a room is, if the last that was said of it has the sequence `after` (0: nothing).
  virtual AppendOutcome write_room(const RoomName& room, const RoomRecord& record,
                                   std::uint64_t after) = 0;
  /// Whose a room is; nothing if it is nobody's.
  virtual Result<std::optional<StoredRoom>> room(const RoomName& room) = 0;
  /// The room is nobody's any more, if nothing was said of it after this.
  virtual Result<void> remove_room(const RoomName& room, std::uint64_t sequence) = 0;
  /// The rooms that are somebody's.
  virtual Result<std::vector<RoomName>> rooms() = 0;
};

/// Where a fleet's store is.
struct FleetStoreOptions {
  /// `nats://host:port`, one or several of one cluster; a user and a password may be in them.
  std::vector<std::string> servers{};
  std::string credentials{};  ///< a file as `nsc` makes them; empty for none
  /// On so many servers everything is kept, 1 to 5.
  std::uint32_t copies = 3;
  /// Makes nothing that is not there, and asks for no number of copies.
  bool is_for_reading = false;
};
/// Opens the store in NATS JetStream, and makes what is not there yet. `wake` is called on another
/// thread whenever an announcement is stored, or another relay has told something. Errors, in a
/// sentence: Fault::system if no server can be reached, or it takes nobody with these credentials,
/// or keeps no so many copies; Fault::bad_data if what is there was made by something else, or by
/// another version.
TUTTI_API Result<std::unique_ptr<FleetStore>> open_jetstream(const FleetStoreOptions& options,
                                                             std::function<void()> wake = {});

/// A match's log in few pieces: pages as far as there are any, then the entries behind them,
/// through the one with this sequence (0: all of them). `known`: what was read of it earlier, which
/// is not read again. Errors: those of the store.
TUTTI_API Result<std::vector<StoredEntry>> read_log(FleetStore& store, const MatchId& match,
                                                    std::uint64_t through = 0,
                                                    std::vector<StoredEntry> known = {});

/// A match's log as its entries have it.
struct AssembledLog {
  Bytes journal{};        ///< a journal with this one match
  bool has_hole = false;  ///< entries were missing; the log ends there
};
/// Puts entries together: those of the last epoch that is whole, or, if none is, of the last one
/// with records.
/// Errors: Fault::bad_data if there is no beginning.
TUTTI_API Result<AssembledLog> assemble(std::span<const StoredEntry> entries);

}  // namespace tutti
