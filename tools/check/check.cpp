// tutti check: whether a game keeps the rules that a simulation has to keep.

#include <dlfcn.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <set>

#include "base/commands.hpp"
#include "base/game_choice.hpp"
#include "base/report.hpp"
#include "check/check.hpp"
#include "tutti/replay/match_file.hpp"

namespace tutti::tool {

namespace {

constexpr std::size_t check_fields_shown = 8;
constexpr const char* imports_check = "what it calls";
/// How long a check plays if nobody says: the first that all checks can play in sensible time.
constexpr std::int64_t ticks_to_choose[] = {1800, 600, 180, 60};
constexpr double seconds_sensible = 20;
/// How often all checks together step a tick.
constexpr double steps_of_a_tick = 32;

struct CheckOptions {
  GameChoice choice;
  std::string what;
  std::int64_t ticks = 0;  // nobody said
  std::uint64_t seed = 1;
  std::uint8_t players = 0;
  bool bots = false;
  std::vector<std::string> builds;
  FoldTask fold;
  bool lines = false;
  bool json = false;
};

/// The file that a game's functions came from.
std::string module_of(const AnyGame& game) {
  Dl_info info{};
  // The only way from a function to its library; POSIX has it so.
  void* address = nullptr;
  static_assert(sizeof address == sizeof game.table().step);
  std::memcpy(&address, &game.table().step, sizeof address);
  if (::dladdr(address, &info) == 0 || info.dli_fname == nullptr) return "";
  std::error_code ignored;
  return std::filesystem::absolute(info.dli_fname, ignored).string();
}

bool only_folds(const CheckOptions& options) {
  const FoldTask& task = options.fold;
  return !task.write.empty() || !task.compare.empty() || task.fields_at != 0;
}

std::int64_t affordable_ticks(const Subject& subject) {
  const Finding cost = isolated("cost", [&] { return measure_tick(subject); });
  // Without a figure the game crashed, which the checks will tell.
  const double seconds = cost.figures.empty() ? 0 : cost.figures.front().second;
  for (const std::int64_t ticks : ticks_to_choose) {
    if (static_cast<double>(ticks) * steps_of_a_tick * seconds <= seconds_sensible) return ticks;
  }
  return *std::rbegin(ticks_to_choose);
}

Result<Subject> subject_of(const CheckOptions& options, const AnyGame& game) {
  Subject subject{.game = game, .module = module_of(game), .ticks = options.ticks};
  const auto players = players_of(game, options.players);
  if (!players) return Unexpected{players.error()};
  if (const auto bots = check_bots(game, options.bots); !bots) return Unexpected{bots.error()};
  subject.crowd = {.seed = options.seed, .players = *players, .bots = options.bots};
  if (options.ticks == 0) {
    // A fold alone is compared with one that another machine may have made.
    subject.ticks = only_folds(options) ? ticks_to_choose[0] : affordable_ticks(subject);
  }
  return subject;
}

void check_game(const Subject& subject, const std::vector<std::string>& builds,
                std::vector<Finding>& findings) {
  struct Check {
    const char* name;
    Finding (*function)(const Subject&);
  };
  constexpr Check checks[] = {
      {imports_check, check_imports},
      {"is played", check_life},
      {"rehearsal", check_rehearsal},
      {"snapshots", check_snapshots},
      {"digest covers the state", check_digest_coverage},
      {"fields are listed", check_field_list},
      {"hostile events", check_hostile_events},
      {"undefined behaviour", check_undefined_behaviour},
      {"speed", check_speed},
  };
  Progress progress("checking " + subject.game.name());
  std::int64_t done = 0;
  const std::size_t all = std::size(checks) + count_surroundings(builds);
  const auto begins = [&] { progress.show(done++, static_cast<std::int64_t>(all)); };
  for (const Check& check : checks) {
    begins();
    findings.push_back(isolated(check.name, [&] { return check.function(subject); }));
  }
  for (Finding& finding : check_surroundings(subject, builds, begins))
    findings.push_back(std::move(finding));
}

/// The finding that says most about the cause: those come first that only one cause has.
const Finding* most_telling(const std::vector<Finding>& findings) {
  constexpr const char* order[] = {"undefined behaviour",
                                   "digest covers the state",
                                   "same again, a second later",
                                   "other bytes in unused memory",
                                   "other order of heap addresses",
                                   "fixed addresses",
                                   "older processor",
                                   "other locale",
                                   "other time zone",
                                   "other working folder",
                                   "empty environment",
                                   "a second match beside it",
                                   "busy threads",
                                   "snapshots"};
  for (const char* check : order) {
    for (const Finding& finding : findings) {
      if (finding.check == check && finding.outcome == Outcome::wrong) return &finding;
    }
  }
  for (const Finding& finding : findings) {
    if (finding.outcome == Outcome::wrong) return &finding;
  }
  return nullptr;
}

/// "tick 40, score: ..." and what the module calls, if that is suspicious.
std::string diagnosis(const std::vector<Finding>& findings) {
  const Finding* telling = most_telling(findings);
  if (telling == nullptr) return "";
  std::string text = telling->check;
  if (telling->tick) text += " (tick " + std::to_string(telling->tick->value) + ")";
  text += ": " + telling->causes;
  for (const Finding& finding : findings) {
    if (finding.check == imports_check && finding.outcome == Outcome::note) {
      text += "; and " + finding.sentence;
    }
  }
  return text;
}

Report row_of(const Finding& finding) {
  Report row;
  row.add("check", finding.check);
  constexpr const char* outcomes[] = {"good", "note", "wrong"};
  row.add("outcome", outcomes[static_cast<std::size_t>(finding.outcome)]);
  row.add("sentence", finding.sentence);
  if (finding.tick) row.add("tick", finding.tick->value);
  if (!finding.causes.empty()) row.add("look_for", finding.causes);
  if (!finding.fields.empty()) {
    std::vector<Report> fields;
    for (const FieldDifference& field : finding.fields) {
      Report each;
      each.add("field", field.path);
      each.add("expected", field.left);
      each.add("found", field.right);
      fields.push_back(std::move(each));
    }
    row.add("fields", std::move(fields));
  }
  for (const auto& [name, value] : finding.figures)
    row.add(name, value);
  return row;
}

void print_text(const Finding& finding) {
  constexpr const char* words[] = {"good ", "note ", "WRONG"};
  std::printf("%s  %-30s %s%s\n", words[static_cast<std::size_t>(finding.outcome)],
              finding.check.c_str(),
              finding.tick ? ("tick " + std::to_string(finding.tick->value) + ": ").c_str() : "",
              finding.sentence.c_str());
  for (std::size_t i = 0; i < std::min(finding.fields.size(), check_fields_shown); ++i) {
    const FieldDifference& field = finding.fields[i];
    std::printf("%38s%s: %s, not %s\n", "", field.path.c_str(), field.right.c_str(),
                field.left.c_str());
  }
  if (finding.fields.size() > check_fields_shown)
    std::printf("%38sand %zu fields more\n", "", finding.fields.size() - check_fields_shown);
  if (!finding.causes.empty()) std::printf("%38slook for: %s\n", "", finding.causes.c_str());
}

Exit report(const CheckOptions& options, const std::vector<Finding>& findings) {
  const auto wrong = std::count_if(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.outcome == Outcome::wrong;
  });
  if (options.json) {
    Report report;
    report.add("what", options.what);
    report.add("seed", options.seed);
    report.add("checks_wrong", wrong);
    if (wrong != 0) report.add("most_likely", diagnosis(findings));
    std::vector<Report> rows;
    for (const Finding& finding : findings)
      rows.push_back(row_of(finding));
    report.add("checks", std::move(rows));
    report.print(true);
  } else {
    for (const Finding& finding : findings)
      print_text(finding);
    if (wrong == 0) {
      std::printf("all %zu checks passed: no difference was found\n", findings.size());
    } else {
      std::printf("%d of %zu checks found something; most likely %s\n", static_cast<int>(wrong),
                  findings.size(), diagnosis(findings).c_str());
    }
  }
  return wrong == 0 ? Exit::done : Exit::check_failed;
}

/// The files that are recorded matches: the one named, or all in the folder named.
std::vector<std::string> recordings_in(const std::string& what) {
  std::vector<std::string> files;
  std::error_code ignored;
  if (std::filesystem::is_directory(what, ignored)) {
    for (const auto& entry : std::filesystem::directory_iterator(what, ignored)) {
      if (entry.path().extension() == ".tutti") files.push_back(entry.path().string());
    }
    std::sort(files.begin(), files.end());
  } else if (std::filesystem::path(what).extension() == ".tutti") {
    files.push_back(what);
  }
  return files;
}

Exit check_recordings(const CheckOptions& options, const std::vector<std::string>& files) {
  std::vector<Finding> findings;
  std::set<std::string> seen;
  for (const std::string& file : files) {
    const std::string check = std::filesystem::path(file).filename().string();
    const auto read = read_match_file(file);
    if (!read) return complain(read.error());
    const auto game = options.choice.load(read->record.log.setup().rules);
    if (!game) return complain(game.error());
    findings.push_back(isolated(check, [&] { return check_recording(*game, file); }));
    if (!seen.insert(read->record.log.setup().rules).second) continue;
    const auto subject = subject_of(options, *game);
    if (!subject) return complain(subject.error());
    check_game(*subject, options.builds, findings);
  }
  return report(options, findings);
}

Exit run(const CheckOptions& options) {
  const std::vector<std::string> files = recordings_in(options.what);
  if (!files.empty()) return check_recordings(options, files);
  const auto game = options.choice.catalog().find_any(options.what);
  if (!game) return complain(game.error());
  const auto subject = subject_of(options, *game);
  if (!subject) return complain(subject.error());
  const auto conditions = fold_conditions();
  if (std::find(conditions.begin(), conditions.end(), options.fold.under) == conditions.end()) {
    return complain({Fault::usage, "there is no condition " + options.fold.under});
  }
  std::vector<Finding> findings;
  if (!only_folds(options)) {
    check_game(*subject, options.builds, findings);
  } else {
    findings.push_back(fold(*subject, options.fold));
    findings.back().check = "fold under " + options.fold.under;
    if (options.lines) {
      print_finding(findings.back());
      return Exit::done;
    }
  }
  return report(options, findings);
}

}  // namespace

void add_check(Command& tutti) {
  Command& command = tutti.subcommand("check", "Find out whether a game is deterministic");
  auto options = std::make_shared<CheckOptions>();
  command.argument("GAME", options->what,
                   "a name, name@version, rules or module file; or a recorded match or a folder of "
                   "them, which is verified together with its game");
  options->choice.add_to(command, false);
  command.option("--ticks", options->ticks, 60, std::int64_t{1} << 32,
                 "how long each check plays; else 1800, or 600, 180 or 60 where a tick is slow");
  command.option("--seed", options->seed, 0, INT64_MAX, "of the game and of what the players do");
  command.option("--players", options->players, 1, 64, "slots; else two, if the game allows");
  command.flag("--bots", options->bots, "the game's bot plays, instead of arbitrary legal events");
  command.option("--against", options->builds,
                 "another build of the same rules, to be compared tick by tick; repeatable");
  command.option("--digests", options->fold.write,
                 "only fold, and write every tick's digest to this file");
  command.option("--compare", options->fold.compare,
                 "only fold, and compare with such a file, from another machine perhaps");
  command.option("--under", options->fold.under,
                 "with these two: plain, later, poison, heap-order, locale, threads or beside");
  command.option("--fields-at", options->fold.fields_at, 1, std::int64_t{1} << 32,
                 "only fold, and list the fields at this tick");
  command.flag("--lines", options->lines, "print a fold's result for a program to read");
  command.flag("--json", options->json, "print JSON");
  command.examples(
      "Plays the game with arbitrary events, goes back, brings states back from bytes, changes\n"
      "every byte, sends garbage, and folds it again in processes with other memory, addresses,\n"
      "environment, locale, time zone, folder, threads and processor features. What differs is\n"
      "named with its tick, its fields and the usual causes (sim/README.md explains each).\n"
      "Examples:\n"
      "  tutti check counterpoint\n"
      "  tutti check ./mygame@1.so --against ./clang/mygame@1.so --against ./ubsan/mygame@1.so\n"
      "  tutti check matches/ --json\n"
      "  tutti check mygame --digests here.txt        # and on the other machine:\n"
      "  tutti check mygame --compare here.txt");
  command.action([options] { return run(*options); });
}

}  // namespace tutti::tool
