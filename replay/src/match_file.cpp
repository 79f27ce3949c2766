#include "tutti/replay/match_file.hpp"

#include "payloads.hpp"

namespace tutti {

namespace {

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
