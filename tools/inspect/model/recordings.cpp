#include "model/recordings.hpp"

#include <algorithm>
#include <filesystem>

#include "base/match_files.hpp"
#include "tutti/engine/files.hpp"
#include "tutti/replay/match_file.hpp"

namespace tutti::inspect {

namespace {

namespace files = std::filesystem;

std::int64_t utc_of(files::file_time_type time) {
  const auto system = files::file_time_type::clock::to_sys(time);
  return std::chrono::duration_cast<std::chrono::seconds>(system.time_since_epoch()).count();
}

}  // namespace

std::vector<std::string> usual_recording_folders() {
  return {default_matches_folder(), default_state_folder() + "/bugs"};
}

std::vector<Recording> find_recordings(const std::vector<std::string>& folders, std::size_t most) {
  std::vector<std::pair<files::file_time_type, std::string>> found;
  for (const std::string& folder : folders) {
    const auto paths = tool::match_files(folder);
    if (!paths) continue;
    for (const std::string& path : *paths) {
      std::error_code gone;
      const files::file_time_type time = files::last_write_time(path, gone);
      if (!gone) found.emplace_back(time, path);
    }
  }
  std::sort(found.begin(), found.end(), std::greater<>());
  std::vector<Recording> recordings;
  for (const auto& [time, path] : found) {
    if (recordings.size() == most) break;
    Result<MatchSummary> summary = read_summary_file(path);
    if (summary) recordings.push_back({path, utc_of(time), std::move(*summary)});
  }
  return recordings;
}

}  // namespace tutti::inspect
