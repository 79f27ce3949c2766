#pragma once
// When did this change? Finds the ticks at which fields of a state get other values, by folding the
// log. Both searches go a few ticks at a time, so that a window stays quick whatever a step costs.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tutti/replay/cursor.hpp"

namespace tutti::inspect {

/// A field that has another value from a tick on; "-" where there is no such field.
struct Change {
  Tick tick{};
  std::string before{};
  std::string after{};
};

/// The direction of a search.
enum class Towards { earlier, later };

/// Searches for the nearest change of one field.
class ChangeSearch {
 public:
  /// Earlier: the last change at `from` or before it. Later: the first one after it. The cursor
  /// must outlive the search; others may move it between two calls.
  ChangeSearch(Cursor& cursor, std::string path, Tick from, Towards towards);

  /// Folds about so many ticks more. Returns whether it is decided.
  bool advance(std::int64_t ticks);
  /// The change; nothing if the field has the same value from there to the match's beginning or to
  /// its end. Valid once it is decided.
  const std::optional<Change>& found() const { return found_; }
  const std::string& path() const { return path_; }
  Towards towards() const { return towards_; }
  /// How far it has looked.
  Tick looked() const { return towards_ == Towards::earlier ? first_ : Tick{position_}; }

 private:
  void begin_stretch();
  void look(const std::string& value);

  Cursor* cursor_;
  std::string path_;
  Towards towards_;
  Tick first_;  // the stretch of ticks that is folded now
  Tick last_;
  Tick position_;
  std::int64_t stretch_ticks_ = 64;  // each one earlier is twice as long
  std::string value_;                // at position_
  std::optional<Change> found_;
  bool is_begun_ = false;
  bool is_over_ = false;
};

/// All values of some fields, from the match's beginning as far as it has come.
class ChangeHistory {
 public:
  /// The game and the log must outlive it; the log may grow. Errors: those of `Cursor::open`.
  static Result<ChangeHistory> open(const AnyGame& game, const Log& log);

  /// The fields to follow. One more makes it begin again.
  void follow(std::vector<std::string> paths);
  const std::vector<std::string>& paths() const { return paths_; }
  /// Folds at most so many ticks more. Returns whether it has come to the end of the log.
  bool advance(std::int64_t ticks);
  /// The tick through which everything is known.
  Tick known() const { return cursor_.position(); }
  /// The values of the field at an index, each by the tick from which on it holds; the first one at
  /// tick 0.
  const std::map<Tick, std::string>& values(std::size_t index) const { return values_[index]; }

 private:
  explicit ChangeHistory(Cursor cursor) : cursor_(std::move(cursor)) {}
  void look();

  Cursor cursor_;
  std::vector<std::string> paths_;
  std::vector<std::map<Tick, std::string>> values_;
};

}  // namespace tutti::inspect
