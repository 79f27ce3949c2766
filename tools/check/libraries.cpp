#include "check/libraries.hpp"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tutti/sim/float_environment.hpp"

namespace tutti::tool {

namespace {

std::string base_name(const std::string& file) {
  return std::filesystem::path(file).filename().string();
}

template <class T>
bool read_at(const std::string& file, std::uint64_t offset, T& value) {
  if (offset > file.size() || file.size() - offset < sizeof(T)) return false;
  std::memcpy(&value, file.data() + offset, sizeof(T));
  return true;
}

std::string text_at(const std::string& file, std::uint64_t offset) {
  if (offset >= file.size()) return "";
  return file.substr(offset, file.find('\0', offset) - offset);
}

void read_symbols(const std::string& file, const Elf64_Shdr& symbols, const Elf64_Shdr& texts,
                  LibraryFile& library) {
  for (std::uint64_t at = 0; at < symbols.sh_size; at += sizeof(Elf64_Sym)) {
    Elf64_Sym symbol{};
    if (!read_at(file, symbols.sh_offset + at, symbol)) return;
    if (symbol.st_shndx != SHN_UNDEF || symbol.st_name == 0) continue;
    library.imports.insert(text_at(file, texts.sh_offset + symbol.st_name));
  }
}

void read_needed(const std::string& file, const Elf64_Shdr& entries, const Elf64_Shdr& texts,
                 LibraryFile& library) {
  for (std::uint64_t at = 0; at < entries.sh_size; at += sizeof(Elf64_Dyn)) {
    Elf64_Dyn entry{};
    if (!read_at(file, entries.sh_offset + at, entry) || entry.d_tag == DT_NULL) return;
    if (entry.d_tag == DT_NEEDED)
      library.needed.push_back(text_at(file, texts.sh_offset + entry.d_un.d_val));
  }
}

int add_loaded(dl_phdr_info* info, std::size_t, void* files) {
  // The program itself has no name here.
  if (info->dlpi_name != nullptr && info->dlpi_name[0] != '\0')
    static_cast<std::vector<std::string>*>(files)->push_back(info->dlpi_name);
  return 0;
}

}  // namespace

LibraryFile read_library(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  const std::string file = text.str();
  LibraryFile library;
  Elf64_Ehdr header{};
  if (!read_at(file, 0, header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
      header.e_ident[EI_CLASS] != ELFCLASS64) {
    return library;
  }
  for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
    Elf64_Shdr section{};
    Elf64_Shdr texts{};
    if (!read_at(file, header.e_shoff + i * sizeof section, section) ||
        (section.sh_type != SHT_DYNSYM && section.sh_type != SHT_DYNAMIC) ||
        !read_at(file, header.e_shoff + section.sh_link * sizeof texts, texts)) {
      continue;
    }
    if (section.sh_type == SHT_DYNSYM)
      read_symbols(file, section, texts, library);
    else
      read_needed(file, section, texts, library);
  }
  return library;
}

std::vector<std::string> loaded_libraries() {
  std::vector<std::string> files;
  ::dl_iterate_phdr(add_loaded, &files);
  return files;
}

bool is_system_library(const std::string& file) {
  constexpr const char* beginnings[] = {"linux-",       "ld-",         "libc.so",     "libm.so",
                                        "libstdc++.so", "libgcc_s.so", "libpthread.", "libdl.so",
                                        "librt.so",     "libmvec.so",  "libc++",      "libasan.",
                                        "libubsan.",    "libtsan.",    "libunwind."};
  const std::string name = base_name(file);
  return std::any_of(std::begin(beginnings), std::end(beginnings),
                     [&](const char* beginning) { return name.starts_with(beginning); });
}

std::vector<std::string> needed_libraries(const std::string& file,
                                          const std::vector<std::string>& loaded) {
  std::vector<std::string> found;
  std::vector<std::string> to_read = {file};
  while (!to_read.empty()) {
    const std::vector<std::string> needed = read_library(to_read.back()).needed;
    to_read.pop_back();
    for (const std::string& name : needed) {
      const auto at = std::find_if(loaded.begin(), loaded.end(), [&](const std::string& each) {
        return base_name(each) == base_name(name);
      });
      if (at == loaded.end() || is_system_library(*at)) continue;
      if (std::find(found.begin(), found.end(), *at) != found.end()) continue;
      found.push_back(*at);
      to_read.push_back(*at);
    }
  }
  return found;
}

std::string effect_of_loading(const std::string& file) {
  std::vector<std::string> names = read_library(file).needed;
  names.push_back(std::filesystem::absolute(file).string());
  std::string words;
  for (const std::string& name : names) {
    const FloatEnvironment before = FloatEnvironment::of_this_thread();
    // Never closed: the module needs it. A library that the linker finds by the module's own
    // search path alone fails here and is loaded with the module.
    if (::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL) == nullptr) continue;
    const FloatEnvironment after = FloatEnvironment::of_this_thread();
    if (after == before) continue;
    words += (words.empty() ? "" : "; ") + std::string("loading ") + base_name(name) +
             " alters its thread, which from then on " + to_text(after);
    before.apply();
  }
  return words;
}

}  // namespace tutti::tool
