#include "machine.hpp"

#include <elf.h>
#include <link.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <vector>

#include "tutti/replay/match_record.hpp"
#include "tutti/sim/bytes.hpp"
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

int add_build_id(dl_phdr_info* info, std::size_t, void* ids) {
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& header = info->dlpi_phdr[i];
    if (header.p_type != PT_NOTE) continue;
    const auto* notes = reinterpret_cast<const char*>(info->dlpi_addr + header.p_vaddr);
    std::string id = build_id_in(notes, header.p_memsz);
    if (id.empty()) continue;
    static_cast<std::vector<std::string>*>(ids)->push_back(std::move(id));
    break;
  }
  return 0;
}

/// Eight digits over the build ids of everything that is loaded, in whatever order.
std::string libraries_text() {
  std::vector<std::string> ids;
  ::dl_iterate_phdr(add_build_id, &ids);
  std::sort(ids.begin(), ids.end());
  Blake2b hash(16);
  for (const std::string& id : ids)
    hash.update(std::as_bytes(std::span(id)));
  Digest digest;
  hash.finish(digest.bytes);
  return "libs " + to_hex(BytesView(digest.bytes).first(4));
}

std::string floats_text() {
  const FloatEnvironment environment = FloatEnvironment::of_this_thread();
  if (environment == FloatEnvironment{}) return {};
  constexpr const char* ways[] = {"", "down", "up", "cut"};
  std::string text = ways[static_cast<std::size_t>(environment.rounding)];
  if (environment.flushes) text += text.empty() ? "flush" : "+flush";
  return "floats " + text;
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

std::string machine_text() {
  std::string text = compiler_text();
  // The processor last: its name may be long.
  for (const std::string& part : {libraries_text(), floats_text(), processor_text()}) {
    if (!part.empty()) text += "; " + part;
  }
  text.resize(std::min(text.size(), limits::build_bytes));
  return text;
}

}  // namespace tutti
