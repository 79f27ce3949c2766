// tutti rehearse: plays a game with arbitrary events and re-simulates the last ticks at every tick.

#include <algorithm>
#include <cstdio>
#include <set>

#include "base/commands.hpp"
#include "base/game_choice.hpp"
#include "base/report.hpp"
#include "tutti/sim/crowd.hpp"
#include "tutti/sim/fold_digest.hpp"
#include "tutti/sim/rehearsal.hpp"

namespace tutti::tool {

namespace {

struct RehearseOptions {
  GameChoice choice;
  std::int64_t ticks = 3600;
  std::size_t depth = 8;
  std::uint64_t seed = 1;
  std::uint8_t players = 0;
  bool bots = false;
  bool json = false;
};

/// What to type to see it again.
std::string command_line(const RehearseOptions& options, Tick last) {
  std::string line = "tutti rehearse --game " + options.choice.game + " --seed " +
                     std::to_string(options.seed) + " --depth " + std::to_string(options.depth) +
                     " --ticks " + std::to_string(last.value);
  if (options.players != 0) line += " --players " + std::to_string(options.players);
  if (options.bots) line += " --bots";
  return line;
}

void add_divergence(Report& report, const Divergence& found, const std::string& again) {
  constexpr std::size_t fields_shown = 20;
  std::vector<Report> fields;
  for (const FieldDifference& difference : found.fields) {
    if (fields.size() == fields_shown) break;
    Report row;
    row.add("field", difference.path);
    row.add("first", difference.left);
    row.add("again", difference.right);
    fields.push_back(std::move(row));
  }
  report.add("differs_at_tick", found.tick.value);
  report.add("fields_different", found.fields.size());
  report.add("cause", found.cause);
  report.add("to_see_it_again", again);
  report.add("fields", std::move(fields));
}

Exit run(const RehearseOptions& options) {
  const auto game = options.choice.load();
  if (!game) return complain(game.error());
  const auto players = players_of(*game, options.players);
  if (!players) return complain(players.error());
  if (const auto bots = check_bots(*game, options.bots); !bots) return complain(bots.error());

  Rehearsal rehearsal(*game, game->setup(options.seed, *players), options.depth);
  Crowd crowd(*game, {.seed = options.seed, .players = *players, .bots = options.bots});
  Progress progress("rehearsing " + game->name());
  std::set<Digest> distinct;
  FoldDigest fold;
  std::optional<Divergence> found;
  for (Tick tick{1}; tick.value <= options.ticks && !found; ++tick) {
    found = rehearsal.step(crowd.next(tick, rehearsal.state()));
    const Digest digest = digest_state(*game, rehearsal.state());
    distinct.insert(digest);
    fold.add(tick, digest);
    progress.show(tick.value, options.ticks);
  }

  Report report;
  report.add("rules", game->rules());
  report.add("seed", options.seed);
  report.add("players", *players);
  report.add("ticks", rehearsal.present().value);
  report.add("depth", options.depth);
  report.add("events", crowd.total());
  report.add("distinct_states", distinct.size());
  report.add("is_equal", !found);
  if (found) {
    add_divergence(report, *found, command_line(options, rehearsal.present()));
  } else {
    report.add("digest_of_all_ticks", to_hex(fold.value()));
  }
  report.print(options.json);
  if (!found && distinct.size() < 2) {
    std::fprintf(stderr, "tutti: the state never changed, so this rehearsal proves nothing\n");
    return Exit::check_failed;
  }
  return found ? Exit::check_failed : Exit::done;
}

}  // namespace

void add_rehearse(Command& tutti) {
  Command& command = tutti.subcommand("rehearse", "Look for what makes a game differ from itself");
  auto options = std::make_shared<RehearseOptions>();
  options->choice.add_to(command, true);
  command.option("--ticks", options->ticks, 1, std::int64_t{1} << 32, "how long to play");
  command.option("--depth", options->depth, 1, 256, "ticks to simulate again at every tick");
  command.option("--seed", options->seed, 0, INT64_MAX, "of the game and of what the players do");
  command.option("--players", options->players, 1, 64, "slots; else two, if the game allows");
  command.flag("--bots", options->bots, "the game's bot plays, instead of arbitrary legal events");
  command.flag("--json", options->json, "print JSON");
  command.examples(
      "At every tick it goes back --depth ticks through a snapshot, simulates them again and\n"
      "compares. A difference means that two machines will differ too: an uninitialised variable,\n"
      "a clock, a static or global, a field that is not saved. It prints the tick, the fields and\n"
      "where to look, and exits with 1.\n"
      "Examples:\n"
      "  tutti rehearse --game counterpoint\n"
      "  tutti rehearse --game ./build/mygame@1.so --ticks 100000 --seed 7\n"
      "  tutti rehearse --game counterpoint --bots --depth 30 --json");
  command.action([options] { return run(*options); });
}

}  // namespace tutti::tool
