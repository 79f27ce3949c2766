#pragma once
// The folder for what a player's program keeps between its lives.

#include <sys/stat.h>

#include <filesystem>
#include <string>

namespace tutti {

/// Makes the folder, for its user only, if it is not there. False if that cannot be done.
inline bool make_private_folder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(folder).parent_path(), error);
  if (::mkdir(folder.c_str(), S_IRWXU) == 0) return true;
  return std::filesystem::is_directory(folder, error);
}

}  // namespace tutti
