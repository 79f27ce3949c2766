#pragma once
// Files taken apart into records and put together differently, for the tests of damage.

#include <span>
#include <string>
#include <vector>

#include "matches.hpp"
#include "tutti/replay/format.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/reader.hpp"

namespace tutti::test {

// A file's records, to be put together differently; they point into it.
inline std::vector<Record> records_of(Bytes&&) = delete;
inline std::vector<Record> records_of(const Bytes& file) {
  std::vector<Record> records;
  RecordReader reader(BytesView(file).subspan(file_header_bytes));
  while (const std::optional<Record> record = reader.next())
    records.push_back(*record);
  return records;
}

// Where each record of a file ends, the header's end first.
inline std::vector<std::size_t> record_ends(const Bytes& file) {
  std::vector<std::size_t> ends = {file_header_bytes};
  RecordReader records(BytesView(file).subspan(file_header_bytes));
  while (records.next())
    ends.push_back(file_header_bytes + records.offset());
  return ends;
}

inline Bytes file_of(std::span<const Record> records) {
  Bytes file;
  append_file_header(file);
  for (const Record& record : records)
    append_record(file, record);
  return file;
}

// A reader's complaint about a file, or nothing.
inline std::string damage_of(const Bytes& file) {
  const Result<ReadMatch> read = read_match(file);
  if (!read) return read.error().sentence;
  return read->damage ? read->damage->sentence : "";
}

}  // namespace tutti::test
