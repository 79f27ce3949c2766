#include "tutti/replay/journal_recovery.hpp"

#include <algorithm>

#include "tutti/replay/reader.hpp"

namespace tutti {

namespace {

/// Events of one batch when a match is copied; a batch of the largest fits a record.
constexpr std::size_t batch_events = 1000;
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

MatchNumber copy_match(Journal& journal, const MatchRecord& record) {
  const MatchNumber number = journal.begin({.room = record.room,
                                            .started_utc = record.started_utc,
                                            .build = record.build,
                                            .setup = record.log.setup()});
  const std::span<const EventView> events = record.log.events().subspan(1);
  for (std::size_t first = 0; first < events.size(); first += batch_events) {
    // Nothing is closed before the last batch: later ones may hold events of the same tick.
    const std::size_t count = std::min(batch_events, events.size() - first);
    journal.append(number, EventBatch{.first_sequence = first + 1,
                                      .events = events.subspan(first, count),
                                      .horizon = Tick{}});
  }
  journal.append(number, EventBatch{.first_sequence = events.size() + 1,
                                    .events = {},
                                    .horizon = record.log.horizon()});
  if (!record.digests.empty()) journal.append(number, record.digests);
  return number;
}

Result<std::string> put_aside(Storage& storage, const std::string& path) {
  std::string kept = path + ".damaged";
  for (int i = 2; storage.exists(kept) && i < damaged_most; ++i)
    kept = path + ".damaged-" + std::to_string(i);
  if (Result<void> renamed = storage.rename(path, kept); !renamed) {
    return Unexpected{renamed.error()};
  }
  return kept;
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
  std::optional<std::string> kept_damaged;
  Result<Journal> journal = Journal::open(storage, path, options);
  if (!journal && journal.error().fault == Fault::bad_data) {
    Result<std::string> kept = put_aside(storage, path);
    if (!kept) return Unexpected{kept.error()};
    kept_damaged = std::move(*kept);
    journal = Journal::open(storage, path, options);
  }
  if (!journal) return Unexpected{journal.error()};
  RecoveredJournal recovered{
      .journal = std::move(*journal), .running = {}, .over = {}, .kept_damaged = kept_damaged};
  for (RecoveredJournal::Running& match : read_matches(left)) {
    if (match.record.end || match.record.log.ended()) {
      close_lost(match.record);
      recovered.over.push_back(std::move(match.record));
      continue;
    }
    if (kept_damaged) match.number = copy_match(recovered.journal, match.record);
    recovered.running.push_back(std::move(match));
  }
  if (kept_damaged) recovered.journal.flush_and_sync();
  return recovered;
}

}  // namespace tutti
