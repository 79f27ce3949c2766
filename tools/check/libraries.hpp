#pragma once
// The libraries behind a game module: their needs as their files tell them, those that this
// process has loaded, and the effects of loading them.

#include <set>
#include <string>
#include <vector>

namespace tutti::tool {

/// The contents of a library's file; empty if it is none of this machine's kind.
struct LibraryFile {
  std::set<std::string> imports{};    ///< functions and objects that others have to bring
  std::vector<std::string> needed{};  ///< names of libraries (DT_NEEDED)
};
LibraryFile read_library(const std::string& file);

/// The files of all libraries that are loaded in this process.
std::vector<std::string> loaded_libraries();
/// Those among `loaded` that `file` needs, directly or through another; without the system's own
/// (libc, libm, libstdc++ and their like).
std::vector<std::string> needed_libraries(const std::string& file,
                                          const std::vector<std::string>& loaded);
/// Whether a library belongs to the compiler or the C library.
bool is_system_library(const std::string& file);

/// Loads the libraries that `file` needs, one by one, and then itself; says which of them altered
/// the floating-point environment, and how. Empty if none did.
std::string effect_of_loading(const std::string& file);

}  // namespace tutti::tool
