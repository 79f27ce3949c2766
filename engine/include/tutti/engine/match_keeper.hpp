#pragma once
// The keeper of a relay's matches on its disk: the journal with everything that the relay has told,
// and a file for every match that is over and in which somebody did something. The journal stays
// until each of its matches is a file. A match that the disk does not take is tried again: while
// the relay runs, when it ends, and when it is started again. Storms keep their matches by this
// class too.

#include <deque>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tutti/engine/files.hpp"
#include "tutti/engine/journal_follower.hpp"
#include "tutti/engine/match_outbox.hpp"
#include "tutti/net/server.hpp"
#include "tutti/replay/journal_recovery.hpp"
#include "tutti/replay/signature.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

/// A file that a keeper has written.
struct WrittenFile {
  std::string path{};        ///< where it is
  std::string room{};        ///< the code of the room of its match
  bool is_evidence = false;  ///< about players' states that differed; else the match itself
};

namespace limits {
/// Names of files that a keeper knows: it runs for a year, and does not grow.
inline constexpr std::size_t written_files = 1000;
}  // namespace limits

/// See the top of this file.
class TUTTI_API MatchKeeper {
 public:
  /// Where the matches of a relay are kept, and how.
  struct Options {
    /// The folder for match files, which exists. Empty for the storage's own.
    std::string folder{};
    std::string journal_path{};  ///< The file of the journal; it is made if it is not there.
    /// The journal is begun anew when it has grown so far, with the matches in it that run or are
    /// not files yet.
    std::uint64_t journal_bytes_max = 16 * 1024 * 1024;
    Journal::Options journal{};  ///< How often the journal is synced, and how much may wait for it.
    /// Signs the match files; nothing for a relay without a key.
    std::optional<SigningKey> key{};
    /// A match in which no event of a player was accepted becomes a file too.
    bool keeps_unplayed = false;
    /// Match files are written on a thread beside, one after the other; the storage must allow
    /// that.
    bool writes_aside = false;
    /// Somebody who reads the journal behind the relay, or null; must outlive the keeper.
    JournalFollower* follower = nullptr;
    /// Where each match file is noted before the journal may lose its match; null for none.
    std::shared_ptr<MatchOutbox> outbox{};
  };

  /// Opens the journal, and makes files of the matches in it that are over. A file that cannot be
  /// written is no error here: see `unkept`. The storage must outlive the keeper. Errors: the
  /// journal's, see `recover_journal`.
  static Result<MatchKeeper> open(Storage& storage, Options options);

  /// The matches that were running when the process before this one ended, each in a room of its
  /// own; to be taken once, for RelayServer::restore.
  std::vector<RecoveredJournal::Running> take_running() { return std::exchange(running_, {}); }

  /// The journal has matches that do not go on here: it is begun anew as soon as that can be.
  void renew_soon() { must_renew_ = true; }

  /// For the server, which must not outlive the keeper.
  Journal& journal() { return *journal_; }
  const Journal& journal() const { return *journal_; }
  /// Null after `close`.
  const JournalStatus* journal_status() const { return journal_ ? &journal_->status() : nullptr; }
  const std::string& journal_path() const { return options_.journal_path; }

  /// After each pass of the server: makes files of what has been finished, tries again what could
  /// not be written, a second later at the earliest, and begins the journal anew when that is due.
  /// Returns what has gone wrong since the last call, if anything; the same trouble once.
  std::optional<Error> pass(RelayServer& server, Instant now);
  /// At the end, after the server's last pass: tries once more. The journal is removed if nothing
  /// is in it that is not a file; otherwise the error says what is. The keeper is of no further
  /// use.
  std::optional<Error> close(RelayServer& server);

  /// The latest match files, newest last, those of the process before this one among them.
  const std::vector<std::string>& files() const { return files_; }
  /// The number of match files that were written, those that are not among `files` any more too.
  std::uint64_t files_written() const { return files_written_; }
  /// The evidence about players' states that differed, the latest files of it:
  /// `<match>-tick<tick>.desync`, the first eight of a match.
  const std::vector<std::string>& evidence() const { return evidence_; }
  /// Takes the path of the oldest file that was written and that nobody has taken: a match, or
  /// evidence. The latest wait for that.
  std::optional<WrittenFile> next_written();
  /// The number of matches that are over and not files yet: only the journal has them.
  std::size_t unkept() const { return unkept_.size() + forgotten_ + writing_.has_value(); }
  /// The number of matches that are over and became no file, since no event of a player is in them.
  std::uint64_t unplayed() const { return unplayed_; }
  /// The number of times that the journal was begun anew.
  std::uint64_t renewals() const { return renewals_; }

 private:
  // The file of a match, on its way.
  struct Writing {
    std::shared_ptr<JournaledMatch> match;
    bool is_again = false;
    std::future<Result<KeptFile>> outcome;
  };

  MatchKeeper(Storage& storage, Options options, RecoveredJournal recovered);

  void take_finished(RelayServer& server, Instant now);
  bool take(JournaledMatch match);
  void write_on(const RelayServer& server, Instant now);
  void start_writing(std::size_t place);
  bool finish_writing();
  void finish_all_writing();
  void keep_evidence(FoundDesync found);
  void forget_what_is_too_much();
  bool is_journal_large() const {
    return journal_->status().written.bytes > options_.journal_bytes_max;
  }
  bool is_renewal_due(const RelayServer& server, Instant now) const;
  void renew_if_due(RelayServer& server, Instant now);
  void tell_follower() const;
  void note(const Error& error) { trouble_ = error; }
  void note_written(std::vector<std::string>& list, WrittenFile file);

  Storage* storage_;
  Options options_;
  std::optional<Journal> journal_;
  std::vector<RecoveredJournal::Running> running_;
  std::vector<JournaledMatch> unkept_;  // those that have not been tried yet at the end
  std::size_t untried_ = 0;
  std::optional<Writing> writing_;
  std::size_t forgotten_ = 0;  // too many to be kept in memory: the journal must not be renewed
  Instant next_try_{};
  Instant next_renewal_{};
  std::uint64_t renewals_ = 0;
  std::uint64_t unplayed_ = 0;
  std::uint64_t files_written_ = 0;
  bool is_journal_failing_ = false;
  bool must_renew_ = false;
  std::optional<Error> trouble_;
  std::vector<std::string> files_;
  std::vector<std::string> evidence_;
  std::deque<WrittenFile> written_;  // that nobody has taken
};

}  // namespace tutti
