#include "tutti/replay/match_file.hpp"

#include <algorithm>

#include "payloads.hpp"

namespace tutti {

namespace {

/// Bytes of events after which a batch is closed: a cut in a file can cost this much. Two players'
/// controls of about two minutes; packing smaller batches saves less.
constexpr std::size_t batch_bytes = 4096;
/// A closed file keeps the first digest of each so many ticks, unless the match's terms ask for
/// all.
constexpr std::int64_t digest_every_ticks = 300;
/// About what an event costs besides its payload.
constexpr std::size_t event_overhead_bytes = 2;

/// How many events, from the first, make one batch: whole ticks, so that each can be closed.
std::size_t count_of_batch(std::span<const EventView> events) {
  std::size_t bytes = 0;
  std::size_t count = 0;
  while (count < events.size()) {
    const bool is_new_tick = count > 0 && events[count].tick != events[count - 1].tick;
    if (is_new_tick && bytes >= batch_bytes) break;
    bytes += events[count].payload.size() + event_overhead_bytes;
    ++count;
  }
  return count;
}

/// A closed file keeps these digests: enough to find the first tick that differs to within
/// some seconds of folding, or all, as the match's terms ask. The last one in full, and all that
/// tell of another log.
std::vector<RecordedDigest> kept_digests(const MatchRecord& record) {
  std::vector<RecordedDigest> kept;
  const bool is_dense = record.log.setup().terms.has_dense_digests;
  std::int64_t period_kept = 0;
  const std::vector<RecordedDigest>& digests = record.digests;
  for (std::size_t i = 0; i < digests.size(); ++i) {
    RecordedDigest digest = digests[i];
    if (record.log.head(digest.tick) != digest.head) {
      kept.push_back(digest);
      continue;
    }
    const bool is_last = std::none_of(
        digests.begin() + static_cast<std::ptrdiff_t>(i) + 1, digests.end(),
        [&](const RecordedDigest& later) { return record.log.head(later.tick) == later.head; });
    const std::int64_t period = digest.tick.value / digest_every_ticks;
    if (!is_last && !is_dense && period == period_kept) continue;
    if (!is_last) {
      std::fill(digest.state.bytes.begin() + short_digest_bytes, digest.state.bytes.end(),
                std::byte{0});
      digest.is_short = true;
    }
    period_kept = period;
    kept.push_back(digest);
  }
  return kept;
}

Result<void> check_header_of(const std::string& path, BytesView head) {
  const Result<void> header = check_file_header(head);
  if (!header) return fail(header.error().fault, path + ": " + header.error().sentence);
  return {};
}

/// More than a file's header and its first record take.
constexpr std::size_t opening_bytes_most = 2048;

/// Whether the match that the file begins with is the one that its end summarises. Another file's
/// end may have been written behind it.
bool is_of_one_match(BytesView head, const MatchSummary& summary) {
  RecordReader records(head.subspan(file_header_bytes));
  const std::optional<Record> first = records.next();
  if (!first || first->type != static_cast<std::uint8_t>(RecordType::setup)) return false;
  return decode_setup(first->payload) == summary.opening;
}

}  // namespace

Bytes write_match(const MatchRecord& record) {
  const Log& log = record.log;
  TUTTI_ASSERT(!record.end || log.last_event() <= log.horizon(), log.last_event(), log.horizon());
  Bytes file;
  append_file_header(file);
  append_setup(file, only_match, {record.room, record.started_utc, record.build, log.setup()});
  std::span<const EventView> events = log.events().subspan(1);  // the first one is the opening
  const std::vector<RecordedDigest> kept = kept_digests(record);
  std::span<const RecordedDigest> digests = kept;
  std::uint64_t sequence = 1;
  do {
    const std::size_t count = count_of_batch(events);
    const bool is_last = count == events.size();
    const Tick horizon = is_last ? log.horizon() : std::min(log.horizon(), events[count].tick - 1);
    append_packed_events(file, only_match, {sequence, events.first(count), horizon});
    events = events.subspan(count);
    sequence += count;
    const auto after = std::find_if(
        digests.begin(), digests.end(),
        [&](const RecordedDigest& digest) { return !is_last && digest.tick > horizon; });
    const auto closed = static_cast<std::size_t>(after - digests.begin());
    if (closed > 0) append_digests(file, only_match, digests.first(closed), &log);
    digests = digests.subspan(closed);
  } while (!events.empty());
  for (const DesyncFinding& finding : record.desyncs)
    append_desync(file, only_match, finding);
  if (!record.margins.empty()) append_margins(file, only_match, record.margins);
  if (record.end) {
    append_end(file, only_match, {log.horizon(), log.head(), *record.end, record.is_unwritten});
  }
  for (const HeadSignature& signature : record.signatures)
    append_signature(file, only_match, signature);
  for (const ClientKey& key : record.client_keys)
    append_client_key(file, only_match, key);
  for (const PlayerSignature& signature : record.player_signatures)
    append_player_signature(file, only_match, signature);
  for (const Mark& mark : record.marks)
    append_mark(file, only_match, mark);
  for (const SavedState& state : record.states)
    append_state(file, only_match, state);
  for (const Telemetry& piece : record.telemetry)
    append_telemetry(file, only_match, piece);
  append_index(file, only_match, summarize(record));
  return file;
}

Result<void> write_match_file(const std::string& path, const MatchRecord& record,
                              Storage& storage) {
  return storage.replace(path, write_match(record));
}

Result<Bytes> read_tutti_file(const std::string& path, Storage& storage) {
  const Result<FileEnds> ends = storage.read_ends(path, file_header_bytes, 0);
  if (!ends) return Unexpected{ends.error()};
  const Result<void> header = check_header_of(path, ends->head);
  if (!header) return Unexpected{header.error()};
  return storage.read(path);
}

Result<ReadMatch> read_match_file(const std::string& path, Storage& storage) {
  const Result<Bytes> bytes = read_tutti_file(path, storage);
  if (!bytes) return Unexpected{bytes.error()};
  Result<ReadMatch> match = read_match(*bytes);
  if (!match) return fail(match.error().fault, path + ": " + match.error().sentence);
  if (match->damage) match->damage->sentence = path + ": " + match->damage->sentence;
  return match;
}

FoundSummary find_summary(BytesView tail) {
  if (tail.size() < footer_bytes) return {};
  RecordReader last(tail.last(footer_bytes));
  const std::optional<Record> footer = last.next();
  if (!footer || footer->type != static_cast<std::uint8_t>(RecordType::footer)) return {};
  const std::optional<std::uint32_t> size = decode_footer(footer->payload);
  if (!size || *size > limits::index_bytes) return {};
  const std::size_t needed = *size + footer_bytes;
  if (needed > tail.size()) return {std::nullopt, needed};
  RecordReader before(tail.last(needed));
  const std::optional<Record> index = before.next();
  if (!index || index->type != static_cast<std::uint8_t>(RecordType::index)) return {};
  return {decode_index(index->payload), needed};
}

Result<MatchSummary> read_summary_file(const std::string& path, Storage& storage) {
  std::size_t bytes = summary_tail_bytes;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Result<FileEnds> ends = storage.read_ends(path, opening_bytes_most, bytes);
    if (!ends) return Unexpected{ends.error()};
    // The end alone could be that of a whole match in a file whose beginning is another.
    const Result<void> header = check_header_of(path, ends->head);
    if (!header) return Unexpected{header.error()};
    FoundSummary found = find_summary(ends->tail);
    if (found.summary) {
      if (!is_of_one_match(ends->head, *found.summary)) break;
      return std::move(*found.summary);
    }
    bytes = found.bytes_needed;
    if (bytes <= ends->tail.size()) break;
  }
  const Result<ReadMatch> match = read_match_file(path, storage);  // not closed, or damaged
  if (!match) return Unexpected{match.error()};
  MatchSummary summary = summarize(match->record);
  if (match->damage) summary.damage = match->damage->sentence;
  return summary;
}

}  // namespace tutti
