#include "tutti/engine/files.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <filesystem>

#include "tutti/replay/match_file.hpp"
#include "tutti/sim/mutant.hpp"

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

/// Bytes of a game's name in a file's name.
constexpr std::size_t name_part_most = 64;
/// Names that are tried.
constexpr int names_most = 1000;

/// Letters, digits and a few signs that no system, shell or script takes for anything else.
std::string safe_part(std::string_view text) {
  std::string safe(text.substr(0, name_part_most));
  for (char& letter : safe) {
    const bool is_plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                          (letter >= '0' && letter <= '9');
    const bool is_safe = is_plain || letter == '-' || letter == '_' || letter == '.';
    if (!is_safe && !TUTTI_MUTANT(file_names_are_taken_raw)) letter = '_';
  }
  return safe.empty() ? "_" : safe;
}

/// Whether a match that was read has the same log as a record, and all that is beside it.
bool holds(const MatchRecord& there, const MatchRecord& record) {
  const auto has_all = [](const auto& all, const auto& some) {
    return std::all_of(some.begin(), some.end(), [&](const auto& one) {
      return std::find(all.begin(), all.end(), one) != all.end();
    });
  };
  return there.log.horizon() == record.log.horizon() && there.log.head() == record.log.head() &&
         has_all(there.signatures, record.signatures) && has_all(there.marks, record.marks) &&
         has_all(there.states, record.states) && has_all(there.telemetry, record.telemetry);
}

/// `is_same`: whether the file of a path is the one that is to be kept.
template <class IsSame>
Result<KeptFile> keep_under_free_name(const FileContent& content, const std::string& folder,
                                      const std::string& name, Storage& storage, IsSame is_same) {
  const std::string first = (std::filesystem::path(folder) / name).string();
  const std::size_t dot = first.size() - (name.size() - name.rfind('.'));
  Result<void> created = fail(Fault::refused, first + " is there already");
  for (int i = 1; i < names_most; ++i) {
    const std::string path =
        i == 1 ? first : first.substr(0, dot) + "-" + std::to_string(i) + first.substr(dot);
    if (TUTTI_MUTANT(other_file_is_replaced) && storage.exists(path)) {
      created = storage.remove(path);
    }
    created = storage.create(path, content);
    if (created) return KeptFile{path, false};
    if (created.error().fault != Fault::refused) break;
    const Result<bool> is_kept = is_same(path);
    if (!is_kept) return Unexpected{is_kept.error()};
    if (*is_kept) return KeptFile{path, true};
  }
  return Unexpected{created.error()};
}

/// A file that holds exactly these bytes counts as kept.
Result<KeptFile> keep_content(const FileContent& content, const std::string& folder,
                              const std::string& name, Storage& storage) {
  return keep_under_free_name(content, folder, name, storage, [&](const std::string& path) {
    return holds_exactly(storage, path, content);
  });
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

std::string match_file_name(std::int64_t started_utc, std::string_view rules, std::string_view room,
                            MatchWriter writer) {
  const auto seconds = static_cast<std::time_t>(started_utc);
  std::tm parts{};
  std::array<char, 32> text{};
  gmtime_r(&seconds, &parts);
  std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts);
  return std::string(text.data()) + "-" + safe_part(rules.substr(0, rules.find('@'))) + "-" +
         safe_part(room) + (writer == MatchWriter::machine ? "-own" : "") + ".tutti";
}

Result<KeptFile> keep_file(BytesView bytes, const std::string& folder, const std::string& name,
                           Storage& storage) {
  return keep_content([&](const ByteSink& sink) { return sink(bytes); }, folder, name, storage);
}

Result<KeptFile> keep_match_file(const MatchRecord& record, const std::string& folder,
                                 const std::string& name, Storage& storage) {
  const Bytes bytes = write_match(record);
  const auto content = [&](const ByteSink& sink) { return sink(bytes); };
  return keep_under_free_name(content, folder, name, storage, [&](const std::string& path) {
    const Result<Bytes> there = storage.read(path);
    if (!there) return Result<bool>(false);
    const Result<ReadMatch> read = read_match(*there);
    return Result<bool>(TUTTI_MUTANT(any_file_is_kept) || (read && holds(read->record, record)));
  });
}

Result<KeptFile> keep_match_file(const JournaledMatch& match, const std::optional<SigningKey>& key,
                                 const std::string& folder, const std::string& name,
                                 Storage& storage) {
  const auto content = [&](const ByteSink& sink) { return write_match(match, key, sink); };
  return keep_content(content, folder, name, storage);
}

}  // namespace tutti
