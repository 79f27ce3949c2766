#pragma once
// The recordings of this machine, to choose one from.

#include <cstdint>
#include <string>
#include <vector>

#include "tutti/replay/match_record.hpp"

namespace tutti::inspect {

/// A match file, and what its end says about it.
struct Recording {
  std::string path{};
  std::int64_t changed_utc = 0;  ///< when the file was written, seconds since 1970
  MatchSummary summary{};
};

/// The match files in these folders and below, the newest first, at most `most` of them. Files that
/// cannot be read are left out, as are folders that are not there.
std::vector<Recording> find_recordings(const std::vector<std::string>& folders, std::size_t most);

/// Where this machine keeps matches and bug reports.
std::vector<std::string> usual_recording_folders();

}  // namespace tutti::inspect
