#include "fleet/growing_log.hpp"

#include <utility>

#include "tutti/replay/match_page.hpp"
#include "tutti/replay/reader.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

namespace {

constexpr const char* unusable = "what is kept of the match makes no sense";

/// The bytes of the whole records at the beginning.
std::size_t whole_records(BytesView bytes) {
  RecordReader reader(bytes);
  while (reader.next())
    ;
  return reader.offset();
}

void drop_front(Bytes& bytes, std::size_t count) {
  bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
}

}  // namespace

EpochEntries::EpochEntries(const StoredEntry& first)
    : owner_(first.entry.owner), epoch_(first.entry.epoch) {
  take(first);
}

void EpochEntries::take(const StoredEntry& stored) {
  const LogEntry& entry = stored.entry;
  const bool is_next = entry.owner == owner_ && entry.epoch == epoch_ && entry.number == next_;
  if (!is_next && !TUTTI_MUTANT(holes_are_ignored)) has_hole_ = true;
  if (has_hole_) return;
  next_ += stored.entries;
  is_whole_ = is_whole_ || entry.is_whole;
  records_.insert(records_.end(), entry.records.begin(), entry.records.end());
}

void GrowingLog::take(const StoredEntry& stored) {
  if (stored.entry.number == 0) {
    next_.emplace(stored);
  } else if (next_) {
    next_->take(stored);
  } else if (told_) {
    told_->take(stored);
  }
  if (!next_ || !next_->is_whole()) return;
  told_ = std::exchange(next_, std::nullopt);
  is_new_ = true;
}

std::optional<GrowingLog::News> GrowingLog::take_news() {
  if (!told_) return std::nullopt;
  return std::exchange(is_new_, false) ? whole() : grown();
}

std::optional<GrowingLog::News> GrowingLog::whole() {
  Bytes& records = told_->records();
  const std::size_t bytes = whole_records(records);
  Bytes journal;
  append_file_header(journal);
  journal.insert(journal.end(), records.begin(),
                 records.begin() + static_cast<std::ptrdiff_t>(bytes));
  drop_front(records, bytes);
  auto match = read_match(journal);
  if (!match) return followed::Lost{match.error().sentence};
  if (match->damage) return followed::Lost{match->damage->sentence};
  next_sequence_ = match->record.log.count();
  is_begun_ = true;
  is_over_ = match->record.end.has_value();
  return followed::Whole{std::move(match->record)};
}

std::optional<GrowingLog::News> GrowingLog::grown() {
  Bytes& records = told_->records();
  RecordReader reader(records);
  followed::Grown grown;
  bool has_some = false;
  for (std::size_t from = 0;; from = reader.offset()) {
    const auto record = reader.next();
    if (!record) break;
    is_over_ = is_over_ || record->type == static_cast<std::uint8_t>(RecordType::end);
    if (record->type != static_cast<std::uint8_t>(RecordType::events)) continue;
    auto page = decode_page(BytesView(records).subspan(from, reader.offset() - from));
    if (!page || page->first_sequence != next_sequence_) return followed::Lost{unusable};
    next_sequence_ += page->events.size();
    has_some = true;
    grown.horizon = page->horizon;
    for (Event& event : page->events)
      grown.events.push_back(std::move(event));
  }
  drop_front(records, reader.offset());
  if (records.size() > record_header_bytes + payload_bytes_max) return followed::Lost{unusable};
  return has_some ? std::optional<News>(std::move(grown)) : std::nullopt;
}

}  // namespace tutti::detail
