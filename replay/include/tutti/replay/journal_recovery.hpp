#pragma once
// A writer of journals begins here: it finds the journal that the process before it left, however
// that ended, and goes on with it.

#include <optional>
#include <string>
#include <vector>

#include "tutti/replay/journal.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

/// A journal that was found, and the matches in it.
struct RecoveredJournal {
  /// Open, to go on with.
  Journal journal;
  /// A match that had not ended, under its number in `journal`.
  struct Running {
    MatchNumber number;  ///< its number in the journal
    MatchRecord record;  ///< all that the journal has of it
  };
  std::vector<Running> running;  ///< those that had not ended
  /// The matches that had ended, and those that `close_lost` has closed.
  std::vector<MatchRecord> over;
  /// The path to which a journal was moved that is damaged in its middle; the readable part of its
  /// running matches has been copied to the new one.
  std::optional<std::string> kept_damaged{};
};

/// Opens the journal at `path`, or begins one. Errors: the storage's; Fault::refused if another
/// program has it open.
TUTTI_API Result<RecoveredJournal> recover_journal(Storage& storage, const std::string& path,
                                                   Journal::Options options);
/// The path at which a journal is written that is to take the place of the one at `path`.
TUTTI_API std::string next_journal_path(const std::string& path);

/// The same with the usual options.
inline Result<RecoveredJournal> recover_journal(Storage& storage, const std::string& path) {
  return recover_journal(storage, path, Journal::Options{});
}

}  // namespace tutti
