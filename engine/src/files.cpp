#include "tutti/engine/files.hpp"

#include <array>
#include <cstdlib>
#include <ctime>

namespace tutti {

namespace {

/// A folder below the one that this variable names, or else below the user's home.
std::string folder_below(const char* variable, const std::string& below, const char* at_home) {
  if (const char* given = std::getenv(variable); given != nullptr && *given != '\0') {
    return given + ("/" + below);
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
    return std::string(home) + at_home + below;
  }
  return {};
}

}  // namespace

std::string default_matches_folder() {
  const std::string folder = folder_below("XDG_DATA_HOME", "tutti/matches", "/.local/share/");
  return folder.empty() ? "tutti-matches" : folder;
}

std::string default_state_folder() {
  const std::string folder = folder_below("XDG_STATE_HOME", "tutti", "/.local/state/");
  return folder.empty() ? "tutti-state" : folder;
}

std::string build_text() {
#if defined(__x86_64__)
  constexpr const char* machine = "x86-64";
#elif defined(__aarch64__)
  constexpr const char* machine = "arm64";
#else
  constexpr const char* machine = "another machine";
#endif
#if defined(__clang__)
  constexpr const char* compiler = "clang++ ";
#else
  constexpr const char* compiler = "g++ ";
#endif
#if defined(__OPTIMIZE__)
  constexpr const char* kind = ", optimised, ";
#else
  constexpr const char* kind = ", not optimised, ";
#endif
  return std::string(compiler) + __VERSION__ + kind + machine;
}

std::string match_file_name(std::int64_t started_utc, std::string_view rules,
                            std::string_view room) {
  const auto seconds = static_cast<std::time_t>(started_utc);
  std::tm parts{};
  std::array<char, 32> text{};
  gmtime_r(&seconds, &parts);
  std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts);
  return std::string(text.data()) + "-" + std::string(rules.substr(0, rules.find('@'))) + "-" +
         std::string(room) + ".tutti";
}

}  // namespace tutti
