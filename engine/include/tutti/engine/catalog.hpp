#pragma once
// The game catalog: finds game modules (`<game>@<version>.so`) in folders and loads them. Many
// versions of a game may be loaded side by side, old rules beside new ones.

#include <compare>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tutti/replay/projection.hpp"
#include "tutti/sim/any_game.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/result.hpp"

namespace tutti {

/// A file that is named like a game module. It has not been read.
struct GameFile {
  std::string name;            ///< the part of its name before the `@`
  std::string version;         ///< the part of its name behind it
  std::filesystem::path path;  ///< where it is
};

/// The game modules in some folders.
class TUTTI_API GameCatalog {
 public:
  /// The catalog looks into these folders each time it is asked. A folder need not exist.
  explicit GameCatalog(std::vector<std::filesystem::path> folders = usual_folders());

  /// `../lib/tutti/games` beside the running program, `$XDG_DATA_HOME/tutti/games` (or
  /// `~/.local/share/tutti/games`), `/usr/local/lib/tutti/games`, `/usr/lib/tutti/games`.
  static std::vector<std::filesystem::path> usual_folders();

  /// Loads the module in this file, whatever its name. The library stays loaded as long as a handle
  /// of its game lives. Loading runs the library's code: load no file that you would not run.
  static Result<AnyGame> load(const std::filesystem::path& file);

  /// Every module file by name, the highest version first; among equals the earlier folder first.
  std::vector<GameFile> list() const;
  /// The highest version of a game.
  Result<AnyGame> find(std::string_view name) const;
  /// The game with exactly these rules, `<game>@<version>+<fingerprint>`: neither another version
  /// will do, nor another build of this version that gives other results.
  Result<AnyGame> find_rules(std::string_view rules) const;
  /// The file of the module that plays by exactly these rules.
  Result<GameFile> find_file(std::string_view rules) const;
  /// The projections that the module in this file offers, if any.
  static Result<std::vector<AnyProjection>> load_projections(const std::filesystem::path& file);
  /// The game that a person means by a path to a module, rules, `<game>@<version>`, or a name.
  Result<AnyGame> find_any(std::string_view text) const;

  /// The folders that it looks into, in this order.
  const std::vector<std::filesystem::path>& folders() const { return folders_; }

 private:
  Result<std::pair<GameFile, AnyGame>> find_exact(std::string_view rules) const;
  Result<AnyGame> find_version(std::string_view name, std::string_view version) const;
  std::string what_is_there() const;

  std::vector<std::filesystem::path> folders_;
};

/// The order of versions as people read them: runs of digits by their number, everything else by
/// its letters, so 1.9 < 1.10; a version that continues another one (1.2, 1.2.1) comes after it.
TUTTI_API std::strong_ordering compare_versions(std::string_view left, std::string_view right);

}  // namespace tutti
