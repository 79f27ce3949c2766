#pragma once
// What a writer of journals does when it starts: finds what the one before it left, however that
// ended, and goes on.

#include <optional>
#include <string>
#include <vector>

#include "tutti/replay/journal.hpp"

namespace tutti {

struct RecoveredJournal {
  /// Open for what follows.
  Journal journal;
  /// A match that had not ended, under its number in `journal`.
  struct Running {
    MatchNumber number;
    MatchRecord record;
  };
  std::vector<Running> running;
  /// Matches that had ended, or were closed by `close_lost`.
  std::vector<MatchRecord> over;
  /// Where a journal was put that is damaged in its middle: what could be read of its running
  /// matches has been copied to the new one.
  std::optional<std::string> kept_damaged{};
};

/// Opens the journal at `path`, or begins one. Errors: the storage's; Fault::refused if another
/// program has it open.
Result<RecoveredJournal> recover_journal(Storage& storage, const std::string& path,
                                         Journal::Options options);
/// Where a journal is written that is to take the place of the one at `path`.
std::string next_journal_path(const std::string& path);

inline Result<RecoveredJournal> recover_journal(Storage& storage, const std::string& path) {
  return recover_journal(storage, path, Journal::Options{});
}

}  // namespace tutti
