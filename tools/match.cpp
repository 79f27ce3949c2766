// tutti match: a whole match in this process and in virtual time, under simulated weather.

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <filesystem>

#include "base/bot_choice.hpp"
#include "base/commands.hpp"
#include "base/game_choice.hpp"
#include "base/report.hpp"
#include "base/terms_choice.hpp"
#include "base/weather_choice.hpp"
#include "tutti/engine/files.hpp"
#include "tutti/engine/storm.hpp"
#include "tutti/net/messages.hpp"
#include "tutti/replay/match_file.hpp"

namespace tutti::tool {

namespace {

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
  std::string log;
  bool telemetry = false;
  bool json = false;
};

/// The line that plays the same match again.
std::string command_line(const MatchOptions& options) {
  std::string line = fmt::format("tutti match --game {} --seed {} --seconds {}",
                                 options.choice.game, options.seed, options.seconds);
  if (options.players != 0) line += fmt::format(" --players {}", options.players);
  if (options.spectators != 0) {
    line += fmt::format(" --spectators {} --behind {}", options.spectators, options.behind_seconds);
  }
  return line + options.bots.text() + options.terms.text() + options.weather.text();
}

Report describe(const StormPlayer& player) {
  Report row;
  row.add("rollbacks", player.timeline.rollbacks);
  row.add("depth_mean", player.timeline.depth_mean());
  row.add("depth_max", player.timeline.depth_max);
  row.add("resimulated", player.timeline.resimulated);
  row.add("events_offered", player.offered);
  row.add("events_moved", player.late_events);
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

Report describe(const StormReport& found, const MatchOptions& options, const std::string& log) {
  Report report;
  report.add("rules", found.rules);
  report.add("seed", options.seed);
  report.add("ticks", found.ticks.value);
  report.add("events", found.events);
  report.add("distinct_states", found.distinct_states);
  report.add("equal", found.is_equal);
  report.add("digest", to_hex(found.players.front().fold));
  report.add("replay_digest", to_hex(found.replay_fold));
  report.add("log", log);
  std::vector<Report> players;
  for (const StormPlayer& player : found.players)
    players.push_back(describe(player));
  report.add("players", std::move(players));
  if (options.spectators != 0) report.add("spectators", found.spectators);
  report.add("wire", describe(found.wire));
  report.add("problems", found.problems);
  if (!found.problems.empty()) report.add("to_see_it_again", command_line(options));
  return report;
}

/// The file of the match: the one of --log, or else one among the user's matches.
std::string log_path(const MatchOptions& options, const MatchRecord& record) {
  if (!options.log.empty()) return options.log;
  std::error_code ignored;  // writing says what is wrong
  std::filesystem::create_directories(default_matches_folder(), ignored);
  return default_matches_folder() + "/" +
         match_file_name(static_cast<std::int64_t>(std::time(nullptr)), record.log.setup().rules,
                         record.room);
}

Exit run(const MatchOptions& options) {
  const auto game = options.choice.load();
  if (!game) return complain(game.error());
  const auto players = players_of(*game, options.players);
  if (!players) return complain(players.error());
  const std::int64_t ticks = options.seconds * game->table().tick_rate;
  const auto terms = options.terms.terms(0);
  if (!terms) return complain(terms.error());
  const auto bots = options.bots.style();
  if (!bots) return complain(bots.error());
  std::vector<WeatherOptions> up;
  std::vector<WeatherOptions> down;
  for (std::uint8_t player = 0; player < *players; ++player) {
    const auto ways = options.weather.ways(options.seed, player);
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
                    .bots = *bots,
                    .terms = *terms,
                    .keeps_telemetry = options.telemetry});
  {
    Progress progress("playing " + game->name());
    while (!match.advance())
      progress.show(match.clock().value, ticks);
  }
  const StormReport& found = match.report();
  std::string log;
  if (match.is_finished()) {
    log = log_path(options, match.record());
    const auto written = write_match_file(log, match.record());
    if (!written) return complain(written.error());
  }
  describe(found, options, log).print(options.json);
  return found.problems.empty() ? Exit::done : Exit::check_failed;
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
  options->bots.add_to(command);
  options->weather.add_to(command);
  options->weather.add_players_to(command);
  options->terms.add_to(command);
  command.option("--log", options->log,
                 "the match file to write; else one among the user's matches");
  command.flag("--telemetry", options->telemetry,
               "also write down what every player saw, for tutti replay seen and play --as");
  command.json(options->json);
  command.examples(R"(
The relay, the sessions and the game are the real ones, in one process; clock, network and disk
are simulated from one seed. The confirmed ticks of every player, of every spectator and of the
written and re-read log have to be equal. If they are not, the report says what is wrong and has
the line that shows it again; the exit status is 1.
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
