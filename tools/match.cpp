// tutti match: a whole match in this process and in virtual time, under simulated weather.

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <filesystem>

#include "base/bot_choice.hpp"
#include "base/commands.hpp"
#include "base/game_choice.hpp"
#include "base/output_file.hpp"
#include "base/report.hpp"
#include "base/terms_choice.hpp"
#include "base/weather_choice.hpp"
#include "tutti/engine/files.hpp"
#include "tutti/engine/storm.hpp"
#include "tutti/net/messages.hpp"
#include "tutti/replay/match_file.hpp"

namespace tutti::tool {

namespace {

/// On even paths a player may simulate at most this many times as many ticks again, for each event
/// of another, as any other player does.
constexpr double uneven_most = 1.5;
/// Fewer ticks that were simulated again prove nothing about that.
constexpr std::uint64_t resimulated_least = 1000;
/// One refused event in so many that were offered is too many where no path breaks.
constexpr std::uint64_t refused_share_least = 100;

struct MatchOptions {
  GameChoice choice;
  WeatherChoice weather;
  BotChoice bots;
  std::int64_t seconds = 60;
  std::uint64_t seed = 1;
  std::uint8_t players = 0;
  std::uint16_t spectators = 0;
  std::uint16_t behind_seconds = 0;
  TermsChoice terms;
  bool is_no_peek = false;
  std::string log;
  bool telemetry = false;
  bool json = false;
};

/// The line that plays the same match again.
std::string command_line(const MatchOptions& options) {
  std::string line = fmt::format("tutti match{} --seed {} --seconds {}", options.choice.text(),
                                 options.seed, options.seconds);
  if (options.players != 0) line += fmt::format(" --players {}", options.players);
  if (options.spectators != 0) {
    line += fmt::format(" --spectators {} --behind {}", options.spectators, options.behind_seconds);
  }
  return line + options.bots.text() + options.terms.text() +
         (options.is_no_peek ? " --no-peek" : "") + options.weather.text();
}

/// The engine's report, and what this tool adds to it.
struct Judged {
  StormReport found;
  std::vector<std::uint64_t> events{};  ///< of each player, in the log
  std::string file{};                   ///< the match file; empty if it is not written
};

/// How much each event of another player made a player do.
struct Load {
  double rollbacks = 0;
  double resimulated = 0;  ///< in ticks
};

std::vector<std::uint64_t> events_by_player(const Log& log) {
  std::vector<std::uint64_t> events(log.setup().players, 0);
  for (const EventView& event : log.events()) {
    if (!event.author.is_relay()) ++events[event.author.player().value];
  }
  return events;
}

Load load_of(const Judged& judged, std::size_t player) {
  if (player >= judged.events.size()) return {};  // the relay did not finish the match
  std::uint64_t foreign = 0;
  for (std::size_t other = 0; other < judged.events.size(); ++other)
    foreign += other == player ? 0 : judged.events[other];
  if (foreign == 0) return {};
  const TimelineStatistics& timeline = judged.found.players[player].timeline;
  const auto each = static_cast<double>(foreign);
  return {static_cast<double>(timeline.rollbacks) / each,
          static_cast<double>(timeline.resimulated) / each};
}

void judge_refusals(StormReport& found) {
  for (std::size_t i = 0; i < found.players.size(); ++i) {
    const StormPlayer& player = found.players[i];
    if (player.refused_events * refused_share_least <= player.offered) continue;
    found.problems.push_back(fmt::format("player {}: {} of {} events were refused", i + 1,
                                         player.refused_events, player.offered));
  }
}

void judge_loads(Judged& judged) {
  std::vector<double> loads;
  for (std::size_t i = 0; i < judged.found.players.size(); ++i) {
    if (judged.found.players[i].timeline.resimulated < resimulated_least) return;
    loads.push_back(load_of(judged, i).resimulated);
  }
  if (loads.empty()) return;
  const auto [least, most] = std::minmax_element(loads.begin(), loads.end());
  if (*most <= *least * uneven_most) return;
  judged.found.problems.push_back(fmt::format(
      "the paths are even, and yet player {} simulated {:.2f} ticks again for each event of "
      "another, player {} {:.2f}",
      most - loads.begin() + 1, *most, least - loads.begin() + 1, *least));
}

Report describe(const StormPlayer& player, const Load& load) {
  Report row;
  row.add("rollbacks", player.timeline.rollbacks);
  row.add("depth_mean", player.timeline.depth_mean());
  row.add("depth_max", player.timeline.depth_max);
  row.add("resimulated", player.timeline.resimulated);
  row.add("rollbacks_per_foreign_event", load.rollbacks);
  row.add("resimulated_per_foreign_event", load.resimulated);
  row.add("events_offered", player.offered);
  row.add("events_moved", player.late_events);
  row.add("events_refused", player.refused_events);
  row.add("input_delay_ticks", player.input_delay_ticks);
  row.add("confirmed_after_ticks", player.confirmation_lag_ticks);
  row.add("effects_cancelled", player.effects_cancelled);
  row.add("effects_retimed", player.effects_retimed);
  row.add("effects", counts(player.facts));
  row.add("digest", to_hex(player.fold));
  return row;
}

Report describe(const StormTotals& wire) {
  const auto both = [&](std::uint64_t WeatherStatistics::*count) {
    return wire.up.play.*count + wire.up.control.*count + wire.down.play.*count +
           wire.down.control.*count;
  };
  Report row;
  row.add("sent", both(&WeatherStatistics::sent));
  row.add("lost", both(&WeatherStatistics::lost));
  row.add("duplicated", both(&WeatherStatistics::duplicated));
  row.add("reordered", both(&WeatherStatistics::reordered));
  row.add("bytes_up", wire.up.bytes());
  row.add("bytes_down", wire.down.bytes());
  return row;
}

Report describe(const Judged& judged, const MatchOptions& options) {
  const StormReport& found = judged.found;
  Report report;
  report.add("rules", found.rules);
  report.add("seed", options.seed);
  report.add("ticks", found.ticks.value);
  report.add("events", found.events);
  report.add("distinct_states", found.distinct_states);
  report.add("equal", found.is_equal);
  report.add("digest", to_hex(found.players.front().fold));
  report.add("replay_digest", to_hex(found.replay_fold));
  if (!judged.file.empty()) report.add("log", judged.file);
  std::vector<Report> players;
  for (std::size_t i = 0; i < found.players.size(); ++i)
    players.push_back(describe(found.players[i], load_of(judged, i)));
  report.add("players", std::move(players));
  if (options.spectators != 0) report.add("spectators", found.spectators);
  report.add("wire", describe(found.wire));
  report.add("problems", found.problems);
  if (!found.problems.empty()) report.add("to_see_it_again", command_line(options));
  return report;
}

/// The file of the match: the one of --log, or else one among the user's matches.
std::string log_path(const MatchOptions& options, const std::string& rules,
                     const std::string& room) {
  if (!options.log.empty()) return options.log;
  std::error_code ignored;  // writing says what is wrong
  std::filesystem::create_directories(default_matches_folder(), ignored);
  const auto now = static_cast<std::int64_t>(std::time(nullptr));
  return fmt::format("{}/{}", default_matches_folder(), match_file_name(now, rules, room));
}

/// Writes the match into that file; among the user's matches it replaces no other.
Result<std::string> write_log(const MatchOptions& options, const std::string& path,
                              const MatchRecord& record) {
  if (options.log.empty()) {
    const std::filesystem::path file = path;
    Result<KeptFile> kept = keep_match_file(record, file.parent_path(), file.filename());
    if (!kept) return Unexpected{kept.error()};
    return kept->path;
  }
  if (Result<void> written = write_match_file(path, record); !written) {
    return Unexpected{written.error()};
  }
  return path;
}

Exit run(const MatchOptions& options) {
  const auto game = options.choice.load();
  if (!game) return complain(game.error());
  const auto players = players_of(*game, options.players);
  if (!players) return complain(players.error());
  const std::int64_t ticks = options.seconds * game->table().tick_rate;
  if (const auto writable = check_output(log_path(options, game->rules(), "")); !writable) {
    return complain(writable.error());
  }
  auto game_options = options.choice.option_bytes();
  if (!game_options) return complain(game_options.error());
  const auto terms = options.terms.terms(0);
  if (!terms) return complain(terms.error());
  const auto bots = options.bots.style();
  if (!bots) return complain(bots.error());
  std::vector<WeatherOptions> up;
  std::vector<WeatherOptions> down;
  for (std::uint8_t player = 0; player < *players; ++player) {
    const auto ways = options.weather.ways(player);
    if (!ways) return complain(ways.error());
    up.push_back(ways->up);
    down.push_back(ways->down);
  }
  StormMatch match({.game = *game,
                    .players = *players,
                    .ticks = Tick{ticks},
                    .seed = options.seed,
                    .paths = std::move(up),
                    .paths_down = std::move(down),
                    .spectators = options.spectators,
                    .spectator_delay_seconds = options.behind_seconds,
                    .game_options = std::move(*game_options),
                    .bots = *bots,
                    .terms = *terms,
                    .room_terms = {.is_no_peek = options.is_no_peek},
                    .keeps_telemetry = options.telemetry});
  {
    Progress progress("playing " + game->name());
    while (!match.advance())
      progress.show(match.clock().value, ticks);
  }
  Judged judged{.found = match.report()};
  std::optional<Error> unwritten;
  if (match.is_finished()) {
    const MatchRecord& record = match.record();
    judged.events = events_by_player(record.log);
    const std::string path = log_path(options, game->rules(), record.room);
    const Result<std::string> written = write_log(options, path, record);
    if (written) {
      judged.file = *written;
    } else {
      unwritten = written.error();
    }
  }
  // A broken path excuses refusals.
  if (!options.weather.has_outages()) judge_refusals(judged.found);
  if (options.weather.is_even()) judge_loads(judged);
  describe(judged, options).print(options.json);
  const Exit exit = judged.found.problems.empty() ? Exit::done : Exit::check_failed;
  if (!unwritten) return exit;
  const Exit failed = complain(*unwritten);
  return exit == Exit::done ? failed : exit;
}

}  // namespace

void add_match(Command& tutti) {
  Command& command =
      tutti.subcommand("match", "Play a whole match in simulated weather, in a moment");
  auto options = std::make_shared<MatchOptions>();
  options->choice.add_to(command, true);
  command.option("--seconds", options->seconds, 1, 86'400, "the match's length in its own time");
  command.option("--seed", options->seed, 0, INT64_MAX, "the seed of everything that is random");
  command.option("--players", options->players, 1, 64,
                 "the number of players; else two, if the game allows");
  command.option("--spectators", options->spectators, 0, 1000, "the number of spectators");
  command.option("--behind", options->behind_seconds, 0, limits::spectator_delay_seconds,
                 "the seconds that spectators stay behind the match");
  options->choice.add_options_to(command);
  options->bots.add_to(command);
  options->weather.add_to(command);
  options->weather.add_players_to(command);
  options->terms.add_to(command);
  command.flag("--no-peek", options->is_no_peek,
               "tell players of another's event only when its tick is final");
  command.option("--log", options->log,
                 "the match file to write; else one among the user's matches");
  command.flag("--telemetry", options->telemetry,
               "also write down what every player saw, for tutti replay seen and play --as");
  command.json(options->json);
  command.examples(R"(
The relay, the sessions and the game are the real ones, in one process; clock, network and disk
are simulated from one seed. The confirmed ticks of every player, of every spectator and of the
written and re-read log have to be equal. Without outages, at most 1 % of a player's events may be
refused. On even paths, no player may simulate more than 1.5 times as many ticks again, for each
event of another player, as somebody else does. Where one of these is not so, the report says what
is wrong and has the line that shows it again; the exit status is 1.
Examples:
  tutti match --game counterpoint
  tutti match --game counterpoint --delay 75ms --jitter 30ms --loss 10% --seed 7
  tutti match --game counterpoint --seconds 600 --log long.tutti --json
Uneven paths; bursts of losses and spectators; input delay instead of rollbacks; no prediction:
  tutti match --game counterpoint --delay 40ms --player 2:delay=120ms --player 2:up:loss=5%
  tutti match --game counterpoint --outage 300ms --outage-every 5s --spectators 3
  tutti match --game counterpoint --delay 60ms --input-delay adaptive
  tutti match --game counterpoint --delay 60ms --input-delay adaptive --lockstep)");
  command.action([options] { return run(*options); });
}

}  // namespace tutti::tool
