#include "program/theatre.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "program/wording.hpp"
#include "tutti/replay/match_file.hpp"

namespace counterpoint {

namespace {

/// `20261120T122454Z-...` as "2026-11-20 12:24"; the name itself if it is none of ours.
std::string time_of(const std::string& name) {
  const bool is_ours = name.size() > 16 && name[8] == 'T' && name[15] == 'Z';
  if (!is_ours) return name;
  return fmt::format("{}-{}-{} {}:{}", name.substr(0, 4), name.substr(4, 2), name.substr(6, 2),
                     name.substr(9, 2), name.substr(11, 2));
}

/// A sentence without the path that it begins with: the list names the file already.
std::string without_path(const std::string& sentence, const std::string& path) {
  const std::size_t at = sentence.find(path);
  if (at != 0) return sentence;
  const std::size_t first = sentence.find_first_not_of(": ", path.size());
  return first == std::string::npos ? sentence : sentence.substr(first);
}

/// A referee's ruling on a match: ", void"; nothing for a match that nobody has corrected.
const char* ruling_of(const tutti::MatchSummary& summary) {
  const auto has = [&](tutti::Correction kind) {
    return (summary.corrections >> static_cast<unsigned>(kind) & 1U) != 0;
  };
  if (has(tutti::Correction::voided)) return ", void";
  if (has(tutti::Correction::restart)) return ", to be played again";
  return has(tutti::Correction::decision) ? ", decided" : "";
}

Recording recording_of(const std::filesystem::path& path) {
  Recording recording{.path = path.string(), .title = time_of(path.filename().string())};
  const auto summary = tutti::read_summary_file(recording.path);
  if (!summary) {
    recording.complaint = without_path(summary.error().sentence, recording.path);
    return recording;
  }
  recording.length = clock_text(summary->last.value);
  if (summary->last.value < Counterpoint::tick_rate) {
    recording.complaint = "nothing of the match is left in it";
  }
  const std::string& rules = summary->opening.setup.rules;
  const std::string own = tutti::any_game<Counterpoint>().rules();
  if (rules.substr(0, rules.find('@')) != Counterpoint::name) {
    recording.complaint = "it is of another game: " + rules;
  } else if (rules != own) {
    recording.complaint = fmt::format("it was played by other rules, {}; these are {}", rules, own);
  }
  if (!recording.complaint.empty()) return recording;
  std::string names;
  for (const auto& participant : summary->participants) {
    if (participant.name.empty()) continue;
    names += (names.empty() ? "" : ", ") + participant.name;
  }
  const bool is_clip = path.filename().string().find("-clip") != std::string::npos;
  recording.title += fmt::format("   {}{}{}", names.empty() ? "at this machine" : names,
                                 is_clip ? ", clip" : "", ruling_of(*summary));
  return recording;
}

}  // namespace

Recordings recordings_in(const std::string& folder, std::size_t most) {
  std::error_code error;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    const bool is_other = name.size() > 16 && name[8] == 'T' &&
                          name.find(std::string("-") + Counterpoint::name) == std::string::npos;
    if (entry.path().extension() == ".tutti" && !is_other) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end(), std::greater<>());
  Recordings recordings;
  if (paths.size() > most) {
    recordings.left_out = paths.size() - most;
    paths.resize(most);
  }
  for (const std::filesystem::path& path : paths)
    recordings.list.push_back(recording_of(path));
  return recordings;
}

}  // namespace counterpoint
