#include "match_folder.hpp"

#include <algorithm>
#include <tuple>

#include "tutti/replay/storage.hpp"

namespace tutti::detail {

namespace {

/// A relay's match files, and no recordings of players that may lie beside them.
bool is_match_file(const std::filesystem::path& path) {
  return path.extension() == ".tutti" && !path.stem().string().ends_with("-own");
}

}  // namespace

void MatchFolder::note_written(const std::string& path) {
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(path, error);
  ++files_;
  if (!error) bytes_ += bytes;
}

std::vector<MatchFolder::File> MatchFolder::list() {
  std::vector<File> found;
  std::error_code error;
  std::filesystem::directory_iterator entry(folder_, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    std::error_code gone;  // a file may go meanwhile
    if (!is_match_file(entry->path()) || !entry->is_regular_file(gone)) continue;
    const std::uintmax_t bytes = entry->file_size(gone);
    const Time written = entry->last_write_time(gone);
    if (!gone) found.push_back({entry->path(), bytes, written});
  }
  std::sort(found.begin(), found.end(), [](const File& left, const File& right) {
    return std::tie(left.written, left.path) < std::tie(right.written, right.path);
  });
  return found;
}

bool MatchFolder::is_archived(const File& file) const {
  if (limits_.archive.empty() || (outbox_ && outbox_->has(file.path.string()))) return false;
  const std::string copy = (std::filesystem::path(limits_.archive) / file.path.filename()).string();
  std::error_code error;
  // A folder must not be taken for its own archive, by whatever name.
  if (std::filesystem::equivalent(copy, file.path, error) || error) return false;
  if (std::filesystem::file_size(copy, error) != file.bytes || error) return false;
  Storage& storage = posix_storage();
  const Result<bool> is_equal =
      holds_exactly(storage, copy, content_of(storage, file.path.string()));
  return is_equal && *is_equal;
}

bool MatchFolder::is_over() const {
  return (limits_.files_max > 0 && files_ > limits_.files_max) ||
         (limits_.bytes_max > 0 && bytes_ > limits_.bytes_max);
}

void MatchFolder::look(Time now) {
  const std::vector<File> all = list();
  files_ = all.size();
  bytes_ = 0;
  for (const File& file : all)
    bytes_ += file.bytes;
  for (const File& file : all) {
    const bool is_old = limits_.age_max.count() > 0 && now - file.written > limits_.age_max;
    if (!is_old && !is_over()) break;  // the others are younger
    std::error_code error;
    if (!is_archived(file) || !std::filesystem::remove(file.path, error)) continue;
    --files_;
    bytes_ -= file.bytes;
    ++deleted_;
  }
}

std::optional<std::string> MatchFolder::why_full() const {
  if (!is_over()) return std::nullopt;
  return "the relay keeps as many matches as it may: " + std::to_string(files_) + " files with " +
         std::to_string(bytes_ / 1'000'000) + " MB";
}

}  // namespace tutti::detail
