// The imports of a game module and its libraries, read from their files: names that have no
// business in a simulation.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "check/check.hpp"
#include "check/libraries.hpp"

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

/// Of these, the ones that reach a result even through a library; libraries may use the others.
constexpr const char* reasons_in_libraries[] = {
    "a clock", "random numbers that are not the game's",
    "functions of libm, which differ between processors and systems"};

/// The suspicious ones among the names that a file needs from others, with the reason.
std::string suspicious(const std::set<std::string>& imports, bool is_library) {
  std::string found;
  for (const auto& [reason, patterns] : suspects()) {
    if (is_library && std::find(std::begin(reasons_in_libraries), std::end(reasons_in_libraries),
                                reason) == std::end(reasons_in_libraries)) {
      continue;
    }
    std::string names;
    for (const std::string& name : imports) {
      const bool is_suspect =
          std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
            return matches(pattern, without_suffix(name, pattern));
          });
      if (is_suspect) names += (names.empty() ? "" : ", ") + name;
    }
    if (!names.empty()) found += fmt::format("{}{} ({})", found.empty() ? "" : "; ", reason, names);
  }
  return found;
}

/// The libraries that the game opens while it is played, as far as it plays without a crash.
std::vector<std::string> opened_libraries(const Subject& subject) {
  constexpr std::int64_t ticks = 120;
  const std::vector<std::string> before = loaded_libraries();
  const Finding played = isolated("opened", [&] {
    StateBox state = start(subject.game, subject.setup());
    Crowd crowd(subject.game, subject.crowd);
    for (Tick tick{1}; tick.value <= std::min(ticks, subject.ticks); ++tick)
      step_state(subject.game, state.get(), crowd.next(tick, state.get()), nullptr);
    Finding finding;
    for (const std::string& file : loaded_libraries()) {
      if (std::find(before.begin(), before.end(), file) == before.end() && !is_system_library(file))
        finding.fields.push_back({file, "", ""});
    }
    return finding;
  });
  std::vector<std::string> opened;
  for (const FieldDifference& each : played.fields)
    opened.push_back(each.path);
  return opened;
}

}  // namespace

Finding check_imports(const Subject& subject) {
  const std::set<std::string> imports = read_library(subject.module).imports;
  if (imports.empty()) {
    return {.outcome = Outcome::note, .sentence = subject.module + " does not say what it calls"};
  }
  std::size_t names = imports.size();
  std::size_t libraries = 0;
  std::string found = suspicious(imports, false);
  if (!found.empty()) found = "the module calls " + found;
  const auto look_into = [&](const std::vector<std::string>& files, const char* how) {
    for (const std::string& file : files) {
      const std::set<std::string> needs = read_library(file).imports;
      names += needs.size();
      ++libraries;
      const std::string bad = suspicious(needs, true);
      if (bad.empty()) continue;
      found += fmt::format("{}{}, which it {}, calls {}", found.empty() ? "" : "; ",
                           std::filesystem::path(file).filename().string(), how, bad);
    }
  };
  look_into(needed_libraries(subject.module, loaded_libraries()), "needs");
  look_into(opened_libraries(subject), "opens while it is played");
  if (found.empty()) {
    const std::string callers =
        libraries == 0 ? "it calls" : fmt::format("it and its {} libraries call", libraries);
    return {.sentence = fmt::format("none of the {} names that {} is a clock, libm, a thread, a "
                                    "file, a hash table or a locale",
                                    names, callers)};
  }
  return {.outcome = Outcome::note,
          .sentence = found,
          .causes = "harmless only if no result of it reaches a state, an event or an effect"};
}

}  // namespace tutti::tool
