#include "base/match_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace tutti::tool {

// A recursive iterator of the library's ends where a folder goes between its being listed and
// opened.
Result<std::vector<std::string>> match_files(const std::string& folder) {
  namespace fs = std::filesystem;
  std::vector<std::string> found;
  std::vector<fs::path> folders{folder};
  for (bool is_first = true; !folders.empty(); is_first = false) {
    const fs::path here = std::move(folders.back());
    folders.pop_back();
    std::error_code error;
    for (fs::directory_iterator entry(here, error), end; !error && entry != end;
         entry.increment(error)) {
      std::error_code gone;
      const bool is_folder = entry->is_directory(gone) && !entry->is_symlink(gone);
      if (is_folder) folders.push_back(entry->path());
      if (!is_folder && entry->path().extension() == ".tutti") {
        found.push_back(entry->path().string());
      }
    }
    if (error && (is_first || error != std::errc::no_such_file_or_directory)) {
      return fail(Fault::system, fmt::format("cannot read {}: {}", here.string(), error.message()));
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace tutti::tool
