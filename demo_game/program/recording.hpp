#pragma once
// The match of a session as files: the match itself, and clips of it.

#include <string>

#include "program/wording.hpp"
#include "tutti/replay/match_record.hpp"

namespace counterpoint {

/// How much of a match one key keeps.
inline constexpr std::int64_t clip_seconds = 30;

/// The match as far as it is final here; nothing before it has begun. `started_utc`: seconds since
/// 1970.
std::optional<tutti::MatchRecord> record_of(const GameSession& session, std::int64_t started_utc);

/// Where matches are kept: the folder that was asked for, or the platform's.
std::string matches_folder(const Options& options);
/// Writes the match into a folder, which is made if need be; the file's name. `ending`: added to
/// the usual name. Faults: system, if it cannot be written.
tutti::Result<std::string> keep(const tutti::MatchRecord& record, const std::string& folder,
                                const std::string& ending = {});
/// The stretch of a match as a file of its own, beginning where the stretch does when it is
/// watched.
tutti::Result<std::string> keep_clip(const tutti::MatchRecord& record, tutti::Tick from,
                                     tutti::Tick to, const std::string& folder);

/// Counts what a session had to take back, for the marks of its recording.
class RollbackMarks {
 public:
  void update(const GameSession& session);
  const std::vector<tutti::Mark>& all() const { return marks_; }

 private:
  std::vector<tutti::Mark> marks_;
  tutti::TimelineStatistics before_{};
};
/// Whether a mark is one of those.
bool is_rollback(const tutti::Mark& mark);

}  // namespace counterpoint
