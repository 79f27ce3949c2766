#pragma once
// A match that is over, as one file (.tutti): the same records as a journal's, in canonical order
// and packed, with an index at the end. The same match always makes the same bytes, as long as zstd
// does.

#include <optional>
#include <string>

#include "tutti/replay/journaled_match.hpp"
#include "tutti/replay/match_record.hpp"
#include "tutti/replay/reader.hpp"
#include "tutti/replay/signature.hpp"
#include "tutti/replay/storage.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

/// The bytes of a match file. Of the digests it keeps one every 300 ticks, or all where the match's
/// terms ask for dense ones; shortened, but for the last one. Precondition: the record's texts are
/// within their limits.
TUTTI_API Bytes write_match(const MatchRecord& record);

/// Hands the same bytes on piece by piece, in little memory however long the match is. `key` signs
/// it, if its log is final through its last event, in the place of the signatures that it has.
/// Errors: the sink's; those of the match's pages; Fault::bad_data if they are not this match.
TUTTI_API Result<void> write_match(const JournaledMatch& match,
                                   const std::optional<SigningKey>& key, const ByteSink& sink);

/// Writes the file under a temporary name, syncs and renames it, so that a reader sees all of it or
/// nothing. Errors: the storage's.
TUTTI_API Result<void> write_match_file(const std::string& path, const MatchRecord& record,
                                        Storage& storage = posix_storage());

/// The bytes of a file that has Tutti's header; of any other file, however large, only the first
/// few bytes are read. Errors begin with the path.
TUTTI_API Result<Bytes> read_tutti_file(const std::string& path,
                                        Storage& storage = posix_storage());

/// Reads a file as `read_match` reads bytes. Errors begin with the path.
TUTTI_API Result<ReadMatch> read_match_file(const std::string& path,
                                            Storage& storage = posix_storage());

namespace limits {
/// Bytes of an INDEX record.
inline constexpr std::size_t index_bytes = 16 * 1024;
}  // namespace limits
/// Bytes of the footer that ends a closed file.
inline constexpr std::size_t footer_bytes = record_header_bytes + 4;
/// Bytes of a file's end that are usually enough for its summary.
inline constexpr std::size_t summary_tail_bytes = 1024;

/// The summary in a closed file's last bytes.
struct FoundSummary {
  std::optional<MatchSummary> summary{};  ///< nothing if the bytes are not enough, or show no index
  std::size_t bytes_needed = 0;  ///< how many of the file's last bytes would do; 0: it has no index
};
/// Looks for the summary in the last bytes of a file.
TUTTI_API FoundSummary find_summary(BytesView tail);
/// The summary of a file by its first and last bytes; one without an index is read as a whole.
/// Errors: those of `read_match_file`.
TUTTI_API Result<MatchSummary> read_summary_file(const std::string& path,
                                                 Storage& storage = posix_storage());

}  // namespace tutti
