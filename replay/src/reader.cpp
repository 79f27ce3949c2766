#include "tutti/replay/reader.hpp"

#include <algorithm>

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
    if (!record) {
      const std::optional<std::size_t> skipped = records.resync();
      if (!skipped) break;
      reader.note_damage(offset, *skipped);
      continue;
    }
    if (record->match != MatchNumber{}) {
      reader.records_[record->match].push_back(*record);
    } else if (handling_of(*record) != Handling::skip) {
      return fail(Fault::bad_data,
                  "the record " + record_name(record->type) + " at byte " + std::to_string(offset) +
                      " is about the whole file and this version does not know it");
    }
  }
  const std::size_t lost = records.remaining();
  if (lost > 0) reader.note_damage(file.size() - lost, lost);
  reader.describe_damage(lost > 0);
  return reader;
}

void JournalReader::note_damage(std::uint64_t offset, std::size_t bytes) {
  if (!damage_) damage_ = Damage{offset, 0, {}};
  damage_->bytes_lost += bytes;
  ++damaged_places_;
}

void JournalReader::describe_damage(bool is_at_end) {
  if (!damage_) return;
  const bool is_tail = is_at_end && damaged_places_ == 1;
  std::string& text = damage_->sentence;
  text = std::string("the file is ") + (is_tail ? "cut off or " : "") + "damaged at byte " +
         std::to_string(damage_->offset);
  if (damaged_places_ > 1)
    text += " and at " + std::to_string(damaged_places_ - 1) + " more places";
  const std::string lost = is_tail ? "; its last " : "; ";
  text +=
      lost + (damage_->bytes_lost == 1 ? std::string("byte is lost")
                                       : std::to_string(damage_->bytes_lost) + " bytes are lost");
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
  const auto is = [](RecordType type) {
    return [type](const Record& record) { return record.type == static_cast<std::uint8_t>(type); };
  };
  const std::vector<Record>& records = found->second;
  const auto index = std::find_if(records.begin(), records.end(), is(RecordType::index));
  if (index != records.end() &&
      std::none_of(records.begin(), records.end(), is(RecordType::setup))) {
    assembler.take_opening_of(*index);
  }
  for (const Record& record : records) {
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
    Damage damage = *journal->damage();
    if (match->damage) {
      damage.bytes_lost += match->damage->bytes_lost;
      damage.sentence += ", " + match->damage->sentence;
    }
    match->damage = std::move(damage);
  }
  return match;
}

}  // namespace tutti
