#include "machine.hpp"

#include <elf.h>
#include <errno.h>
#include <link.h>

#include <cstring>
#include <fstream>

#include "tutti/sim/digest.hpp"
#include "tutti/sim/float_environment.hpp"

namespace tutti {

namespace {

/// A build id among the notes of a loaded file, as hex digits; empty if there is none.
std::string build_id_in(const char* notes, std::size_t size) {
  std::size_t at = 0;
  while (size - at >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) note{};
    std::memcpy(&note, notes + at, sizeof note);
    const std::size_t name = at + sizeof note;
    const std::size_t text = name + (note.n_namesz + 3U) / 4 * 4;
    const std::size_t end = text + (note.n_descsz + 3U) / 4 * 4;
    if (end < at || end > size) return {};
    const bool is_gnu = note.n_namesz == 4 && std::memcmp(notes + name, "GNU", 4) == 0;
    if (is_gnu && note.n_type == NT_GNU_BUILD_ID)
      return to_hex(std::as_bytes(std::span(notes + text, note.n_descsz)));
    at = end;
  }
  return {};
}

/// The file name without its folder; the program has none of its own.
std::string file_name(const char* path) {
  const std::string name = *path == '\0' ? program_invocation_short_name : path;
  return name.substr(name.rfind('/') + 1);
}

int add_build_id(dl_phdr_info* info, std::size_t, void* libraries) {
  // The kernel's own page computes nothing.
  const std::string name = file_name(info->dlpi_name);
  if (name.starts_with("linux-vdso") || name.starts_with("linux-gate")) return 0;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& header = info->dlpi_phdr[i];
    if (header.p_type != PT_NOTE) continue;
    const auto* notes = reinterpret_cast<const char*>(info->dlpi_addr + header.p_vaddr);
    const std::string id = build_id_in(notes, header.p_memsz);
    if (id.empty()) continue;
    constexpr std::size_t digits = 8;
    static_cast<std::map<std::string, std::string>*>(libraries)->emplace(name,
                                                                         id.substr(0, digits));
    break;
  }
  return 0;
}

std::string processor_text() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("model name", 0) != 0) continue;
    const std::size_t colon = line.find(':');
    return colon == line.npos || colon + 2 > line.size() ? std::string() : line.substr(colon + 2);
  }
  return {};
}

std::string compiler_text() {
#if defined(__clang__)
  std::string text = "clang++ " + std::to_string(__clang_major__) + '.' +
                     std::to_string(__clang_minor__) + '.' + std::to_string(__clang_patchlevel__);
#else
  std::string text = "g++ " + std::to_string(__GNUC__) + '.' + std::to_string(__GNUC_MINOR__) +
                     '.' + std::to_string(__GNUC_PATCHLEVEL__);
#endif
#if defined(__x86_64__)
  return text + " x86-64";
#elif defined(__aarch64__)
  return text + " arm64";
#else
  return text;
#endif
}

}  // namespace

MachineWords this_machine() {
  const FloatEnvironment floats = FloatEnvironment::of_this_thread();
  MachineWords words{.build = compiler_text(),
                     .floats = floats == FloatEnvironment{} ? "" : to_text(floats),
                     .processor = processor_text()};
  ::dl_iterate_phdr(add_build_id, &words.libraries);
  return words;
}

}  // namespace tutti
