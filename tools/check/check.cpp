// tutti check: whether a game keeps the rules that a simulation has to keep.

#include <fmt/format.h>

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

/// How long a check plays if nobody says: the first that all checks can play in sensible time.
constexpr std::int64_t ticks_to_choose[] = {1800, 600, 180, 60};
constexpr double seconds_sensible = 20;
/// How often all checks together step a tick.
constexpr double steps_of_a_tick = 48;

struct CheckOptions {
  GameChoice choice;
  std::string what;
  std::int64_t ticks = 0;  // nobody said
  std::uint64_t seed = 1;
  std::uint8_t players = 0;
  bool bots = false;
  bool alone = false;
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
  return !task.write.empty() || !task.compare.empty() || task.fields_at >= 0;
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
  Subject subject{
      .game = game, .module = module_of(game), .ticks = options.ticks, .is_alone = options.alone};
  const auto players = players_of(game, options.players);
  if (!players) return Unexpected{players.error()};
  if (const auto bots = check_bots(game, options.bots); !bots) return Unexpected{bots.error()};
  subject.crowd = {.seed = options.seed, .players = *players, .bots = options.bots};
  auto own = options.choice.option_bytes();
  if (!own) return Unexpected{own.error()};
  subject.options = std::move(*own);
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
      {"what it calls", check_imports},
      {"is played", check_life},
      {"numbers", check_numbers},
      {"rehearsal", check_rehearsal},
      {"snapshots", check_snapshots},
      {"digest covers the state", check_digest_coverage},
      {"fields are listed", check_field_list},
      {"hostile events", check_hostile_events},
      {"undefined behaviour", check_undefined_behaviour},
      {"speed", check_speed},
  };
  constexpr Check with_everybody[] = {
      {"everybody acts: rehearsal", check_rehearsal},
      {"everybody acts: snapshots", check_snapshots},
      {"everybody acts: hostile events", check_hostile_events},
      {"everybody acts: numbers", check_numbers},
  };
  const Subject everybody = subject.with_everybody();
  Progress progress("checking " + subject.game.name());
  std::int64_t done = 0;
  const std::size_t all =
      std::size(checks) + std::size(with_everybody) + count_surroundings(builds);
  const auto begins = [&] { progress.show(done++, static_cast<std::int64_t>(all)); };
  for (const Check& check : checks) {
    begins();
    findings.push_back(isolated(check.name, [&] { return check.function(subject); }));
  }
  for (const Check& check : with_everybody) {
    begins();
    findings.push_back(isolated(check.name, [&] { return check.function(everybody); }));
    findings.back().sentence +=
        fmt::format(" ({} players, who all act at once at times)", everybody.crowd.players);
  }
  for (Finding& finding : check_surroundings(subject, builds, begins))
    findings.push_back(std::move(finding));
}

Exit report(const CheckOptions& options, const std::vector<Finding>& findings) {
  if (options.json)
    print_json(findings, options.what, options.seed);
  else
    print_findings(findings);
  const bool has_failed = std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.outcome == Outcome::wrong || (finding.is_left_out && !finding.is_waived);
  });
  return has_failed ? Exit::check_failed : Exit::done;
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
    auto subject = subject_of(options, *game);
    if (!subject) return complain(subject.error());
    if (subject->options.empty()) subject->options = read->record.log.setup().options;
    check_game(*subject, options.builds, findings);
  }
  return report(options, findings);
}

/// Errors: a build that is to be compared is no game module, or cannot be loaded.
Result<void> check_builds(const CheckOptions& options) {
  for (const std::string& build : options.builds) {
    // In a process of its own: two builds of one game in one process may share what they should
    // not.
    const Finding loaded = isolated("load", [&build] {
      const auto game = GameCatalog::load(build);
      if (game) return Finding{};
      return Finding{.outcome = Outcome::note, .sentence = game.error().sentence};
    });
    if (loaded.outcome == Outcome::good) continue;
    return fail(Fault::bad_data, "--against " + build + ": " + loaded.sentence);
  }
  return {};
}

Exit run(const CheckOptions& options) {
  const auto conditions = fold_conditions();
  if (std::find(conditions.begin(), conditions.end(), options.fold.under) == conditions.end()) {
    return complain({Fault::usage, "there is no condition " + options.fold.under});
  }
  if (const auto builds = check_builds(options); !builds) return complain(builds.error());
  prepare_fold(options.fold.under, options.what);
  const std::vector<std::string> files = recordings_in(options.what);
  if (!files.empty()) return check_recordings(options, files);
  const auto game = options.choice.catalog().find_any(options.what);
  if (!game) return complain(game.error());
  const auto subject = subject_of(options, *game);
  if (!subject) return complain(subject.error());
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
                   "a name, name@version, rules id or module file; or a recorded match or a folder "
                   "of them, which is verified together with its game");
  options->choice.add_to(command, false);
  command.option("--ticks", options->ticks, 60, std::int64_t{1} << 32,
                 "how many ticks each check plays; by default 1800, or 600, 180 or 60 if a tick "
                 "is slow");
  command.option("--seed", options->seed, 0, INT64_MAX,
                 "the seed of the game and of what the players do");
  command.option("--players", options->players, 1, 64,
                 "the number of slots; by default two, if the game allows it");
  options->choice.add_options_to(command);
  command.flag("--bots", options->bots, "let the game's bot play, not arbitrary legal events");
  command.option("--against", options->builds,
                 "another build of the same rules, to be compared tick by tick; repeatable");
  command.flag(
      "--alone", options->alone,
      "pass although uninitialised locals were not looked for, since there is no build with "
      "garbage in locals beside the module");
  command.option("--digests", options->fold.write,
                 "only fold, and write the digest of every tick to this file");
  command.option("--compare", options->fold.compare,
                 "only fold, and compare with such a file, perhaps from another machine");
  command.option("--under", options->fold.under,
                 "how a fold alone is done: plain, later, poison, garbage, heap-order, locale, "
                 "threads, beside, warm, flush, upwards, downwards, towards-zero or loading");
  command.option("--fields-at", options->fold.fields_at, 0, std::int64_t{1} << 32,
                 "only fold, and list the fields at this tick; 0 is the start");
  command.flag("--lines", options->lines, "print the result of a fold for a program to read");
  command.flag("--json", options->json, "print JSON");
  command.examples(
      "Plays the game with arbitrary events, for two players and for as many as it allows. Each\n"
      "check runs in a process of its own: it goes back and simulates again, brings states back\n"
      "from bytes, changes every byte, sends garbage, looks for NaN, and folds the match again\n"
      "with other memory, addresses, dates, hash tables, environment, locale, threads,\n"
      "floating-point settings and processor features, and after other matches. A check that\n"
      "fails names the tick, the fields and the usual causes; sim/README.md explains each.\n"
      "The exit status is 1 if any check fails, or could not be made: uninitialised locals show "
      "only\n"
      "in a second build, which CMake makes beside each module. A note is no failure.\n"
      "Examples:\n"
      "  tutti check counterpoint\n"
      "  tutti check ./mygame@1.so --against ./clang/mygame@1.so --against ./ubsan/mygame@1.so\n"
      "  tutti check matches/ --json\n"
      "  tutti check mygame --fields-at 600\n"
      "  tutti check mygame --digests here.txt        # and on the other machine:\n"
      "  tutti check mygame --compare here.txt");
  command.action([options] { return run(*options); });
}

}  // namespace tutti::tool
