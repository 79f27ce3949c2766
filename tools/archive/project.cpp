// tutti archive project: read models of many matches in a SQLite database.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <future>
#include <map>
#include <set>
#include <thread>

#include "archive/parts.hpp"
#include "archive/read_models.hpp"
#include "base/match_files.hpp"
#include "base/match_rows.hpp"
#include "tutti/replay/projection.hpp"

namespace tutti::tool {

namespace {

struct ProjectOptions {
  GameChoice choice;
  std::string folder;
  std::string database;
  bool json = false;
};

struct Module {
  AnyGame game;
  std::vector<AnyProjection> projections;
};

/// The rows of one match, to be written by the thread that owns the database.
struct Projected {
  std::string file;
  std::optional<Error> problem{};
  std::optional<MatchSummary> summary{};  // its head is that of the match as it was played
  std::vector<RelayEvent> corrections{};
  std::vector<Arrivals> arrivals{};
  std::vector<AnyProjection> projections{};  // those that were missing
  std::vector<std::vector<Row>> rows{};      // of each
  std::int64_t ticks = 0;
};

/// Which projections, by version, are in the database for a head.
using Known = std::map<std::string, std::set<std::pair<std::string, std::int64_t>>>;

bool is_known(const Known& known, const MatchSummary& summary, const AnyProjection& projection) {
  const auto found = known.find(to_hex(summary.head));
  return found != known.end() && found->second.contains({projection.name(), projection.version()});
}

Projected project_one(const std::string& file, const Module& module, const Known& known) {
  Projected projected{.file = file};
  const Result<ReadMatch> match = read_match_file(file);
  if (!match) {
    projected.problem = match.error();
    return projected;
  }
  if (match->damage) {  // its rest would count as a match of its own
    projected.problem =
        Error{Fault::bad_data, fmt::format("{}; recover it first", match->damage->sentence)};
    return projected;
  }
  projected.summary = summarize(match->record);
  projected.summary->head = head_as_played(match->record.log);
  projected.corrections = corrections(match->record.log);
  projected.arrivals = arrivals_in(match->record);
  for (const AnyProjection& projection : module.projections) {
    if (!is_known(known, *projected.summary, projection)) {
      projected.projections.push_back(projection);
    }
  }
  projected.rows.resize(projected.projections.size());
  if (projected.projections.empty()) return projected;
  const auto take = [&](std::size_t index, std::span<const tutti_cell> cells) {
    projected.rows[index].push_back(row_of(cells));
  };
  const Result<std::int64_t> ticks =
      project(module.game, match->record.log, projected.projections, take);
  if (!ticks) {
    projected.problem = ticks.error();
  } else {
    projected.ticks = *ticks;
  }
  return projected;
}

Result<void> write_match(Database& database, const Projected& projected) {
  const MatchSummary& summary = *projected.summary;
  const Setup& setup = summary.opening.setup;
  const std::string head = to_hex(summary.head);
  Result<void> done = database.run(
      "insert or ignore into matches (head, file, rules, room, started_utc, ticks, tick_rate) "
      "values (?, ?, ?, ?, ?, ?, ?)",
      {head, projected.file, setup.rules, summary.opening.room, utc(summary.opening.started_utc),
       summary.last.value, std::int64_t{setup.tick_rate}});
  if (!done) return done;
  std::int64_t match = 0;
  done = database.run("select id from matches where head = ?", {head},
                      [&](const auto& cells) { match = std::get<std::int64_t>(cells[0]); });
  if (!done) return done;
  for (const Participant& participant : summary.participants) {
    done = database.run("insert or ignore into participants values (?, ?, ?, ?)",
                        {match, std::int64_t{participant.player.value}, participant.joined.value,
                         participant.name});
    if (!done) return done;
  }
  for (const RelayEvent& correction : projected.corrections) {
    done = database.run(
        "insert or ignore into corrections values (?, ?, ?, ?, ?)",
        {match, std::int64_t{correction.number}, std::string(to_text(correction.correction)),
         correction.name, correction.text});
    if (!done) return done;
  }
  for (const auto& [all, worst] : projected.arrivals) {
    done = database.run(
        "insert or ignore into arrivals values (?, ?, ?, ?, ?, ?, ?, ?)",
        {match, std::int64_t{all.player.value}, std::int64_t{all.count}, std::int64_t{all.late},
         all.total, all.least, std::int64_t{worst.late}, worst.from.value});
    if (!done) return done;
  }
  for (std::size_t i = 0; i < projected.projections.size(); ++i) {
    const AnyProjection& projection = projected.projections[i];
    for (const Row& row : projected.rows[i]) {
      done = write_row(database, table_of(projection), match, row);
      if (!done) return done;
    }
    done = database.run(
        "insert into projected values (?, ?, ?)",
        {match, std::string(projection.name()), static_cast<std::int64_t>(projection.version())});
    if (!done) return done;
  }
  return {};
}

Result<Known> read_known(Database& database) {
  Known known;
  const Result<void> read =
      database.run("select head, name, version from projected join matches on \"match\" = id", {},
                   [&](const auto& cells) {
                     known[std::get<std::string>(cells[0])].insert(
                         {std::get<std::string>(cells[1]), std::get<std::int64_t>(cells[2])});
                   });
  if (!read) return Unexpected{read.error()};
  return known;
}

/// The modules that the matches name, each loaded once.
class Modules {
 public:
  explicit Modules(const GameChoice& choice) : catalog_(choice.catalog()) {}

  Result<const Module*> of(const std::string& rules) {
    const auto found = modules_.find(rules);
    if (found != modules_.end()) return &found->second;
    const Result<GameFile> file = catalog_.find_file(rules);
    if (!file) return Unexpected{file.error()};
    Result<AnyGame> game = GameCatalog::load(file->path);
    if (!game) return Unexpected{game.error()};
    Result<std::vector<AnyProjection>> offered = GameCatalog::load_projections(file->path);
    if (!offered) return Unexpected{offered.error()};
    static_cast<void>(game->rules());  // computed once, before threads share it
    return &modules_.emplace(rules, Module{std::move(*game), std::move(*offered)}).first->second;
  }

 private:
  GameCatalog catalog_;
  std::map<std::string, Module> modules_;
};

/// Drops the projections that another file of the same match has given meanwhile.
void drop_known(Projected& projected, const Known& known) {
  for (std::size_t i = projected.projections.size(); i-- > 0;) {
    if (!is_known(known, *projected.summary, projected.projections[i])) continue;
    const auto at = static_cast<std::ptrdiff_t>(i);
    projected.projections.erase(projected.projections.begin() + at);
    projected.rows.erase(projected.rows.begin() + at);
  }
}

struct Totals {
  std::int64_t matches = 0, known = 0, failed = 0, ticks = 0, rows = 0;
};

/// Some matches at once, each on a thread; then one transaction for all of them.
Result<void> project_some(std::span<const std::string> files, Modules& modules, Database& database,
                          Known& known, Totals& totals) {
  std::vector<std::future<Projected>> running;
  for (const std::string& file : files) {
    const Result<MatchSummary> summary = read_summary_file(file);
    const Result<const Module*> module =
        summary ? modules.of(summary->opening.setup.rules) : Unexpected{summary.error()};
    if (!module) {
      complain(module.error());
      ++totals.failed;
      continue;
    }
    running.push_back(
        std::async(std::launch::async, project_one, file, std::cref(**module), std::cref(known)));
  }
  std::vector<Projected> all;
  for (std::future<Projected>& one : running)
    all.push_back(one.get());
  if (Result<void> begun = database.run("begin"); !begun) return begun;
  for (Projected& projected : all) {
    if (projected.problem) {
      complain(*projected.problem);
      ++totals.failed;
      continue;
    }
    drop_known(projected, known);
    ++(projected.projections.empty() ? totals.known : totals.matches);
    totals.ticks += projected.ticks;
    for (const auto& rows : projected.rows)
      totals.rows += static_cast<std::int64_t>(rows.size());
    if (Result<void> written = write_match(database, projected); !written) return written;
    auto& of_match = known[to_hex(projected.summary->head)];
    for (const AnyProjection& projection : projected.projections)
      of_match.insert({projection.name(), projection.version()});
  }
  return database.run("commit");
}

Exit run(const ProjectOptions& options) {
  const auto files = match_files(options.folder);
  if (!files) return complain(files.error());
  auto database = Database::open(options.database);
  if (!database) return complain(database.error());
  if (const Result<void> prepared = prepare(*database); !prepared) {
    return complain(prepared.error());
  }
  auto known = read_known(*database);
  if (!known) return complain(known.error());
  Modules modules(options.choice);
  const std::size_t at_once = std::max<std::size_t>(std::thread::hardware_concurrency(), 1);
  Totals totals;
  Result<void> done;
  {
    Progress progress("projecting");
    for (std::size_t first = 0; done && first < files->size(); first += at_once) {
      const auto some = std::span(*files).subspan(first, std::min(at_once, files->size() - first));
      done = project_some(some, modules, *database, *known, totals);
      progress.show(static_cast<std::int64_t>(first), static_cast<std::int64_t>(files->size()));
    }
  }
  if (done) done = rate_players(*database);
  Report report;
  report.add("database", options.database);
  report.add("matches_projected", totals.matches);
  report.add("matches_known", totals.known);
  report.add("matches_failed", totals.failed);
  report.add("ticks", totals.ticks);
  report.add("rows", totals.rows);
  report.print(options.json);
  if (!done) return complain(done.error());
  return totals.failed > 0 ? Exit::bad : Exit::done;
}

}  // namespace

void add_archive_project(Command& archive) {
  auto options = std::make_shared<ProjectOptions>();
  Command& command = archive.subcommand("project", "Fold matches into a SQLite database");
  command.argument("folder", options->folder, "a folder with match files (.tutti)");
  command.option("--db", options->database, "the database file; it is made if it is not there");
  command.require("--db");
  options->choice.add_folders_to(command);
  command.json(options->json);
  command.examples(R"(
Each projection that a game's module offers becomes a table, <name>_v<version>, whose first column
is the row's match. The tables matches, participants, corrections and arrivals describe the
matches; projected says which projections of which matches are there. A match that the database
has is not folded again, whatever its file is called. A projection of a new version gets a table
of its own beside the old one. The table ratings has Elo ratings by name, from a projection
`results` with the columns tick, number, player and result; matches that a referee voided do not
count. Times are UTC.
Examples:
  tutti archive project ~/.local/share/tutti/matches --db matches.db
  sqlite3 matches.db 'select character, move, sum(hit), sum(used) from moves_v1 group by 1, 2')");
  command.action([options] { return run(*options); });
}

}  // namespace tutti::tool
