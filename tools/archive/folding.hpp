#pragma once
// Matches folded by all projections that their games' modules offer, several at once, into a
// database: the same for match files of a folder and of a fleet's archive.

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "archive/read_models.hpp"
#include "base/game_choice.hpp"
#include "base/match_rows.hpp"

namespace tutti::tool {

/// A game's module, as far as read models need it.
struct Module {
  AnyGame game;
  std::vector<AnyProjection> projections;
};

/// The modules that matches name, each loaded once. For any thread.
class Modules {
 public:
  explicit Modules(const GameChoice& choice) : catalog_(choice.catalog()) {}

  Result<const Module*> of(const std::string& rules);
  /// Whether there is one with these rules, as far as its file's name tells.
  bool may_have(const std::string& rules) const;
  /// The projections of the modules that were asked for.
  std::vector<AnyProjection> used_projections();
  /// All projections of all modules that there are. One that cannot be loaded is told about.
  std::vector<AnyProjection> all_projections() const;

 private:
  GameCatalog catalog_;
  std::mutex mutex_;
  std::map<std::string, Module> modules_;  // under the mutex
};

/// A match file that is to be folded.
struct MatchSource {
  std::string name{};                         ///< in the column `file`
  std::function<Result<ReadMatch>()> read{};  ///< on any thread
};

/// What became of one.
struct Folded {
  std::optional<Error> problem{};  ///< why it was not folded
  std::string rules{};             ///< with a problem: those of which no module is here
};

/// What became of many.
struct Totals {
  std::int64_t matches = 0, known = 0, failed = 0, ticks = 0, rows = 0;
};

/// Called while matches are folded, every now and then.
using Meanwhile = std::function<void()>;

/// Folds some matches and writes them in one transaction, `at_once` in memory at a time. A
/// projection of a match that the database has is left out, whoever else writes there. Returns what
/// became of each. Errors: the database's; then nothing of them is in it.
Result<std::vector<Folded>> fold_some(std::span<const MatchSource> sources, Modules& modules,
                                      Database& database, Totals& totals,
                                      const Meanwhile& meanwhile = {});
/// How many matches are in memory at a time: one for each processor.
std::size_t matches_at_once();

}  // namespace tutti::tool
