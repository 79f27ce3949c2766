#pragma once
// A reader's promises about any bytes at all: held by chance in the tests of
// damage, and by the fuzz targets.

#include <string>

#include "matches.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/reader.hpp"

namespace tutti::test {

/// The first promise that a reading of so many bytes breaks, in words; empty if it keeps them all.
inline std::string broken_promise(const Result<ReadMatch>& read, std::size_t bytes) {
  if (!read) {
    const bool is_told = read.error().fault == Fault::bad_data && read.error().sentence.size() > 10;
    return is_told ? "" : "an error is a sentence about bad data";
  }
  const MatchRecord& match = read->record;
  constexpr std::size_t unpacking_most = 4;  // FORMAT.md, Packed payloads
  const std::size_t unpacked = bytes * unpacking_most;
  if (match.log.events().size() > unpacked / 2 + 1) return "no event takes less than two bytes";
  if (match.digests.size() > bytes / short_digest_bytes) return "a digest takes eight bytes";
  if (match.end && match.log.last_event() > match.log.horizon()) {
    return "nothing follows the end of a match";
  }
  const Result<ReadMatch> again = read_match(write_match(match));
  if (!again) return "the understood part is read again";
  if (again->damage) return "the written file is whole";
  return is_same_log(again->record, match) ? "" : "a match stays itself";
}

}  // namespace tutti::test
