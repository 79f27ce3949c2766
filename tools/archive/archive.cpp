// tutti archive: many match files at once.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <sstream>

#include "archive/parts.hpp"
#include "base/child_process.hpp"
#include "base/commands.hpp"
#include "base/event_rows.hpp"
#include "base/match_files.hpp"
#include "base/match_rows.hpp"
#include "base/print.hpp"
#include "tutti/replay/cursor.hpp"
#include "tutti/replay/verify.hpp"

namespace tutti::tool {

namespace {

struct ArchiveOptions {
  GameChoice choice;
  std::string folder;
  std::string candidate;
  bool json = false;
};

/// "void", "decision,restart"; a dash for a match that nobody has corrected.
std::string corrections_in(const MatchSummary& summary) {
  std::vector<std::string> kinds;
  for (const Correction kind : {Correction::decision, Correction::voided, Correction::restart}) {
    if ((summary.corrections >> static_cast<unsigned>(kind) & 1U) != 0) {
      kinds.emplace_back(to_text(kind));
    }
  }
  return kinds.empty() ? "-" : joined(kinds, ",");
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
    // The summary stands at the end, and may be whole where the match is not.
    const auto whole = read_match_file(file);
    const std::string damage = !whole          ? whole.error().sentence
                               : whole->damage ? whole->damage->sentence
                                               : summary->damage;
    if (!damage.empty()) {
      is_damaged = true;
      warn("{}", damage);
    }
    std::vector<std::string> players;
    for (const Participant& participant : summary->participants)
      players.push_back(participant.name);
    const std::string names = joined(players, ",");
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
    print_row(stdout, std::array{utc(summary->opening.started_utc), setup.rules,
                                 summary->opening.room, fmt::format("{}", summary->last.value),
                                 names, corrections_in(*summary), file});
  }
  return is_damaged ? Exit::bad : Exit::done;
}

/// One match under the candidate.
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
  std::vector<std::string> events;
  for (const EventView& event : record.log.events_at(left->position()))
    events.push_back(
        fmt::format("{} {}", kind_of(event, &before), content_of(event, &before).text));
  checked.events = joined(events, "; ");
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
    return {"skipped", fmt::format("a match of {}", rules)};
  }
  const auto before = options.choice.load(rules);
  Checked checked = before ? fold_both(read->record, *before, *after) : fold_one(*after);
  if (read->damage && checked.verdict == "identical") {
    return {"skipped", "the file is damaged, and identical only as far as it can be read",
            after->match.record.log.horizon().value};
  }
  return checked;
}

/// In a process of its own, since a candidate may crash. One line each comes back.
Checked check_apart(const std::string& file, const ArchiveOptions& options) {
  auto pipe = Pipe::open();
  if (!pipe) return {"skipped", pipe.error().sentence};
  auto child = ChildProcess::run([&] {
    const Checked found = check_one(file, options);
    const bool is_told = write_all(
        pipe->writing_end(),
        fmt::format("{}\n{}\n{}\n{}\n", found.verdict, found.cause, found.tick, found.events));
    return is_told ? 0 : 1;
  });
  if (!child) return {"skipped", child.error().sentence};
  pipe->close_writing_end();
  std::istringstream lines(read_all(pipe->reading_end()));
  if (const Ending ending = child->wait(); ending.signal != 0) {
    return {"crashed", fmt::format("signal {}", ending.signal)};
  }
  Checked found;
  std::string tick;
  std::getline(lines, found.verdict);
  std::getline(lines, found.cause);
  std::getline(lines, tick);
  std::getline(lines, found.events);
  if (!tick.empty()) found.tick = std::stoll(tick);
  return found;
}

Exit check(const ArchiveOptions& options) {
  const auto files = match_files(options.folder);
  if (!files) return complain(files.error());
  if (files->empty())
    return complain({Fault::usage, fmt::format("{} holds no match files", options.folder)});
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
      if (found.verdict != "identical") ++causes[fmt::format("{}: {}", found.verdict, found.cause)];
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
  Command& archive = tutti.subcommand("archive", "Work on folders of match files");
  auto options = std::make_shared<ArchiveOptions>();

  Command& all = archive.subcommand("list", "List the matches below a folder, one a line");
  all.argument("folder", options->folder, "a folder with match files (.tutti)");
  all.json(options->json, "print JSON lines");
  all.examples(R"(
The columns are the start (UTC), rules, room, ticks, players' names, a referee's corrections
(void, restart, decision, or a dash) and the file, with tabs between them. Each file is read whole;
one that is damaged is named, and the exit status is 3.
Example:
  tutti archive list ~/.local/share/tutti/matches | sort -r | head)");
  all.action([options] { return list(*options); });

  Command& test = archive.subcommand("check", "Play all matches with a new build of their game");
  test.argument("folder", options->folder, "a folder with match files (.tutti)");
  test.option("--candidate", options->candidate, "the new module: a file, a name or name@version");
  test.require("--candidate");
  options->choice.add_folders_to(test);
  test.json(options->json);
  test.examples(R"(
Each match is folded by the candidate and, where the module of its own rules is found, by that
module too. The match is identical, changed (with the first tick, its first field and its events)
or crashed; the report counts causes. A damaged file is skipped. Exit status 0 means that all
matches are identical.
Example:
  tutti archive check matches --candidate build/mygame@2.so --games-dir released)");
  test.action([options] { return check(*options); });

  add_archive_project(archive);
  add_archive_send(archive);
}

}  // namespace tutti::tool
