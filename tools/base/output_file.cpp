#include "base/output_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "base/child_process.hpp"

namespace tutti::tool {

Result<void> check_output(const std::string& path) {
  if (path.empty()) return {};
  const auto cannot = [&](int reason) {
    return fail(Fault::system,
                fmt::format("cannot write {}: {}", path, std::generic_category().message(reason)));
  };
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return cannot(EISDIR);
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::string probe = (folder / ".tutti-XXXXXX").string();
  const int file = ::mkstemp(probe.data());
  if (file < 0) return cannot(errno);
  // Some bytes too: a full disk may still take a name.
  constexpr std::size_t probe_bytes = 4096;
  const bool is_written = write_all(file, std::string(probe_bytes, '\0'));
  const int reason = errno;
  ::close(file);
  ::unlink(probe.c_str());
  return is_written ? Result<void>() : Result<void>(cannot(reason));
}

}  // namespace tutti::tool
