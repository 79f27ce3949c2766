#pragma once
// The parts of `tutti replay`, one file each.

#include "base/command.hpp"
#include "base/game_choice.hpp"
#include "tutti/replay/match_record.hpp"

namespace tutti::tool {

/// events, state, diff, export.
void add_replay_look(Command& replay);
/// play, take-over.
void add_replay_view(Command& replay);
/// A stretch of a match as a video, or as numbered pictures where no ffmpeg is installed.
struct VideoOptions {
  GameChoice choice{};
  std::string file{};
  std::string out{};
  std::int64_t from = 0;
  std::int64_t to = -1;  ///< a tick; -1 for the last one
  std::int64_t as = -1;  ///< a slot; -1 for the match as it was
  std::string size = "1280x720";
};
Exit export_video(const VideoOptions& options);
/// seen.
void add_replay_seen(Command& replay);
/// recover, slice, merge, correct.
void add_replay_make(Command& replay);
/// branch.
void add_replay_branch(Command& replay);

}  // namespace tutti::tool
