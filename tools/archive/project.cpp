// tutti archive project: read models of many matches in a database.

#include <algorithm>

#include "archive/parts.hpp"
#include "base/match_files.hpp"
#include "base/print.hpp"

namespace tutti::tool {

namespace {

Result<void> fold_folder(std::span<const std::string> files, Modules& modules, Database& database,
                         Totals& totals) {
  Progress progress("projecting");
  for (std::size_t first = 0; first < files.size(); first += matches_at_once()) {
    std::vector<MatchSource> sources;
    for (const std::string& file :
         files.subspan(first, std::min(matches_at_once(), files.size() - first)))
      sources.push_back({.name = file, .read = [file] { return read_match_file(file); }});
    const auto folded = fold_some(sources, modules, database, totals);
    if (!folded) return Unexpected{folded.error()};
    for (const Folded& each : *folded) {
      if (each.problem) complain(*each.problem);
    }
    progress.show(static_cast<std::int64_t>(first), static_cast<std::int64_t>(files.size()));
  }
  return {};
}

Exit project_folder(const ProjectOptions& options) {
  const auto files = match_files(options.folder);
  if (!files) return complain(files.error());
  const auto database = open_database(options.database);
  if (!database) return complain(database.error());
  if (const Result<void> prepared = prepare(**database, options.database); !prepared) {
    return complain(prepared.error());
  }
  Modules modules(options.choice);
  Totals totals;
  Result<void> done = fold_folder(*files, modules, **database, totals);
  if (done) done = serve(**database, modules.used_projections());
  if (done) done = rate_players(**database);
  return report_projected(options, totals, done, totals.failed == 0);
}

Exit run(const ProjectOptions& options) {
  const bool has_folder = !options.folder.empty(), has_fleet = !options.fleet.servers.empty();
  if (has_folder == has_fleet) {
    return complain({Fault::usage, "name a folder with match files, or a fleet by --fleet"});
  }
  if (options.follows && has_folder) {
    return complain({Fault::usage, "--follow waits for matches of a fleet: name it by --fleet"});
  }
  return has_fleet ? project_fleet(options) : project_folder(options);
}

}  // namespace

Exit report_projected(const ProjectOptions& options, const Totals& totals, const Result<void>& done,
                      bool is_whole) {
  Report report;
  report.add("database", shown_database(options.database));
  report.add("matches_projected", totals.matches);
  report.add("matches_known", totals.known);
  report.add("matches_failed", totals.failed);
  report.add("ticks", totals.ticks);
  report.add("rows", totals.rows);
  report.print(options.json);
  if (!done) return complain(done.error());
  return is_whole ? Exit::done : Exit::bad;
}

void add_archive_project(Command& archive) {
  auto options = std::make_shared<ProjectOptions>();
  Command& command = archive.subcommand("project", "Fold matches into a database");
  command.optional_argument("folder", options->folder, "a folder with match files (.tutti)");
  options->fleet.add_optional_to(command, "instead of a folder, the archive of the fleet there");
  command.option("--db", options->database,
                 "the database: a file of SQLite, which is made if it is not there, or "
                 "postgresql://USER@HOST/NAME");
  command.require("--db");
  command.flag("--follow", options->follows, "with a fleet: go on with matches as they end");
  options->choice.add_folders_to(command);
  command.json(options->json);
  command.examples(R"(
Each projection that a game's module offers becomes a table, <name>_v<version>, whose first column
is the row's match, and <name> is a view of the version that serves. The tables matches,
participants, corrections and arrivals describe the matches; projected says which projections of
which matches are there. A match that the database has is not folded again, whatever its file is
called. A projection of a new version gets a table of its own beside the old one; when all matches
are folded, the view shows the new one, for all projections at once. The table ratings has Elo
ratings by name, from a projection `results` with the columns tick, number, player and result;
matches that a referee voided do not count. Times are UTC.
With --fleet any number of these, on any machines, share the work; start as many as you like. One
that is killed counts nothing twice, and loses nothing. They end when all history is folded, unless
they follow. What cannot be folded is in the table unfolded, and is tried again when its game's
module is there; the exit status is 3 then.
Passwords belong into PGPASSWORD or ~/.pgpass, since others can see a command line.
Examples:
  tutti archive project ~/.local/share/tutti/matches --db matches.db
  tutti archive project --fleet nats://10.0.0.1:4222 --db postgresql://stats@10.0.0.9/matches
  tutti archive project --fleet nats://10.0.0.1:4222 --db matches.db --follow
  sqlite3 matches.db 'select character, move, sum(hit), sum(used) from moves group by 1, 2')");
  command.action([options] { return run(*options); });
}

}  // namespace tutti::tool
