#include "tutti/replay/journal.hpp"

#include <algorithm>

#include "payloads.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti {

namespace {

/// Where much is appended at once, it is written whenever so much waits.
constexpr std::size_t much_bytes = 256 * 1024;
/// Events or digests of one record of a match that is copied.
constexpr std::size_t copied_at_once = 4096;

MatchOpening opening_of(const MatchRecord& record) {
  return {record.room, record.started_utc, record.build, record.log.setup(), record.door};
}

/// The result of a scan of a journal's records.
struct Scan {
  std::uint64_t intact = file_header_bytes;  ///< everything before is whole records
  MatchNumber last_number;
};

/// Reads a file from `offset` to its end, at most `most` bytes.
Result<Bytes> read_from(AppendFile& file, std::uint64_t offset, std::size_t most) {
  Bytes bytes(static_cast<std::size_t>(std::min<std::uint64_t>(most, file.size() - offset)));
  const Result<std::size_t> count = file.read(offset, bytes);
  if (!count) return Unexpected{count.error()};
  bytes.resize(*count);
  return bytes;
}

/// Walks over the records through a window, so that a journal of any size is opened in little
/// memory; the window grows only for a record that does not fit.
Result<Scan> scan(AppendFile& file) {
  constexpr std::size_t window_bytes = 1024 * 1024;
  Scan found;
  std::size_t window = window_bytes;
  while (found.intact < file.size()) {
    const Result<Bytes> bytes = read_from(file, found.intact, window);
    if (!bytes) return Unexpected{bytes.error()};
    RecordReader records(*bytes);
    while (const std::optional<Record> record = records.next()) {
      found.last_number = std::max(found.last_number, record->match);
    }
    found.intact += records.offset();
    if (records.offset() > 0) {
      window = window_bytes;
      continue;
    }
    const bool is_all = found.intact + bytes->size() >= file.size();
    if (is_all || window > payload_bytes_max + record_header_bytes) break;
    window = payload_bytes_max + 2 * record_header_bytes;
  }
  return found;
}

}  // namespace

Journal::Journal(std::unique_ptr<AppendFile> file, Options options)
    : file_(std::move(file)), options_(options) {}

Result<Journal> Journal::open(Storage& storage, const std::string& path, Options options) {
  Result<std::unique_ptr<AppendFile>> file = storage.open(path);
  if (!file) return Unexpected{file.error()};
  Journal journal(std::move(*file), options);
  if (const Result<void> recovered = journal.recover(path); !recovered) {
    return Unexpected{recovered.error()};
  }
  // From here on everything in the file counts as durable, so it must be.
  if (const Result<void> synced = journal.file_->sync(); !synced) {
    return Unexpected{synced.error()};
  }
  journal.status_.appended.bytes = journal.file_->size();
  journal.status_.written = journal.status_.durable = journal.status_.appended;
  return journal;
}

Result<void> Journal::recover(const std::string& path) {
  const Result<Bytes> start = read_from(*file_, 0, file_header_bytes);
  if (!start) return Unexpected{start.error()};
  Bytes header;
  append_file_header(header);
  if (start->size() < header.size() && std::equal(start->begin(), start->end(), header.begin())) {
    return write_header();  // new, or the crash came during its first write
  }
  if (const Result<void> checked = check_file_header(*start); !checked) {
    return fail(checked.error().fault, path + ": " + checked.error().sentence);
  }
  const Result<Scan> found = scan(*file_);
  if (!found) return Unexpected{found.error()};
  last_number_ = found->last_number;
  const std::uint64_t lost = file_->size() - found->intact;
  if (lost == 0) return {};
  const Result<Bytes> tail = read_from(*file_, found->intact, payload_bytes_max);
  if (!tail) return Unexpected{tail.error()};
  const std::string where = path + " is damaged at byte " + std::to_string(found->intact);
  if (lost > tail->size() || may_hold_a_record(BytesView(*tail).subspan(1))) {
    return fail(Fault::bad_data,
                where + ", and records follow; keep it for recovery and begin another journal");
  }
  damage_ = Damage{found->intact, lost,
                   where + ", in its last record; the last " + std::to_string(lost) +
                       " bytes, not yet durable, were cut off"};
  if (TUTTI_MUTANT(torn_record_is_kept)) return {};
  return file_->truncate(found->intact);
}

Result<void> Journal::write_header() {
  Bytes header;
  append_file_header(header);
  if (Result<void> cut = file_->truncate(0); !cut) return cut;
  const Appended appended = file_->append(header);
  if (appended.error) return Unexpected{*appended.error};
  return {};
}

MatchNumber Journal::begin(const MatchOpening& opening) {
  const MatchNumber number{last_number_.value + 1};
  last_number_ = number;
  const std::size_t start = waiting_.size();
  append_setup(waiting_, number, opening);
  keep(number, start);
  return number;
}

MatchNumber Journal::copy(const MatchRecord& record) {
  const MatchNumber number = begin(opening_of(record));
  copy_rest(number, record, 1, {.tick = record.log.horizon(), .head = record.log.head()});
  return number;
}

Result<CopiedMatch> Journal::copy(const JournaledMatch& match) {
  CopiedMatch copied{.number = begin(opening_of(match.rest))};
  copied.places.reserve(match.pages.size());
  for (std::size_t page = 0; page < match.pages.size(); ++page) {
    const Result<Bytes> records = match.pages.records(page);
    if (!records) return Unexpected{records.error()};
    const std::optional<JournalPage> place = copy_page(copied.number, *records);
    if (!place) return fail(Fault::system, "the journal takes no more");
    copied.places.push_back(*place);
  }
  copy_rest(copied.number, match.rest, match.pages.events() + 1,
            {.tick = match.horizon, .head = match.head});
  return copied;
}

/// What is in no page, in canonical order, and the end if it has one.
void Journal::copy_rest(MatchNumber number, const MatchRecord& rest, std::uint64_t first_sequence,
                        const MatchEnd& end) {
  std::span<const EventView> events = rest.log.events().subspan(1);  // the first one is the opening
  do {
    const std::size_t count = std::min(events.size(), copied_at_once);
    const bool is_last = count == events.size();
    const Tick horizon = is_last ? end.tick : std::min(end.tick, events[count].tick - 1);
    append(number, EventBatch{first_sequence, events.first(count), horizon});
    write_if_much();
    events = events.subspan(count);
    first_sequence += count;
  } while (!events.empty());
  for (std::span<const RecordedDigest> left = rest.digests; !left.empty();) {
    const std::size_t count = std::min(left.size(), copied_at_once);
    append(number, left.first(count));
    write_if_much();
    left = left.subspan(count);
  }
  for (const DesyncFinding& finding : rest.desyncs)
    append(number, finding);
  if (!rest.margins.empty()) append(number, rest.margins);
  for (const ClientKey& key : rest.client_keys)
    append(number, key);
  for (const PlayerSignature& signature : rest.player_signatures)
    append(number, signature);
  if (rest.end) append(number, MatchEnd{end.tick, end.head, *rest.end, rest.is_unwritten});
}

std::optional<JournalPosition> Journal::append(MatchNumber match, const EventBatch& batch) {
  const std::size_t start = waiting_.size();
  append_events(waiting_, match, batch);
  return keep(match, start);
}

std::optional<JournalPosition> Journal::append(MatchNumber match,
                                               std::span<const RecordedDigest> digests) {
  const std::size_t start = waiting_.size();
  append_digests(waiting_, match, digests, nullptr);
  return keep(match, start);
}

std::optional<JournalPosition> Journal::append(MatchNumber match, const MatchEnd& end) {
  const std::size_t start = waiting_.size();
  append_end(waiting_, match, end);
  return keep(match, start);
}

std::optional<JournalPosition> Journal::append(MatchNumber match, const DesyncFinding& finding) {
  const std::size_t start = waiting_.size();
  append_desync(waiting_, match, finding);
  return keep(match, start);
}

std::optional<JournalPosition> Journal::append(MatchNumber match,
                                               std::span<const ArrivalMargins> margins) {
  const std::size_t start = waiting_.size();
  append_margins(waiting_, match, margins);
  return keep(match, start);
}

std::optional<JournalPosition> Journal::append(MatchNumber match, const ClientKey& key) {
  const std::size_t start = waiting_.size();
  append_client_key(waiting_, match, key);
  return keep(match, start);
}

std::optional<JournalPosition> Journal::append(MatchNumber match,
                                               const PlayerSignature& signature) {
  const std::size_t start = waiting_.size();
  append_player_signature(waiting_, match, signature);
  return keep(match, start);
}

std::optional<JournalPage> Journal::append_page(MatchNumber match, const EventBatch& batch,
                                                const PageNotes& notes) {
  // It says nothing new, and must not be what makes the journal drop records that do.
  if (waiting_.size() > options_.waiting_bytes_max / 2) return std::nullopt;
  Bytes records;
  append_packed_events(records, match, batch);
  if (!notes.digests.empty()) append_digests(records, match, notes.digests, nullptr);
  if (!notes.margins.empty()) append_margins(records, match, notes.margins);
  for (const DesyncFinding& finding : notes.desyncs)
    append_desync(records, match, finding);
  for (const ClientKey& key : notes.client_keys)
    append_client_key(records, match, key);
  for (const PlayerSignature& signature : notes.player_signatures)
    append_player_signature(records, match, signature);
  const JournalPage page{.offset = status_.appended.bytes + record_header_bytes,
                         .bytes = static_cast<std::uint32_t>(records.size())};
  const std::size_t start = waiting_.size();
  append_record(waiting_, {static_cast<std::uint8_t>(RecordType::page), record_flags::derived,
                           match, records});
  if (!keep(match, start)) return std::nullopt;
  return page;
}

/// Continues a match with the records of a page of another journal, which are its next events here;
/// nothing if they were dropped.
std::optional<JournalPage> Journal::copy_page(MatchNumber match, BytesView records) {
  JournalPage page{.offset = status_.appended.bytes};
  const std::size_t start = waiting_.size();
  RecordReader reader(records);
  while (std::optional<Record> record = reader.next()) {
    record->match = match;
    append_record(waiting_, *record);
  }
  page.bytes = static_cast<std::uint32_t>(waiting_.size() - start);
  if (!keep(match, start)) return std::nullopt;
  write_if_much();
  return page;
}

std::optional<JournalPosition> Journal::keep(MatchNumber match, std::size_t start) {
  if (waiting_.size() > options_.waiting_bytes_max || unwritten_.contains(match)) {
    waiting_.resize(start);
    unwritten_.insert(match);
    ++status_.records_dropped;
    status_.must_be_renewed = true;
    return std::nullopt;
  }
  status_.appended.bytes += waiting_.size() - start;
  return status_.appended;
}

const JournalStatus& Journal::flush(std::chrono::nanoseconds now) {
  write();
  look_synced();
  const bool is_due = !synced_at_ || now - *synced_at_ >= options_.sync_interval;
  // A sync that failed once may have lost pages that later ones call clean.
  if (is_due && !syncing_ && !sync_error_ && status_.durable < status_.written) {
    synced_at_ = now;
    syncing_ = status_.written;
    file_->begin_sync();
    look_synced();
  }
  return status_;
}

const JournalStatus& Journal::flush_and_sync() {
  write();
  sync();
  return status_;
}

void Journal::write_if_much() {
  if (waiting_.size() > much_bytes) write();
}

void Journal::write() {
  status_.error = sync_error_;
  if (waiting_.empty()) return;
  Appended appended = file_->append(waiting_);
  status_.written.bytes += appended.bytes;
  const std::size_t done = TUTTI_MUTANT(short_write_is_done) ? waiting_.size() : appended.bytes;
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(done));
  if (appended.error) status_.error = std::move(appended.error);
}

void Journal::sync() {
  if (sync_error_ || status_.durable == status_.written) return;
  syncing_.reset();
  note_synced(file_->sync(), status_.written);
}

void Journal::look_synced() {
  if (!syncing_) return;
  const std::optional<Result<void>> synced = file_->take_sync();
  if (!synced) return;
  // More may have been written since it was begun: of that it says nothing.
  note_synced(*synced, *syncing_);
  syncing_.reset();
}

void Journal::note_synced(const Result<void>& synced, JournalPosition through) {
  if (synced) {
    status_.durable = through;
    return;
  }
  sync_error_ = synced.error();
  status_.must_be_renewed = true;
  if (!status_.error) status_.error = sync_error_;
}

}  // namespace tutti
