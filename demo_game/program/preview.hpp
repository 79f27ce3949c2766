#pragma once
// Small pictures of other moments of a match: under the mouse on the timeline, and in the theatre.

#include <optional>
#include <string>

#include "program/wording.hpp"
#include "render/painter.hpp"
#include "tutti/replay/cursor.hpp"
#include "tutti/replay/match_record.hpp"

namespace counterpoint {

class Preview {
 public:
  /// For a window in which what is written has this unit; see render/panel.hpp.
  void fit(float unit);

  /// Of this log, which must outlive it; nothing is drawn if the game cannot play it.
  void open(const tutti::Log& log);
  bool is_open() const { return cursor_.has_value(); }
  /// Makes going anywhere quick, a few ticks at a time.
  void fill(std::int64_t ticks);
  /// The moment at this tick; null if there is none.
  const Canvas* at(tutti::Tick tick);

 private:
  std::optional<tutti::Cursor> cursor_;
  std::optional<tutti::Tick> drawn_;
  Painter painter_;
  Canvas canvas_{1, 1};
};

/// A recorded match in short: its best moment and how it ended. Folded a little at a time.
class Showcase {
 public:
  /// Of this file, for a window with this unit; the same one again changes nothing.
  void show(const std::string& path, float unit);
  void fold(std::int64_t ticks);
  /// Null until there is one.
  const Canvas* picture() const { return has_picture_ ? &canvas_ : nullptr; }
  /// All that is known of it so far, line by line.
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  void note(const Effect& effect);
  void tell();

  std::string path_;
  std::optional<tutti::MatchRecord> record_;
  std::optional<tutti::Cursor> cursor_;
  std::array<std::string, fighters_max> names_{};
  std::array<int, fighters_max> wins_{};
  Painter painter_;
  Canvas canvas_{1, 1};
  int best_ = -1;  // how worth seeing the picture is
  bool has_picture_ = false;
  std::vector<std::string> lines_;
};

}  // namespace counterpoint
