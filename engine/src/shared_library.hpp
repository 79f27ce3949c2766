#pragma once
// A shared library of the operating system, and where the running program is; the only part of the
// game catalog that knows a platform.

#include <filesystem>
#include <memory>

#include "tutti/sim/result.hpp"

namespace tutti {

class SharedLibrary {
 public:
  /// Opens it with its symbols kept to itself, so that two libraries cannot mix theirs. Handles are
  /// counted: it is closed with the last one.
  static Result<std::shared_ptr<SharedLibrary>> open(const std::filesystem::path& file);
  ~SharedLibrary();
  SharedLibrary(const SharedLibrary&) = delete;
  SharedLibrary& operator=(const SharedLibrary&) = delete;

  /// The function of this name, or null.
  using Function = void (*)();
  Function function(const char* name) const;
  /// False if the address is known to lie in another library or program.
  bool may_own(const void* address) const;

 private:
  explicit SharedLibrary(void* handle) : handle_(handle) {}
  void* handle_;
};

/// The folder of the running program, or an empty path.
std::filesystem::path program_folder();

}  // namespace tutti
