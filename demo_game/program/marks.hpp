#pragma once
// The places of a log that one would like to find again: rounds, knock-outs, big hits. Folded from
// the log a little at a time, as it grows.

#include <optional>
#include <span>
#include <vector>

#include "program/wording.hpp"
#include "tutti/replay/cursor.hpp"

namespace counterpoint {

struct Mark {
  enum Kind : std::uint8_t { hit, knockout, round, match };
  tutti::Tick tick{};
  Kind kind = hit;
};

class Marks {
 public:
  /// Folds at most so many ticks more. The session must outlive this.
  void update(const GameSession& session, std::int64_t ticks);
  std::span<const Mark> all() const { return marks_; }

 private:
  std::optional<tutti::Cursor> cursor_;
  std::vector<Mark> marks_;
  bool is_refused_ = false;
};

}  // namespace counterpoint
