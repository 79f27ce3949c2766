// What a game module asks of the system, read from its file: names that have no business in a
// simulation.

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "check/check.hpp"

namespace tutti::tool {

namespace {

/// Names with a reason; one that ends in * is a beginning.
const std::map<std::string, std::vector<std::string>>& suspects() {
  static const std::map<std::string, std::vector<std::string>> all = {
      {"a clock",
       {"clock_gettime", "gettimeofday", "time", "clock", "timespec_get", "times",
        "_ZNSt6chrono3_V2*"}},
      {"random numbers that are not the game's",
       {"rand", "rand_r", "random", "drand48", "lrand48", "getrandom", "getentropy",
        "_ZNSt13random_device*"}},
      {"functions of libm, which differ between processors and systems",
       {"sin",   "cos",   "tan",   "asin",  "acos", "atan",  "atan2",  "sinh",   "cosh",  "tanh",
        "asinh", "acosh", "atanh", "exp",   "exp2", "exp10", "expm1",  "log",    "log2",  "log10",
        "log1p", "pow",   "cbrt",  "hypot", "erf",  "erfc",  "tgamma", "lgamma", "sincos"}},
      {"unordered containers, whose order differs between standard libraries",
       {"_ZNKSt8__detail20_Prime_rehash_policy*", "_ZSt11_Hash_bytes*"}},
      {"threads", {"pthread_create", "_ZNSt6thread*", "sched_yield", "pthread_self"}},
      {"files, the environment or the process",
       {"getenv", "secure_getenv", "fopen", "fopen64", "open", "open64", "getpid", "getcwd",
        "_ZNSt13basic_filebuf*", "_ZNSt14basic_ifstream*"}},
      {"dates and time zones", {"localtime", "localtime_r", "mktime", "gmtime", "strftime"}},
      {"conversions that follow the locale",
       {"setlocale", "localeconv", "strtod", "strtof", "atof", "toupper", "tolower",
        "_ZNSt6locale*"}},
      {"sorting whose order of equal things is open", {"qsort"}},
  };
  return all;
}

bool matches(const std::string& pattern, const std::string& name) {
  if (pattern.back() == '*') return name.starts_with(pattern.substr(0, pattern.size() - 1));
  return name == pattern;
}

/// libm's functions also come for float and long double, and in a variant for finite numbers.
std::string without_suffix(const std::string& name, const std::string& pattern) {
  for (const char* suffix : {"f", "l", "_finite", "f_finite"}) {
    if (name == pattern + suffix || name == "__" + pattern + suffix) return pattern;
  }
  return name;
}

template <class T>
bool read_at(const std::string& file, std::uint64_t offset, T& value) {
  if (offset > file.size() || file.size() - offset < sizeof(T)) return false;
  std::memcpy(&value, file.data() + offset, sizeof(T));
  return true;
}

/// The names that an ELF library of this machine's kind needs from others.
std::set<std::string> imports_of(const std::string& file) {
  std::set<std::string> names;
  Elf64_Ehdr header{};
  if (!read_at(file, 0, header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
      header.e_ident[EI_CLASS] != ELFCLASS64) {
    return names;
  }
  for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
    Elf64_Shdr symbols{};
    Elf64_Shdr texts{};
    if (!read_at(file, header.e_shoff + i * sizeof symbols, symbols) ||
        symbols.sh_type != SHT_DYNSYM ||
        !read_at(file, header.e_shoff + symbols.sh_link * sizeof texts, texts)) {
      continue;
    }
    for (std::uint64_t at = 0; at < symbols.sh_size; at += sizeof(Elf64_Sym)) {
      Elf64_Sym symbol{};
      if (!read_at(file, symbols.sh_offset + at, symbol) || symbol.st_shndx != SHN_UNDEF) continue;
      const std::uint64_t text = texts.sh_offset + symbol.st_name;
      if (text >= file.size()) continue;
      names.insert(file.substr(text, file.find('\0', text) - text));
    }
  }
  return names;
}

}  // namespace

Finding check_imports(const Subject& subject) {
  std::ostringstream text;
  text << std::ifstream(subject.module, std::ios::binary).rdbuf();
  const std::set<std::string> imports = imports_of(text.str());
  if (imports.empty()) {
    return {.outcome = Outcome::note, .sentence = subject.module + " does not say what it calls"};
  }
  std::string found;
  for (const auto& [reason, patterns] : suspects()) {
    std::string names;
    for (const std::string& name : imports) {
      const bool is_suspect =
          std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
            return matches(pattern, without_suffix(name, pattern));
          });
      if (is_suspect) names += (names.empty() ? "" : ", ") + name;
    }
    if (!names.empty()) found += (found.empty() ? "" : "; ") + reason + " (" + names + ")";
  }
  if (found.empty()) {
    return {.sentence = "none of the " + std::to_string(imports.size()) +
                        " names it calls is a clock, libm, a thread, a file, a hash table or a "
                        "locale"};
  }
  return {.outcome = Outcome::note,
          .sentence = "the module calls " + found,
          .causes = "harmless only if no result of it reaches a state, an event or an effect"};
}

}  // namespace tutti::tool
