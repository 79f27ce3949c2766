// tutti storm: many matches in which everything goes wrong that a seed can draw.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <type_traits>

#include "base/child_process.hpp"
#include "base/commands.hpp"
#include "base/game_choice.hpp"
#include "base/match_rows.hpp"
#include "tutti/engine/storm.hpp"
#include "tutti/sim/text.hpp"

namespace tutti::tool {

namespace {

constexpr std::size_t sentence_bytes = 600;
constexpr std::size_t failures_shown = 20;
constexpr std::int64_t seeds_most = 1'000'000'000;

struct StormRunOptions {
  GameChoice choice;
  std::string seeds = "1..64";
  std::string hours = "0.05";
  std::int64_t jobs = 0;
  std::uint8_t players = 0;
  bool twice = false;
  bool json = false;
};

struct Seeds {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

/// "7" or "1..64".
std::optional<Seeds> parse_seeds(const std::string& text) {
  const char* end = text.data() + text.size();
  Seeds seeds;
  const auto [after, error] = std::from_chars(text.data(), end, seeds.first);
  if (error != std::errc()) return std::nullopt;
  seeds.last = seeds.first;
  if (after == end) return seeds;
  if (end - after < 3 || after[0] != '.' || after[1] != '.') return std::nullopt;
  const auto [rest, error_last] = std::from_chars(after + 2, end, seeds.last);
  const bool is_range = error_last == std::errc() && rest == end && seeds.first <= seeds.last &&
                        seeds.last - seeds.first < static_cast<std::uint64_t>(seeds_most);
  return is_range ? std::optional(seeds) : std::nullopt;
}

/// One word of a worker over the pipe. It is smaller than what pipes keep in one piece.
struct Word {
  enum class Kind : std::uint8_t { begun, done };
  Kind kind = Kind::begun;
  std::uint64_t worker = 0;
  std::uint64_t seed = 0;
  std::uint64_t ticks = 0;
  std::uint64_t distinct_states = 0;
  std::uint64_t effects = 0;
  std::uint64_t hits = 0;
  bool has_hits = false;  // the game knows an effect of this name
  std::uint64_t lost = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t reordered = 0;
  StormTally tally{};
  std::array<char, sentence_bytes> problem{};  // the first ones; empty if all is well
};
static_assert(std::is_trivially_copyable_v<Word> && sizeof(Word) < 4096);

bool tell(const Pipe& pipe, const Word& word) {
  return write_all(pipe.writing_end(), {reinterpret_cast<const char*>(&word), sizeof word});
}

/// The common part of every seed's match.
struct SeedMatch {
  Tick ticks;
  std::uint8_t players = 0;
  Bytes game_options{};
  bool is_twice = false;
};

StormOptions options_of(const AnyGame& game, std::uint64_t seed, const SeedMatch& length) {
  StormOptions options = storm_options(game, seed, length.ticks, length.players);
  options.game_options = length.game_options;
  return options;
}

/// One refused event in so many that were offered is too many where nothing went wrong.
constexpr std::uint64_t refused_share = 100;

bool has_faults(const StormTally& tally) {
  return std::any_of(tally.faults.begin(), tally.faults.end(),
                     [](std::uint64_t count) { return count > 0; });
}

Word play(const AnyGame& game, std::uint64_t seed, const SeedMatch& length) {
  StormMatch match(options_of(game, seed, length));
  const StormReport& report = match.run();
  Word word{.kind = Word::Kind::done, .seed = seed, .tally = report.tally};
  word.ticks = static_cast<std::uint64_t>(report.ticks.value);
  word.distinct_states = report.distinct_states;
  for (const StormPlayer& player : report.players) {
    for (const auto& [kind, count] : player.facts) {
      word.effects += count;
      word.has_hits = word.has_hits || kind == "hit";
      if (kind == "hit") word.hits += count;
    }
  }
  for (const StormTraffic* way : {&report.wire.up, &report.wire.down}) {
    word.lost += way->play.lost + way->control.lost;
    word.duplicated += way->play.duplicated + way->control.duplicated;
    word.reordered += way->play.reordered + way->control.reordered;
  }
  std::string problems = joined(report.problems, "; ");
  if (!has_faults(report.tally) &&
      report.tally.events_refused * refused_share > report.tally.events_offered) {
    // First: it says why the others are there.
    problems = fmt::format("{} of {} events were refused{}{}", report.tally.events_refused,
                           report.tally.events_offered, problems.empty() ? "" : "; ", problems);
  }
  if (length.is_twice && problems.empty()) {
    StormMatch again(options_of(game, seed, length));
    if (again.run().tally.trace != report.tally.trace) problems = "played again, it went otherwise";
  }
  problems = cut_text(problems, sentence_bytes - 1);
  std::copy(problems.begin(), problems.end(), word.problem.begin());
  return word;
}

/// One of several processes that share the seeds among them.
struct Share {
  std::uint64_t worker = 0;
  std::uint64_t workers = 1;
};

/// Plays every workers-th seed; says before each which one it is, for the case that it dies.
bool play_share(const Pipe& pipe, const AnyGame& game, const Seeds& seeds, const Share& share,
                const SeedMatch& length) {
  for (std::uint64_t seed = seeds.first + share.worker; seed <= seeds.last; seed += share.workers) {
    if (!tell(pipe, {.kind = Word::Kind::begun, .worker = share.worker, .seed = seed}))
      return false;
    Word word = play(game, seed, length);
    word.worker = share.worker;
    if (!tell(pipe, word)) return false;
  }
  return true;
}

struct Sum {
  std::uint64_t seeds = 0;
  Word all{};
  std::uint64_t trace = 0;
  std::vector<std::pair<std::uint64_t, std::string>> failures;

  void add(const Word& word) {
    ++seeds;
    all.ticks += word.ticks;
    all.distinct_states += word.distinct_states;
    all.effects += word.effects;
    all.hits += word.hits;
    all.has_hits = all.has_hits || word.has_hits;
    all.lost += word.lost;
    all.duplicated += word.duplicated;
    all.reordered += word.reordered;
    for (std::size_t kind = 0; kind < fault_kinds; ++kind)
      all.tally.faults[kind] += word.tally.faults[kind];
    all.tally.rollbacks += word.tally.rollbacks;
    all.tally.events_offered += word.tally.events_offered;
    all.tally.events_refused += word.tally.events_refused;
    all.tally.commands += word.tally.commands;
    all.tally.processes += word.tally.processes;
    all.tally.reconnects += word.tally.reconnects;
    all.tally.relay_restarts += word.tally.relay_restarts;
    all.tally.adoptions += word.tally.adoptions;
    all.tally.role_changes += word.tally.role_changes;
    all.tally.spectators += word.tally.spectators;
    all.tally.ticks_watched += word.tally.ticks_watched;
    all.tally.renewals += word.tally.renewals;
    all.tally.folds_back += word.tally.folds_back;
    all.tally.events_taken_back += word.tally.events_taken_back;
    all.tally.matches_unwritten += word.tally.matches_unwritten;
    all.tally.rooms_without_peeking += word.tally.rooms_without_peeking;
    trace ^= word.tally.trace;  // in any order of coming
    if (word.problem[0] != 0) failures.emplace_back(word.seed, word.problem.data());
  }
  /// Storms in which nothing happened prove nothing.
  std::vector<std::string> find_nothing() const {
    std::vector<std::string> nothing;
    if (all.tally.rollbacks == 0) nothing.emplace_back("nothing was proven: no rollbacks");
    if (all.lost == 0) nothing.emplace_back("nothing was proven: nothing was lost on the way");
    if (all.has_hits && all.hits == 0) nothing.emplace_back("nothing was proven: no hits");
    const auto ticks = static_cast<std::uint64_t>(all.ticks);
    if (all.distinct_states < distinct_states_least(ticks, all.tally.events_offered)) {
      nothing.emplace_back("nothing was proven: the states hardly changed");
    }
    return nothing;
  }
};

Report describe(const Sum& sum, const AnyGame& game, const StormRunOptions& options) {
  const double rate = game.table().tick_rate;
  Report report;
  report.add("rules", game.rules());
  report.add("seeds", sum.seeds);
  report.add("match_hours", static_cast<double>(sum.all.ticks) / rate / 3600);
  Report faults;
  for (std::size_t kind = 0; kind < fault_kinds; ++kind)
    faults.add(to_text(static_cast<FaultKind>(kind)), sum.all.tally.faults[kind]);
  report.add("faults", std::move(faults));
  report.add("datagrams_lost", sum.all.lost);
  report.add("datagrams_duplicated", sum.all.duplicated);
  report.add("datagrams_reordered", sum.all.reordered);
  report.add("rollbacks", sum.all.tally.rollbacks);
  report.add("events_offered", sum.all.tally.events_offered);
  report.add("events_refused", sum.all.tally.events_refused);
  if (game.has_commands()) report.add("commands", sum.all.tally.commands);
  report.add("effects", sum.all.effects);
  report.add("players_restarted", sum.all.tally.processes);
  report.add("reconnects", sum.all.tally.reconnects);
  report.add("relay_restarts", sum.all.tally.relay_restarts);
  report.add("tails_adopted", sum.all.tally.adoptions);
  report.add("role_changes", sum.all.tally.role_changes);
  report.add("spectators", sum.all.tally.spectators);
  report.add("ticks_watched", sum.all.tally.ticks_watched);
  report.add("journals_renewed", sum.all.tally.renewals);
  report.add("sessions_folded_back", sum.all.tally.folds_back);
  report.add("events_taken_back", sum.all.tally.events_taken_back);
  report.add("matches_unwritten", sum.all.tally.matches_unwritten);
  report.add("rooms_without_peeking", sum.all.tally.rooms_without_peeking);
  report.add("trace", fmt::format("{:016x}", sum.trace));
  report.add("seeds_failed", sum.failures.size());
  const std::string more =
      options.players != 0 ? fmt::format(" --players {}", options.players) : std::string();
  std::vector<Report> failures;
  for (const auto& [seed, problem] : sum.failures) {
    if (failures.size() == failures_shown) break;
    Report row;
    row.add("problem", problem);
    row.add("to_see_it_again",
            fmt::format("tutti storm{} --seeds {} --hours {}{}  # {}", options.choice.text(), seed,
                        options.hours, more, game.rules()));
    failures.push_back(std::move(row));
  }
  report.add("failures", std::move(failures));
  report.add("problems", sum.find_nothing());
  return report;
}

Result<Sum> run_all(const AnyGame& game, const Seeds& seeds, const SeedMatch& length,
                    const StormRunOptions& options) {
  auto pipe = Pipe::open();
  if (!pipe) return Unexpected{pipe.error()};
  const std::uint64_t count = seeds.last - seeds.first + 1;
  const auto wanted = static_cast<std::uint64_t>(
      options.jobs > 0 ? options.jobs : std::max<long>(1, ::sysconf(_SC_NPROCESSORS_ONLN)));
  const std::uint64_t jobs = std::min(wanted, count);
  std::vector<ChildProcess> workers;
  for (std::uint64_t worker = 0; worker < jobs; ++worker) {
    auto process = ChildProcess::run([&] {
      return play_share(*pipe, game, seeds, {worker, jobs}, length) ? 0 : 1;
    });
    if (!process) return Unexpected{process.error()};
    workers.push_back(std::move(*process));
  }
  pipe->close_writing_end();
  Sum sum;
  std::vector<std::optional<std::uint64_t>> playing(jobs);
  Progress progress(fmt::format("storms of {}", game.name()));
  Word word;
  while (::read(pipe->reading_end(), &word, sizeof word) == static_cast<ssize_t>(sizeof word)) {
    if (word.kind == Word::Kind::begun) {
      playing[word.worker] = word.seed;
      continue;
    }
    playing[word.worker].reset();
    sum.add(word);
    progress.show(static_cast<std::int64_t>(sum.seeds), static_cast<std::int64_t>(count));
  }
  for (std::size_t worker = 0; worker < workers.size(); ++worker) {
    if (workers[worker].wait().is_good()) continue;
    // An assertion, most likely: its sentence is on stderr.
    sum.failures.emplace_back(playing[worker].value_or(0),
                              "the process died; later seeds of its turn were not played");
  }
  std::sort(sum.failures.begin(), sum.failures.end());
  return sum;
}

Exit run(const StormRunOptions& options) {
  const auto game = options.choice.load();
  if (!game) return complain(game.error());
  const auto seeds = parse_seeds(options.seeds);
  if (!seeds) return complain({Fault::usage, "--seeds is a number or a range such as 1..64"});
  char* rest = nullptr;
  const double hours = std::strtod(options.hours.c_str(), &rest);
  if (rest == options.hours.c_str() || *rest != 0 || !(hours > 0) || hours > 1000) {
    return complain({Fault::usage, "--hours is a number of hours above 0, such as 0.05"});
  }
  if (options.players != 0) {
    if (const auto players = players_of(*game, options.players); !players) {
      return complain(players.error());
    }
  }
  if (const auto able = check_anybody_plays(*game); !able) return complain(able.error());
  game->rules();  // computed before there are several of us
  const Tick ticks{
      std::max<std::int64_t>(1, static_cast<std::int64_t>(hours * 3600 * game->table().tick_rate))};
  auto game_options = options.choice.option_bytes();
  if (!game_options) return complain(game_options.error());
  const SeedMatch length{.ticks = ticks,
                         .players = options.players,
                         .game_options = std::move(*game_options),
                         .is_twice = options.twice};
  const Result<Sum> sum = run_all(*game, *seeds, length, options);
  if (!sum) return complain(sum.error());
  describe(*sum, *game, options).print(options.json);
  return sum->failures.empty() && sum->find_nothing().empty() ? Exit::done : Exit::check_failed;
}

}  // namespace

void add_storm(Command& tutti) {
  Command& command =
      tutti.subcommand("storm", "Play many matches in which everything goes wrong at once");
  auto options = std::make_shared<StormRunOptions>();
  options->choice.add_to(command, true);
  command.option("--seeds", options->seeds,
                 "one seed or a range of seeds; every seed is another storm");
  command.option("--hours", options->hours,
                 "the hours of each match in its own time, before the calm");
  command.option("--players", options->players, 1, 64,
                 "the number of players; else two to four, by the seed");
  options->choice.add_options_to(command);
  command.option("--jobs", options->jobs, 0, 256, "the number of processes; 0 for one a processor");
  command.flag("--twice", options->twice,
               "play each seed again and compare everything that was told");
  command.json(options->json);
  command.examples(R"(
Each seed is a match of two to four bots (or of random events, if the game has no bot) with the
real relay and the real sessions, on a simulated network, disk and clock. Its plan has losses up
to 60 %, bursts, partitions, jitter up to 2 s, changed addresses, clocks that run wrong or jump,
processes that pause, die and come back, players who leave or watch and return, spectators who
come and go, and a relay that pauses, is killed in the middle of a write, loses power, or has a
full or failing disk. At all times: there is one order for all; nothing that anybody was told is
lost, doubled or changed, but for what a power loss takes back; horizons never go back; equal logs
fold to equal states; a healthy player never waits for one in trouble; effects are those of the
log, once. Five seconds of match time after the last fault everybody has confirmed all of the
match.
Exit status 1 means that a seed failed, and the report has the line that shows it again, or that
the storms prove nothing: no rollbacks, no losses, no hits.
Examples:
  tutti storm --game counterpoint
  tutti storm --game ./mygame.so --seeds 1..1000 --hours 0.01 --jobs 2
  tutti storm --game counterpoint --seeds 17 --twice --json)");
  command.action([options] { return run(*options); });
}

}  // namespace tutti::tool
