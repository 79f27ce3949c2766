#include "tutti/replay/match_file.hpp"

#include <algorithm>

#include "payloads.hpp"

namespace tutti {

namespace {

/// Bytes of events after which a batch is closed: what a cut in a file can cost. Two players'
/// controls of about a minute.
constexpr std::size_t batch_bytes = 2048;
/// About what an event costs besides its payload.
constexpr std::size_t event_overhead_bytes = 2;
constexpr MatchNumber only_match{1};

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

}  // namespace

Bytes write_match(const MatchRecord& record) {
  const Log& log = record.log;
  TUTTI_ASSERT(!record.end || log.last_event() <= log.horizon(), log.last_event(), log.horizon());
  Bytes file;
  append_file_header(file);
  append_setup(file, only_match, {record.room, record.started_utc, record.build, log.setup()});
  std::span<const EventView> events = log.events().subspan(1);  // the first one is the opening
  std::span<const RecordedDigest> digests = record.digests;
  std::uint64_t sequence = 1;
  do {
    const std::size_t count = count_of_batch(events);
    const bool is_last = count == events.size();
    const Tick horizon = is_last ? log.horizon() : std::min(log.horizon(), events[count].tick - 1);
    append_events(file, only_match, {sequence, events.first(count), horizon});
    events = events.subspan(count);
    sequence += count;
    const auto after = std::find_if(
        digests.begin(), digests.end(),
        [&](const RecordedDigest& digest) { return !is_last && digest.tick > horizon; });
    const auto closed = static_cast<std::size_t>(after - digests.begin());
    if (closed > 0) append_digests(file, only_match, digests.first(closed), &log);
    digests = digests.subspan(closed);
  } while (!events.empty());
  if (record.end) append_end(file, only_match, {log.horizon(), log.head(), *record.end});
  return file;
}

Result<void> write_match_file(const std::string& path, const MatchRecord& record,
                              Storage& storage) {
  return storage.replace(path, write_match(record));
}

Result<ReadMatch> read_match_file(const std::string& path, Storage& storage) {
  const Result<Bytes> bytes = storage.read(path);
  if (!bytes) return Unexpected{bytes.error()};
  Result<ReadMatch> match = read_match(*bytes);
  if (!match) return fail(match.error().fault, path + ": " + match.error().sentence);
  if (match->damage) match->damage->sentence = path + ": " + match->damage->sentence;
  return match;
}

}  // namespace tutti
