#pragma once
// The limits on a relay's folder of match files. A file is deleted only if an archive has the very
// same bytes; where that is not enough, the relay opens no more rooms.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tutti/engine/relay_service.hpp"

namespace tutti::detail {

class MatchFolder {
 public:
  using Time = std::filesystem::file_time_type;

  /// A file that is in the outbox, if there is one, has to go elsewhere first.
  MatchFolder(std::string folder, FolderLimits limits, std::shared_ptr<MatchOutbox> outbox = {})
      : folder_(std::move(folder)), limits_(std::move(limits)), outbox_(std::move(outbox)) {}

  /// The relay has written this file. Then the folder should be looked at.
  void note_written(const std::string& path);
  /// Reads the folder and deletes the oldest files that are too old or too many and that the
  /// archive has. It takes time in proportion to the files.
  void look(Time now);

  /// The sentence with which new rooms are refused, while there is more than there may be.
  std::optional<std::string> why_full() const;
  std::size_t files() const { return files_; }
  std::uint64_t bytes() const { return bytes_; }
  /// Files that were deleted.
  std::uint64_t deleted() const { return deleted_; }

 private:
  struct File {
    std::filesystem::path path;
    std::uint64_t bytes = 0;
    Time written{};
  };
  std::vector<File> list();
  bool is_archived(const File& file) const;
  bool is_over() const;

  std::string folder_;
  FolderLimits limits_;
  std::shared_ptr<MatchOutbox> outbox_;
  std::size_t files_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t deleted_ = 0;
};

}  // namespace tutti::detail
