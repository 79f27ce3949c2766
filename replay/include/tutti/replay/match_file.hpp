#pragma once
// A match that is over, as one file (.tutti): the same records as a journal's, in canonical order.
// The same match always makes the same bytes.

#include <string>

#include "tutti/replay/match_record.hpp"
#include "tutti/replay/reader.hpp"
#include "tutti/replay/storage.hpp"

namespace tutti {

/// The bytes of a match file. Precondition: the record's texts are within their limits.
Bytes write_match(const MatchRecord& record);

/// Writes the file under a temporary name, syncs and renames it: a reader sees all of it or
/// nothing.
Result<void> write_match_file(const std::string& path, const MatchRecord& record,
                              Storage& storage = posix_storage());

/// `read_match` of a file; sentences begin with its path.
Result<ReadMatch> read_match_file(const std::string& path, Storage& storage = posix_storage());

}  // namespace tutti
