#pragma once
// The frame of every file that Tutti writes: a file header, then records, each with its own
// checksum. match_record.hpp and reader.hpp have the meaning of the payloads, and replay/FORMAT.md
// specifies every byte. No file is known here: bytes in, bytes out.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "tutti/sim/bytes.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/limits.hpp"
#include "tutti/sim/result.hpp"

namespace tutti {

/// Raised only when the frame itself changes; new kinds of records do not raise it.
inline constexpr std::uint16_t format_version = 1;
inline constexpr std::size_t file_header_bytes = 16;    ///< bytes before the first record
inline constexpr std::size_t record_header_bytes = 18;  ///< bytes before a record's payload
/// Bytes of one record's payload; the largest will carry one snapshot.
inline constexpr std::size_t payload_bytes_max = limits::snapshot_bytes + 64 * 1024;

/// Which match of a journal a record belongs to, counted from 1; 0 is the file itself.
struct MatchNumber {
  std::uint32_t value = 0;  ///< 1 for the first match; 0 is the file itself
  constexpr auto operator<=>(const MatchNumber&) const = default;
};

/// The content of a record. Numbers are part of files: never reused.
enum class RecordType : std::uint8_t {
  setup = 1,              ///< a match is opened
  events = 2,             ///< events in the order of acceptance, and the horizon after them
  digests = 3,            ///< digests of states that the players agreed on
  end = 4,                ///< the last tick and its head: nothing of this match follows
  snapshot = 5,           ///< a state that a machine held
  mark = 7,               ///< a stretch of the match with a name
  telemetry = 8,          ///< how a participant saw the match, frame by frame
  signature = 9,          ///< of a head, by the relay
  index = 11,             ///< a closed file's summary: enough to list it
  footer = 12,            ///< where the index is; the last record of a closed file
  desync = 13,            ///< players' states differed, and how that was settled
  evidence = 14,          ///< the states of one machine then
  margins = 15,           ///< how players' events came to the relay
  client_key = 16,        ///< the key of a client that joined
  player_signature = 17,  ///< of a head, by a client
  used_token = 18,        ///< in a relay's file of its used tokens
  page = 19,              ///< a stretch of a running match once more, to be read back by its relay
};

namespace record_flags {
/// The match means something else without this record: a reader that does not know it must stop.
inline constexpr std::uint8_t critical = 1;
/// The record can be made again from the critical ones, so that anyone may drop it.
inline constexpr std::uint8_t derived = 2;
/// The payload is packed (src/packing.hpp). EVENTS, SNAPSHOT and TELEMETRY may be.
inline constexpr std::uint8_t compressed = 4;
}  // namespace record_flags

/// One record; the payload is owned elsewhere.
struct Record {
  std::uint8_t type = 0;   ///< one of RecordType, or unknown
  std::uint8_t flags = 0;  ///< RecordFlag bits
  MatchNumber match;       ///< of which match it speaks
  BytesView payload;       ///< points into the file
};

/// How a reader of this version treats a record, by FORMAT.md's rule on unknown records.
enum class Handling { read, skip, refuse };
TUTTI_API Handling handling_of(const Record& record);
/// How an EVENTS record begins.
struct EventsHead {
  std::uint64_t first_sequence = 0;  ///< of its first event, or of the next one that comes
  Tick horizon{};                    ///< after its events
  std::uint64_t events = 0;          ///< how many it says to have
};
/// Nothing for any other record, and for a damaged one.
TUTTI_API std::optional<EventsHead> events_head_of(const Record& record);
/// "EVENTS", "SNAPSHOT" or "77", for sentences.
TUTTI_API std::string record_name(std::uint8_t type);

TUTTI_API void append_file_header(
    Bytes& file);  ///< Appends the header that every file begins with.
/// Succeeds if the bytes begin with a whole header of this version. The error says what they are
/// instead: empty, foreign, damaged, or of a later version.
TUTTI_API Result<void> check_file_header(BytesView file);

/// Appends a record with its header and checksum.
TUTTI_API void append_record(Bytes& file, const Record& record);
/// The same in two steps, for payloads that are written in place: the start that `begin_record`
/// returns is handed to `finish_record` once the payload is appended.
TUTTI_API std::size_t begin_record(Bytes& file, RecordType type, std::uint8_t flags,
                                   MatchNumber match);
TUTTI_API void finish_record(Bytes& file, std::size_t start);

/// Reads records from the start of some bytes (a file's, after its header) up to the end or to the
/// first bytes that are no whole record. Allocates nothing.
class TUTTI_API RecordReader {
 public:
  explicit RecordReader(BytesView bytes);  ///< Reads records from bytes, which must outlive it.

  /// The next whole record, or nothing.
  std::optional<Record> next();
  /// Goes on, after `next` gave nothing, to the next whole record behind the damage, and returns
  /// how many bytes that skipped. Nothing if there is none.
  std::optional<std::size_t> resync();
  /// The place where the next record would begin; if there is none, all bytes from here are lost.
  std::size_t offset() const { return offset_; }
  std::size_t remaining() const { return bytes_.size() - offset_; }

 private:
  BytesView bytes_;
  std::size_t offset_ = 0;
  std::size_t search_budget_;
};

/// Whether a whole record begins anywhere in these bytes. Also true for bytes that were made to
/// look so much like records that finding out would take too long.
TUTTI_API bool may_hold_a_record(BytesView bytes);

}  // namespace tutti
