// tutti rehearse: plays a game with arbitrary events and re-simulates the last ticks at every tick.

#include <set>

#include "base/commands.hpp"
#include "base/event_rows.hpp"
#include "base/print.hpp"
#include "base/rehearse_options.hpp"
#include "base/report.hpp"
#include "tutti/sim/crowd.hpp"
#include "tutti/sim/fold_digest.hpp"
#include "tutti/sim/rehearsal.hpp"

namespace tutti::tool {

namespace {

void add_divergence(Report& report, const Divergence& found, const std::string& again) {
  constexpr std::size_t fields_shown = 20;
  report.add("differs_at_tick", found.tick.value);
  report.add("fields_different", found.fields.size());
  report.add("cause", found.cause);
  report.add("to_see_it_again", again);
  report.add("fields", rows_of(found.fields, fields_shown, {"first", "again"}));
}

Exit run(const RehearseOptions& options) {
  const auto game = options.choice.load();
  if (!game) return complain(game.error());
  const auto players = players_of(*game, options.players);
  if (!players) return complain(players.error());
  if (const auto bots = check_bots(*game, options.bots); !bots) return complain(bots.error());

  auto game_options = options.choice.option_bytes();
  if (!game_options) return complain(game_options.error());
  Setup setup = game->setup(options.seed, *players);
  setup.options = std::move(*game_options);
  Rehearsal rehearsal(*game, std::move(setup), options.depth);
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
    add_divergence(report, *found, options.line_through(rehearsal.present()));
  } else {
    report.add("digest_of_all_ticks", to_hex(fold.value()));
  }
  report.print(options.json);
  if (!found && distinct.size() < 2) {
    warn("the state never changed, so this rehearsal proves nothing");
    return Exit::check_failed;
  }
  if (!found && !game->has_sample() && !options.bots) {
    warn("nobody acted, because {} has no function sample: this proves little", game->name());
  }
  return found ? Exit::check_failed : Exit::done;
}

}  // namespace

void add_rehearse(Command& tutti) {
  Command& command = tutti.subcommand("rehearse", "Find out why a game differs from itself");
  auto options = std::make_shared<RehearseOptions>();
  options->choice.add_to(command, true);
  command.option("--ticks", options->ticks, 1, std::int64_t{1} << 32, "the ticks to play");
  command.option("--depth", options->depth, 1, 256, "the ticks to simulate again at every tick");
  command.option("--seed", options->seed, 0, INT64_MAX,
                 "the seed of the game and of what the players do");
  command.option("--players", options->players, 1, 64,
                 "the number of players; else two, if the game allows");
  options->choice.add_options_to(command);
  command.flag("--bots", options->bots,
               "let the game's bot play, instead of arbitrary legal events");
  command.json(options->json);
  command.examples(R"(
Every tick goes back --depth ticks through a snapshot, simulates them again and compares. A game
that differs from itself will differ between two machines too: an uninitialised variable, a clock,
a static or global, a field that is not saved. The report has the tick, the fields and the usual
causes; the exit status is 1.
Examples:
  tutti rehearse --game counterpoint
  tutti rehearse --game ./build/mygame@1.so --ticks 100000 --seed 7
  tutti rehearse --game counterpoint --bots --depth 30 --json)");
  command.action([options] { return run(*options); });
}

}  // namespace tutti::tool
