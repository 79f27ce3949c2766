#pragma once
// The journal: one append-only file that takes the records of many matches as they run. A relay
// keeps one for all its matches; a client's own recording is a journal of one match. It tells
// *written* bytes (which survive the death of the process) from *durable* ones (which survive a
// power loss). It knows no clock: time is an argument.

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "tutti/replay/format.hpp"
#include "tutti/replay/journaled_match.hpp"
#include "tutti/replay/match_page.hpp"
#include "tutti/replay/match_record.hpp"
#include "tutti/replay/storage.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

/// A place in a journal: everything before it, in bytes from the start of the file.
struct JournalPosition {
  std::uint64_t bytes = 0;  ///< from the start of the file
  constexpr auto operator<=>(const JournalPosition&) const = default;
};

/// How far a journal has come, and whether it can go on.
struct JournalStatus {
  JournalPosition appended;  ///< handed to the journal
  JournalPosition written;   ///< survives the death of the process
  JournalPosition durable;   ///< survives power loss; never moves again after a failed sync
  /// The reason why writing or syncing fails at present; nothing while all is well.
  std::optional<Error> error;
  /// A sync has failed, so that nothing more of this file becomes durable, or a match in it has a
  /// hole: begin another (`renew_journal`).
  bool must_be_renewed = false;
  std::uint64_t records_dropped = 0;  ///< refused because too much was waiting to be written
};

/// A match as it lies in the journal into which it was copied.
struct CopiedMatch {
  MatchNumber number;                 ///< its number there
  std::vector<JournalPage> places{};  ///< of its pages, there
};

/// The journal of running matches; see the top of this file.
class TUTTI_API Journal {
 public:
  /// How often a journal is synced, and how much may wait.
  struct Options {
    /// Syncs are at least this far apart.
    std::chrono::nanoseconds sync_interval = std::chrono::milliseconds(50);
    /// Bytes that may wait in memory while the disk takes nothing. Beyond it records are dropped,
    /// and their matches have a hole in this file.
    std::size_t waiting_bytes_max = 8 * 1024 * 1024;
  };

  /// Opens a journal or begins one. A last record that a crash has torn is cut off and reported by
  /// `damage()`; nothing else is ever cut. Errors: the storage's; Fault::bad_data for a file that
  /// is no journal or is damaged before its end: keep that file, and begin another.
  static Result<Journal> open(Storage& storage, const std::string& path, Options options);
  static Result<Journal> open(Storage& storage, const std::string& path) {
    return open(storage, path, Options{});
  }

  /// The torn record that `open` cut off, if there was one.
  const std::optional<Damage>& damage() const { return damage_; }

  /// Opens a match under a number that no match of this journal has had.
  MatchNumber begin(const MatchOpening& opening);

  /// Opens a match with all that is known of it, its end too. It may go on: the sequence numbers
  /// of its events count on from here.
  MatchNumber copy(const MatchRecord& record);
  /// The same, page by page. Errors: those of its pages, and Fault::system if this journal takes no
  /// more.
  Result<CopiedMatch> copy(const JournaledMatch& match);

  /// Each `append` adds one record to those that the next `flush` writes, and returns the place
  /// after it: the record is written once `status().written` has reached that. It returns nothing
  /// if too much waits and the record was dropped. The match then is unwritten for good, and
  /// nothing more of it is taken, since a reader could not go past the hole.
  std::optional<JournalPosition> append(MatchNumber match, const EventBatch& batch);
  /// The digests are ordered by tick.
  std::optional<JournalPosition> append(MatchNumber match, std::span<const RecordedDigest> digests);
  std::optional<JournalPosition> append(MatchNumber match, const MatchEnd& end);
  std::optional<JournalPosition> append(MatchNumber match, const DesyncFinding& finding);
  std::optional<JournalPosition> append(MatchNumber match, std::span<const ArrivalMargins> margins);
  std::optional<JournalPosition> append(MatchNumber match, const ClientKey& key);
  std::optional<JournalPosition> append(MatchNumber match, const PlayerSignature& signature);
  /// Appends a page: it repeats events that were appended before, and what was beside them, to be
  /// read back. Nothing if the disk is behind; then another time will do.
  std::optional<JournalPage> append_page(MatchNumber match, const EventBatch& batch,
                                         const PageNotes& notes);
  /// Pages of this journal, to be read: so many events. Precondition: they are written.
  MatchPages pages(std::vector<JournalPage> places, std::uint64_t events) const {
    return {file_, std::move(places), events};
  }
  /// Whether everything through the page's end is written.
  bool is_written(const JournalPage& page) const {
    return page.offset + page.bytes <= status_.written.bytes;
  }
  /// Whether records of this match were dropped.
  bool is_unwritten(MatchNumber match) const { return unwritten_.contains(match); }

  /// Hands everything appended to the storage in one write, and begins a sync if the last one is an
  /// interval ago. Where the storage syncs aside, a later flush tells what has become durable.
  /// `now` is of any clock that does not go back. The next call tries again to write
  /// the rest, if not all could be written; it does not repeat a sync that failed.
  const JournalStatus& flush(std::chrono::nanoseconds now);
  /// The same, and syncs in any case: for a planned end.
  const JournalStatus& flush_and_sync();
  const JournalStatus& status() const { return status_; }

 private:
  Journal(std::unique_ptr<AppendFile> file, Options options);
  Result<void> recover(const std::string& path);
  Result<void> write_header();
  std::optional<JournalPosition> keep(MatchNumber match, std::size_t start);
  std::optional<JournalPage> copy_page(MatchNumber match, BytesView records);
  void copy_rest(MatchNumber number, const MatchRecord& rest, std::uint64_t first_sequence,
                 const MatchEnd& end);
  void write_if_much();
  void write();
  void sync();
  void look_synced();
  void note_synced(const Result<void>& synced, JournalPosition through);

  std::shared_ptr<AppendFile> file_;  // shared with those who read pages
  Options options_;
  Bytes waiting_;
  JournalStatus status_;
  std::optional<Error> sync_error_;
  std::optional<std::chrono::nanoseconds> synced_at_;
  std::optional<JournalPosition> syncing_;  // through there, aside
  MatchNumber last_number_;
  std::set<MatchNumber> unwritten_;
  std::optional<Damage> damage_;
};

}  // namespace tutti
