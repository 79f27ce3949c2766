#include "tutti/engine/catalog.hpp"

#include <algorithm>
#include <cstdlib>

#include "shared_library.hpp"
#include "tutti/sim/float_environment.hpp"

namespace tutti {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view module_extension = ".so";

/// The part of `text` before the first `mark`, and the part after it.
std::pair<std::string_view, std::string_view> split(std::string_view text, char mark) {
  const std::size_t at = text.find(mark);
  if (at == text.npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes the leading run of digits, or of anything else, off the text.
std::string_view take_run(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() && is_digit(text[size]) == is_digit(text[0]))
    ++size;
  const std::string_view run = text.substr(0, size);
  text.remove_prefix(size);
  return run;
}

/// Numbers of any length, as text.
std::strong_ordering compare_numbers(std::string_view left, std::string_view right) {
  left.remove_prefix(std::min(left.find_first_not_of('0'), left.size()));
  right.remove_prefix(std::min(right.find_first_not_of('0'), right.size()));
  if (left.size() != right.size()) return left.size() <=> right.size();
  return left <=> right;
}

}  // namespace

std::strong_ordering compare_versions(std::string_view left, std::string_view right) {
  while (!left.empty() && !right.empty()) {
    const std::string_view a = take_run(left);
    const std::string_view b = take_run(right);
    const bool are_numbers = is_digit(a[0]) && is_digit(b[0]);
    const auto order = are_numbers ? compare_numbers(a, b) : a <=> b;
    if (order != 0) return order;
  }
  return left.size() <=> right.size();
}

GameCatalog::GameCatalog(std::vector<fs::path> folders) : folders_(std::move(folders)) {}

std::vector<fs::path> GameCatalog::usual_folders() {
  const fs::path below = fs::path("tutti") / "games";
  std::vector<fs::path> folders;
  if (const fs::path here = program_folder(); !here.empty()) {
    folders.push_back(here.parent_path() / "lib" / below);
  }
  const char* data = std::getenv("XDG_DATA_HOME");
  const char* home = std::getenv("HOME");
  if (data != nullptr && *data == '/') {
    folders.push_back(data / below);
  } else if (home != nullptr && *home == '/') {
    folders.push_back(fs::path(home) / ".local" / "share" / below);
  }
  folders.push_back("/usr/local/lib" / below);
  folders.push_back("/usr/lib" / below);
  // A program in /usr/bin has one of them twice.
  std::vector<fs::path> once;
  for (fs::path& folder : folders) {
    if (std::find(once.begin(), once.end(), folder) == once.end()) {
      once.push_back(std::move(folder));
    }
  }
  return once;
}

Result<AnyGame> GameCatalog::load(const fs::path& file) {
  auto library = SharedLibrary::open(file);
  if (!library) return Unexpected{library.error()};
  const auto function =
      reinterpret_cast<tutti_game_module_function>((*library)->function(TUTTI_GAME_MODULE_SYMBOL));
  if (function == nullptr) {
    return fail(Fault::bad_data, file.string() +
                                     " is no game module: it exports no " TUTTI_GAME_MODULE_SYMBOL
                                     "; one line TUTTI_GAME_MODULE(Game) in its source would");
  }
  const UnderDefaultFloats guard;
  const tutti_game* table = function();
  // A symbol that g++ calls unique exists once in the whole process, so a second module of the same
  // C++ type would silently play the first one's rules.
  if (table != nullptr && !(*library)->may_own(table)) {
    return fail(Fault::bad_data,
                file.string() +
                    " hands out the game of another module that is loaded already, because both "
                    "export the same symbols; build it with -fvisibility=hidden "
                    "-fvisibility-inlines-hidden and link it with -Wl,--exclude-libs,ALL");
  }
  auto game = AnyGame::from_table(table, *library);
  if (!game) return fail(game.error().fault, file.string() + ": " + game.error().sentence);
  return game;
}

std::vector<GameFile> GameCatalog::list() const {
  std::vector<GameFile> files;
  for (const fs::path& folder : folders_) {
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
      if (entry.path().extension() != module_extension || !entry.is_regular_file(error)) continue;
      const std::string stem = entry.path().stem().string();
      const auto [name, version] = split(stem, '@');
      if (name.empty() || version.empty()) continue;
      files.push_back({std::string(name), std::string(version), entry.path()});
    }
  }
  // Stable: among equals, the earlier folder stays first.
  std::stable_sort(files.begin(), files.end(), [](const GameFile& a, const GameFile& b) {
    if (a.name != b.name) return a.name < b.name;
    return compare_versions(a.version, b.version) > 0;
  });
  return files;
}

Result<AnyGame> GameCatalog::find(std::string_view name) const {
  for (const GameFile& file : list()) {
    if (file.name == name) return find_version(name, file.version);
  }
  return fail(Fault::bad_data, "there is no game called " + std::string(name) + what_is_there());
}

Result<AnyGame> GameCatalog::find_version(std::string_view name, std::string_view version) const {
  for (const GameFile& file : list()) {
    if (file.name != name || file.version != version) continue;
    auto game = load(file.path);
    if (game && (game->name() != name || game->version() != version)) {
      return fail(Fault::bad_data, file.path.string() + " holds " + game->name() + " " +
                                       game->version() + "; rename it to " + game->name() + "@" +
                                       game->version() + std::string(module_extension));
    }
    return game;
  }
  return fail(Fault::bad_data, "there is no version " + std::string(version) + " of " +
                                   std::string(name) + what_is_there());
}

Result<AnyGame> GameCatalog::find_rules(std::string_view rules) const {
  Result<std::pair<GameFile, AnyGame>> found = find_exact(rules);
  if (!found) return Unexpected{found.error()};
  return std::move(found->second);
}

Result<GameFile> GameCatalog::find_file(std::string_view rules) const {
  Result<std::pair<GameFile, AnyGame>> found = find_exact(rules);
  if (!found) return Unexpected{found.error()};
  return std::move(found->first);
}

Result<std::vector<AnyProjection>> GameCatalog::load_projections(const fs::path& file) {
  const auto library = SharedLibrary::open(file);
  if (!library) return Unexpected{library.error()};
  const auto function = reinterpret_cast<tutti_game_projections_function>(
      (*library)->function(TUTTI_GAME_PROJECTIONS_SYMBOL));
  std::vector<AnyProjection> projections;
  if (function == nullptr) return projections;
  const UnderDefaultFloats guard;
  for (const tutti_projection* const* table = function(); *table != nullptr; ++table) {
    Result<AnyProjection> projection = AnyProjection::from_table(*table, *library);
    if (!projection) {
      return fail(projection.error().fault, file.string() + ": " + projection.error().sentence);
    }
    projections.push_back(std::move(*projection));
  }
  return projections;
}

Result<std::pair<GameFile, AnyGame>> GameCatalog::find_exact(std::string_view rules) const {
  const auto [name, rest] = split(rules, '@');
  const auto [version, fingerprint] = split(rest, '+');
  if (name.empty() || version.empty() || fingerprint.empty()) {
    return fail(Fault::usage, "'" + std::string(rules) +
                                  "' names no rules; they look like "
                                  "counterpoint@1.0+0123456789abcdef");
  }
  std::string others;
  for (const GameFile& file : list()) {
    if (file.name != name || file.version != version) continue;
    auto game = load(file.path);
    if (!game) return Unexpected{game.error()};
    if (game->rules() == rules) return std::pair(file, std::move(*game));
    others += (others.empty() ? "" : ", ") + file.path.string() + " is " + game->rules();
  }
  if (!others.empty()) {
    return fail(Fault::bad_data, "no module plays by the rules " + std::string(rules) + ": " +
                                     others +
                                     ", which gives other results; get the module of the build "
                                     "that recorded this");
  }
  return fail(Fault::bad_data, "there is no version " + std::string(version) + " of " +
                                   std::string(name) + " for the rules " + std::string(rules) +
                                   what_is_there());
}

Result<AnyGame> GameCatalog::find_any(std::string_view text) const {
  if (text.find('/') != text.npos || text.ends_with(module_extension)) return load(fs::path(text));
  if (text.find('+') != text.npos) return find_rules(text);
  const auto [name, version] = split(text, '@');
  return version.empty() ? find(name) : find_version(name, version);
}

/// The end of a sentence about something that was not found.
std::string GameCatalog::what_is_there() const {
  std::string games;
  for (const GameFile& file : list())
    games += (games.empty() ? "" : ", ") + file.name + "@" + file.version;
  std::string places;
  for (const fs::path& folder : folders_)
    places += (places.empty() ? "" : ", ") + folder.string();
  if (places.empty()) return "; no folders to look in were given";
  return games.empty() ? "; no game module (<game>@<version>.so) is in " + places
                       : "; there is " + games + " in " + places;
}

}  // namespace tutti
