#include "tutti/replay/journal_recovery.hpp"

#include "tutti/replay/reader.hpp"

namespace tutti {

std::string next_journal_path(const std::string& path) { return path + ".next"; }

namespace {

/// Damaged journals that are kept beside each other.
constexpr int damaged_most = 1000;

/// All matches of a journal that can be read at all.
std::vector<RecoveredJournal::Running> read_matches(BytesView bytes) {
  std::vector<RecoveredJournal::Running> found;
  const Result<JournalReader> reader = JournalReader::open(bytes);
  if (!reader) return found;
  for (const MatchNumber number : reader->matches()) {
    Result<ReadMatch> match = reader->read(number);
    if (match) found.push_back({number, std::move(match->record)});
  }
  return found;
}

/// Where a damaged journal may be kept.
std::string place_aside(const Storage& storage, const std::string& path) {
  std::string kept = path + ".damaged";
  for (int i = 2; storage.exists(kept) && i < damaged_most; ++i)
    kept = path + ".damaged-" + std::to_string(i);
  return kept;
}

/// A journal that holds what can be read of a damaged one, in its place. Until the last step the
/// damaged one is there: an interrupted recovery begins again.
Result<Journal> begin_anew(Storage& storage, const std::string& path, Journal::Options options,
                           std::vector<RecoveredJournal::Running>& matches) {
  const std::string next = next_journal_path(path);
  if (Result<void> cleared = storage.replace(next, {}); !cleared) {
    return Unexpected{cleared.error()};
  }
  Result<Journal> journal = Journal::open(storage, next, options);
  if (!journal) return journal;
  for (RecoveredJournal::Running& match : matches)
    match.number = journal->copy(match.record);
  if (const auto& error = journal->flush_and_sync().error) return Unexpected{*error};
  if (Result<void> renamed = storage.rename(next, path); !renamed) {
    return Unexpected{renamed.error()};
  }
  return journal;
}

}  // namespace

Result<RecoveredJournal> recover_journal(Storage& storage, const std::string& path,
                                         Journal::Options options) {
  Bytes left;
  if (storage.exists(path)) {
    Result<Bytes> bytes = storage.read(path);
    if (!bytes) return Unexpected{bytes.error()};
    left = std::move(*bytes);
  }
  std::vector<RecoveredJournal::Running> matches = read_matches(left);
  std::optional<std::string> kept_damaged;
  Result<Journal> journal = Journal::open(storage, path, options);
  if (!journal && journal.error().fault == Fault::bad_data) {
    kept_damaged = place_aside(storage, path);
    if (Result<void> kept = storage.replace(*kept_damaged, left); !kept) {
      return Unexpected{kept.error()};
    }
    journal = begin_anew(storage, path, options, matches);
  }
  if (!journal) return Unexpected{journal.error()};
  RecoveredJournal recovered{
      .journal = std::move(*journal), .running = {}, .over = {}, .kept_damaged = kept_damaged};
  for (RecoveredJournal::Running& match : matches) {
    if (match.record.end || match.record.log.ended()) {
      close_lost(match.record);
      recovered.over.push_back(std::move(match.record));
    } else {
      recovered.running.push_back(std::move(match));
    }
  }
  return recovered;
}

}  // namespace tutti
