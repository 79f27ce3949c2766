#include "tutti/replay/reader.hpp"

#include "match_assembler.hpp"

namespace tutti {

Result<JournalReader> JournalReader::open(BytesView file) {
  if (const Result<void> header = check_file_header(file); !header) {
    return Unexpected{header.error()};
  }
  JournalReader reader;
  reader.file_ = file;
  RecordReader records(file.subspan(file_header_bytes));
  for (;;) {
    const std::uint64_t offset = file_header_bytes + records.offset();
    const std::optional<Record> record = records.next();
    if (!record) break;
    if (record->match != MatchNumber{}) {
      reader.records_[record->match].push_back(*record);
    } else if (handling_of(*record) != Handling::skip) {
      return fail(Fault::bad_data,
                  "the record " + record_name(record->type) + " at byte " + std::to_string(offset) +
                      " is about the whole file and this version does not know it");
    }
  }
  if (const std::size_t lost = records.remaining(); lost > 0) {
    const std::uint64_t offset = file.size() - lost;
    reader.damage_ =
        Damage{offset, lost,
               "the file is cut off or damaged at byte " + std::to_string(offset) + "; its last " +
                   (lost == 1 ? "byte is lost" : std::to_string(lost) + " bytes are lost")};
  }
  return reader;
}

std::vector<MatchNumber> JournalReader::matches() const {
  std::vector<MatchNumber> numbers;
  numbers.reserve(records_.size());
  for (const auto& entry : records_)
    numbers.push_back(entry.first);
  return numbers;
}

Result<ReadMatch> JournalReader::read(MatchNumber match) const {
  const auto found = records_.find(match);
  if (found == records_.end()) {
    return fail(Fault::usage, "the journal has no match " + std::to_string(match.value));
  }
  MatchAssembler assembler;
  for (const Record& record : found->second) {
    const auto payload_at = static_cast<std::uint64_t>(record.payload.data() - file_.data());
    assembler.take(record, payload_at - record_header_bytes);
  }
  return std::move(assembler).finish();
}

Result<ReadMatch> read_match(BytesView file) {
  const Result<JournalReader> journal = JournalReader::open(file);
  if (!journal) return Unexpected{journal.error()};
  const std::vector<MatchNumber> matches = journal->matches();
  if (matches.empty()) return fail(Fault::bad_data, "the file ends before a match begins");
  if (matches.size() > 1) {
    return fail(Fault::bad_data, "the file is a journal of " + std::to_string(matches.size()) +
                                     " matches, not one match; extract them first");
  }
  Result<ReadMatch> match = journal->read(matches.front());
  if (match && journal->damage()) {
    if (match->damage) {
      match->damage->bytes_lost += journal->damage()->bytes_lost;
    } else {
      match->damage = journal->damage();
    }
  }
  return match;
}

}  // namespace tutti
