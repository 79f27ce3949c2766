#include "shared_library.hpp"

#include <dlfcn.h>
#include <link.h>

#include <cstring>

#include "tutti/sim/float_environment.hpp"

namespace tutti {

Result<std::shared_ptr<SharedLibrary>> SharedLibrary::open(const std::filesystem::path& file) {
  std::error_code error;
  // Absolute, because dlopen looks for a bare name in the system's folders.
  const std::filesystem::path absolute = std::filesystem::absolute(file, error);
  if (error || !std::filesystem::is_regular_file(absolute, error)) {
    return fail(Fault::bad_data, "there is no file " + file.string());
  }
  // A library linked with -ffast-math switches flushing on for the thread that loads it.
  const UnderDefaultFloats guard;
  void* handle = ::dlopen(absolute.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* why = ::dlerror();
    return fail(Fault::bad_data,
                "cannot load " + file.string() + ": " + (why != nullptr ? why : "no reason given"));
  }
  return std::shared_ptr<SharedLibrary>(new SharedLibrary(handle));
}

SharedLibrary::~SharedLibrary() { ::dlclose(handle_); }

SharedLibrary::Function SharedLibrary::function(const char* name) const {
  return reinterpret_cast<Function>(::dlsym(handle_, name));
}

bool SharedLibrary::may_own(const void* address) const {
  link_map* map = nullptr;
  Dl_info info{};
  if (::dlinfo(handle_, RTLD_DI_LINKMAP, &map) != 0 || ::dladdr(address, &info) == 0) return true;
  return info.dli_fname == nullptr || std::strcmp(info.dli_fname, map->l_name) == 0;
}

std::filesystem::path program_folder() {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::filesystem::path() : program.parent_path();
}

}  // namespace tutti
