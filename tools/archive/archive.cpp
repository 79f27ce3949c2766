// tutti archive: many match files at once.

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>

#include "archive/parts.hpp"
#include "base/commands.hpp"
#include "replay/file.hpp"
#include "tutti/replay/cursor.hpp"
#include "tutti/replay/verify.hpp"

namespace tutti::tool {

Result<std::vector<std::string>> match_files(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> files;
  for (std::filesystem::recursive_directory_iterator entry(folder, error), end;
       !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() == ".tutti") files.push_back(entry->path().string());
  }
  if (error) return fail(Fault::system, "cannot read " + folder + ": " + error.message());
  std::sort(files.begin(), files.end());
  return files;
}

namespace {

struct ArchiveOptions {
  GameChoice choice;
  std::string folder;
  std::string candidate;
  bool json = false;
};

/// "void", "decision,restart"; a dash for a match that nobody has corrected.
std::string corrections_in(const MatchSummary& summary) {
  std::string text;
  for (const Correction kind : {Correction::decision, Correction::voided, Correction::restart}) {
    if ((summary.corrections >> static_cast<unsigned>(kind) & 1U) == 0) continue;
    text += (text.empty() ? "" : ",") + std::string(to_text(kind));
  }
  return text.empty() ? "-" : text;
}

Exit list(const ArchiveOptions& options) {
  const auto files = match_files(options.folder);
  if (!files) return complain(files.error());
  bool is_damaged = false;
  for (const std::string& file : *files) {
    const auto summary = read_summary_file(file);
    if (!summary) {
      is_damaged = true;
      complain(summary.error());
      continue;
    }
    std::string names;
    for (const Participant& participant : summary->participants)
      names += (names.empty() ? "" : ",") + participant.name;
    if (options.json) {
      Report row;
      row.add("file", file);
      add_summary(row, *summary);
      row.add("names", names);
      if (summary->corrections != 0) row.add("corrections", corrections_in(*summary));
      row.print_line();
      continue;
    }
    const Setup& setup = summary->opening.setup;
    std::printf("%s\t%s\t%s\t%lld\t%s\t%s\t%s\n", utc(summary->opening.started_utc).c_str(),
                setup.rules.c_str(), summary->opening.room.c_str(),
                static_cast<long long>(summary->last.value), names.c_str(),
                corrections_in(*summary).c_str(), file.c_str());
  }
  return is_damaged ? Exit::bad : Exit::done;
}

/// What became of one match under the candidate.
struct Checked {
  std::string verdict{};  // identical, changed, crashed, skipped; or no_candidate
  std::string cause{};    // the first field that differs, the signal, why it was skipped
  std::int64_t tick = -1;
  std::string events{};  // of that tick
};

Checked fold_both(const MatchRecord& record, const AnyGame& before, const PlayableMatch& after) {
  auto left = Cursor::open(before, record.log);
  auto right = Cursor::open(after.game, after.match.record.log);
  if (!left) return {"skipped", left.error().sentence};
  if (!right) return {"skipped", right.error().sentence};
  for (;;) {
    if (digest_state(before, left->state()) != digest_state(after.game, right->state())) break;
    if (!left->forward() || !right->forward()) return {"identical", ""};
  }
  const auto fields =
      field_diff(list_fields(before, left->state()), list_fields(after.game, right->state()));
  Checked checked{"changed", fields.empty() ? "bytes without a field" : fields.front().path,
                  left->position().value, ""};
  for (const EventView& event : record.log.events_at(left->position()))
    checked.events += (checked.events.empty() ? "" : "; ") + kind_of(event) + " " +
                      content_of(event, &before).text;
  return checked;
}

/// The old build of the rules is not here: the digests that the players agreed on have to do.
Checked fold_one(const PlayableMatch& after) {
  // Heads cover the rules id, so those of the relabelled log are others: compare by tick.
  auto cursor = Cursor::open(after.game, after.match.record.log);
  if (!cursor) return {"skipped", cursor.error().sentence};
  std::size_t compared = 0;
  for (const RecordedDigest& digest : after.match.record.digests) {
    if (digest.tick < cursor->position() || digest.tick > cursor->length()) continue;
    while (cursor->position() < digest.tick)
      cursor->forward();
    ++compared;
    if (!digest.agrees_with(digest_state(after.game, cursor->state()))) {
      return {"changed", "at or before this tick; the module of the old rules would tell the field",
              digest.tick.value};
    }
  }
  while (cursor->forward()) {
  }
  if (compared == 0) return {"skipped", "no digest to compare with"};
  return {"identical", ""};
}

Checked check_one(const std::string& file, const ArchiveOptions& options) {
  GameChoice candidate = options.choice;
  candidate.game = options.candidate;
  const auto read = read_match_file(file);
  if (!read) return {"skipped", read.error().sentence};
  const auto after = open_playable(file, candidate);
  if (!after) return {candidate.load() ? "skipped" : "no_candidate", after.error().sentence};
  const std::string& rules = read->record.log.setup().rules;
  if (rules.substr(0, rules.find('@')) != after->game.name()) {
    return {"skipped", "a match of " + rules};
  }
  const auto before = options.choice.load(rules);
  return before ? fold_both(read->record, *before, *after) : fold_one(*after);
}

/// In a process of its own, since a candidate may crash. One line each comes back.
Checked check_apart(const std::string& file, const ArchiveOptions& options) {
  int ends[2];
  if (::pipe(ends) != 0) return {"skipped", "no pipe"};
  std::fflush(nullptr);
  const ::pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    const Checked found = check_one(file, options);
    const std::string text = found.verdict + "\n" + found.cause + "\n" +
                             std::to_string(found.tick) + "\n" + found.events + "\n";
    const ::ssize_t written = ::write(ends[1], text.data(), text.size());
    ::_exit(written == static_cast<::ssize_t>(text.size()) ? 0 : 1);
  }
  ::close(ends[1]);
  std::string text;
  char buffer[4096];
  for (;;) {
    const ::ssize_t count = ::read(ends[0], buffer, sizeof buffer);
    if (count <= 0) break;
    text.append(buffer, static_cast<std::size_t>(count));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (child < 0) return {"skipped", "no process"};
  if (WIFSIGNALED(status)) return {"crashed", "signal " + std::to_string(WTERMSIG(status))};
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size() && lines.size() < 4;) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  lines.resize(4);
  return {lines[0], lines[1], lines[2].empty() ? -1 : std::stoll(lines[2]), lines[3]};
}

Exit check(const ArchiveOptions& options) {
  const auto files = match_files(options.folder);
  if (!files) return complain(files.error());
  if (files->empty()) return complain({Fault::usage, options.folder + " holds no match files"});
  std::map<std::string, std::uint64_t> verdicts;
  std::map<std::string, std::uint64_t> causes;
  std::vector<Report> rows;
  {
    Progress progress("checking");
    std::int64_t done = 0;
    for (const std::string& file : *files) {
      const Checked found = check_apart(file, options);
      if (found.verdict == "no_candidate") return complain({Fault::bad_data, found.cause});
      ++verdicts[found.verdict];
      if (found.verdict != "identical") ++causes[found.verdict + ": " + found.cause];
      Report row;
      row.add("file", file);
      row.add("verdict", found.verdict);
      if (!found.cause.empty()) row.add("cause", found.cause);
      if (found.tick >= 0) row.add("tick", found.tick);
      if (!found.events.empty()) row.add("events", found.events);
      rows.push_back(std::move(row));
      progress.show(++done, static_cast<std::int64_t>(files->size()));
    }
  }
  Report report;
  report.add("candidate", options.candidate);
  report.add("matches", std::move(rows));
  report.add("verdicts", counts(verdicts));
  report.add("causes", counts(causes));
  report.print(options.json);
  const bool is_fine = verdicts["identical"] == files->size();
  return is_fine ? Exit::done : Exit::check_failed;
}

}  // namespace

void add_archive(Command& tutti) {
  Command& archive = tutti.subcommand("archive", "Work on a folder of match files");
  auto options = std::make_shared<ArchiveOptions>();

  Command& all = archive.subcommand("list", "One line for each match below a folder");
  all.argument("folder", options->folder, "a folder with match files (.tutti)");
  all.flag("--json", options->json, "JSON lines");
  all.examples(
      "Tab-separated: start, rules, room, ticks, names, a referee's corrections (void, restart,\n"
      "decision, or a dash), file. Reads the last 1 KB of each file.\n"
      "Example:\n"
      "  tutti archive list ~/.local/share/tutti/matches | sort -r | head");
  all.action([options] { return list(*options); });

  Command& test = archive.subcommand("check", "Play all matches with a new build of their game");
  test.argument("folder", options->folder, "a folder with match files (.tutti)");
  test.option("--candidate", options->candidate, "the new module: a file, a name or name@version");
  test.require("--candidate");
  test.option("--games-dir", options->choice.folders,
              "a folder with the old modules, looked at first; repeatable");
  test.flag("--json", options->json, "print JSON");
  test.examples(
      "Each match is folded by the candidate and, where the module of its own rules is found, by\n"
      "that one beside it: identical, changed (first tick, first field, events of the tick) or\n"
      "crashed, counted by cause. Exits with 0 only if all are identical.\n"
      "Example:\n"
      "  tutti archive check matches --candidate build/mygame@2.so --games-dir released");
  test.action([options] { return check(*options); });

  add_archive_project(archive);
}

}  // namespace tutti::tool
