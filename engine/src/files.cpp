#include "tutti/engine/files.hpp"

#include <array>
#include <cstdlib>
#include <ctime>

namespace tutti {

std::string default_matches_folder() {
  if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data != '\0') {
    return std::string(data) + "/tutti/matches";
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
    return std::string(home) + "/.local/share/tutti/matches";
  }
  return "tutti-matches";
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
