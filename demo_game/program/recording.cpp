#include "program/recording.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "tutti/engine/files.hpp"
#include "tutti/replay/match_file.hpp"

namespace counterpoint {

namespace {

/// Rollbacks that can be seen, and how many of them a recording marks at most.
constexpr std::uint64_t visible_ticks = 5;
constexpr std::size_t rollback_marks_max = 200;
constexpr const char* rollback_text = "rollback of ";

}  // namespace

std::optional<tutti::MatchRecord> record_of(const GameSession& session, std::int64_t started_utc) {
  auto record = session.any().recording();
  if (!record) return std::nullopt;
  if (record->room.empty()) record->room = "LOCAL";
  record->started_utc = started_utc;
  return std::move(*record);
}

std::string matches_folder(const Options& options) {
  return options.logs.empty() ? tutti::default_matches_folder() : options.logs;
}

tutti::Result<std::string> keep(const tutti::MatchRecord& record, const std::string& folder,
                                const std::string& ending) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const std::filesystem::path name = tutti::match_file_name(
      record.started_utc, record.log.setup().rules, record.room, tutti::MatchWriter::machine);
  const auto kept = tutti::keep_match_file(
      record, folder, name.stem().string() + ending + name.extension().string());
  if (!kept) {
    return tutti::fail(
        kept.error().fault,
        fmt::format("nothing can be written to the folder {}; is the disk full?", folder));
  }
  return std::filesystem::path(kept->path).filename().string();
}

tutti::Result<std::string> keep_clip(const tutti::MatchRecord& record, tutti::Tick from,
                                     tutti::Tick to, const std::string& folder) {
  tutti::MatchRecord clip = tutti::slice(record, from, to);
  clip.end = tutti::EndReason::sliced;  // even if nothing is known behind it
  return keep(clip, folder, fmt::format("-clip{}", from.value));
}

void RollbackMarks::update(const GameSession& session) {
  const tutti::SessionStatistics statistics = session.statistics();
  const std::uint64_t rollbacks = statistics.timeline.rollbacks - before_.rollbacks;
  const std::uint64_t depth = statistics.timeline.depth_total - before_.depth_total;
  before_ = statistics.timeline;
  const bool is_one = rollbacks > 0 && depth / rollbacks >= visible_ticks;
  if (!is_one || marks_.size() >= rollback_marks_max) return;
  marks_.push_back({statistics.present, statistics.present,
                    fmt::format("{}{} ticks", rollback_text, depth / rollbacks)});
}

bool is_rollback(const tutti::Mark& mark) { return mark.text.starts_with(rollback_text); }

}  // namespace counterpoint
