#include "verdict.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "onlookers.hpp"
#include "screens.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/verify.hpp"
#include "world.hpp"

namespace tutti::detail {

namespace {

constexpr const char* log_path = "storm.tutti";

/// A match under weather proves nothing unless at least this much happened in it. Where players act
/// seldom, as in a game of turns, what they did has to have made so much of a difference.
constexpr double rollbacks_per_minute = 100;
constexpr double rollbacks_per_event = 1.0 / 8;  // of another player
constexpr double hits_per_minute = 1;

std::string who(std::size_t machine) { return "player " + std::to_string(machine + 1); }

/// The effects of a whole log, by kind.
std::map<std::string, std::uint64_t> fold_effects(const AnyGame& game, const Log& log) {
  std::map<std::string, std::uint64_t> facts;
  StateBox state = start(game, log.setup());
  std::vector<EffectRecord> effects;
  for (Tick tick{1}; tick <= log.horizon(); ++tick) {
    effects.clear();
    step_state(game, state.get(), log.events_at(tick), &effects);
    for (const EffectRecord& effect : effects)
      ++facts[game.effect_kind(effect.kind)];
  }
  return facts;
}

void check_players(World& world) {
  for (std::size_t i = 0; i < world.machines.size(); ++i) {
    Machine& machine = world.machines[i];
    if (!machine.session) {
      world.report.problems.push_back(who(i) + " is not there in the end");
      world.report.players.push_back(machine.report);
      continue;
    }
    const AnySession& session = *machine.session;
    const SessionStatistics statistics = session.statistics();
    machine.count_events();
    machine.report.timeline = statistics.timeline;
    machine.report.facts = statistics.facts;
    machine.report.late_events = statistics.late_events;
    machine.report.input_delay_ticks = statistics.input_delay_ticks;
    machine.report.network = statistics.network;
    machine.report.fold = statistics.fold.value_or(Digest{});
    machine.report.confirmed = statistics.confirmed;
    machine.report.wire = world.network.totals(machine.link->path());
    if (machine.lag_count > 0) {
      machine.report.confirmation_lag_ticks = machine.lag_total /
                                              static_cast<double>(world.tick_length().count()) /
                                              static_cast<double>(machine.lag_count);
    }
    if (session.status() == Status::failed) {
      world.report.problems.push_back(who(i) + ": " + session.failure().sentence);
    } else if (session.status() != Status::ended) {
      world.report.problems.push_back(who(i) + " did not confirm the last tick; it is at tick " +
                                      std::to_string(statistics.confirmed.value));
    }
    if (const auto tick = session.diverged()) {
      world.report.problems.push_back(who(i) + " was told that states differ since tick " +
                                      std::to_string(tick->value));
    }
    world.report.players.push_back(machine.report);
    world.report.tally.rollbacks += statistics.timeline.rollbacks;
    world.report.tally.events_offered += machine.report.offered;
    world.report.tally.events_refused += machine.report.refused_events;
    world.report.tally.folds_back += statistics.folds_back;
  }
}

void check_log(World& world) {
  // Not the log in memory: a replay has only the written events.
  const Result<void> written = write_match_file(log_path, *world.record, world.relay.storage());
  const Result<ReadMatch> read = read_match_file(log_path, world.relay.storage());
  if (!written || !read) {
    world.report.problems.push_back(!written ? written.error().sentence : read.error().sentence);
    return;
  }
  Result<Verifier> verifier =
      Verifier::begin(world.options.game, read->record, {.folds_all_ticks = true});
  if (!verifier) {
    world.report.problems.push_back(verifier.error().sentence);
    return;
  }
  std::set<Digest> states;
  while (!verifier->is_done()) {
    verifier->advance(1);
    states.insert(digest_state(world.options.game, verifier->state()));
  }
  const Verification verification = verifier->result();
  world.report.ticks = verification.tick;
  world.report.events = verification.events;
  world.report.distinct_states = states.size();
  world.report.replay_fold = verification.all_ticks->value();
  world.report.is_equal = verification.verdict() != Verdict::differs;
  for (const StormPlayer& player : world.report.players) {
    world.report.is_equal = world.report.is_equal && player.fold == world.report.replay_fold &&
                            player.confirmed == world.report.ticks;
  }
  if (!world.report.is_equal) {
    world.report.problems.emplace_back("the digests of players and log differ");
  }
}

void check_witness(World& world) {
  const auto facts = fold_effects(world.options.game, world.record->log);
  for (std::size_t i = 0; i < world.machines.size(); ++i) {
    if (!world.machines[i].session) continue;
    if (world.machines[i].session->status() == Status::ended) {
      world.witness.look_effects(i, *world.machines[i].session, facts);
    }
    world.witness.look_last(i, *world.machines[i].session);
  }
  for (std::size_t i = 0; i < world.onlookers.size(); ++i) {
    if (!world.onlookers[i].session) continue;
    if (world.onlookers[i].session->status() == Status::ended) {
      world.witness.look_effects(world.machines.size() + i, *world.onlookers[i].session, facts);
    }
    stop_watching(world, i);
  }
  world.witness.look_final(world.record->log);
}

/// Inputs of all players a second that the log may have though they were held already. A program
/// that sets its input in every frame would bring sixty for each player.
constexpr std::uint64_t repeats_per_second = 5;

/// Inputs that say what the player's last one said. One is said again where it may have been lost:
/// by a player who was silent, after a refusal, and when a relay has lost power.
std::uint64_t repeated_inputs(const AnyGame& game, const Log& log) {
  std::map<PlayerId, BytesView> last;
  std::uint64_t repeated = 0;
  for (const EventView& event : log.events()) {
    if (event.author.is_relay()) {
      const auto word = decode_relay_event(event.payload);
      if (word && word->kind == EventKind::joined) last.erase(word->player);
      continue;
    }
    if (game.tag_of(event.payload) != PlayerEvent::input) continue;
    const auto [before, is_first] = last.try_emplace(event.author.player(), event.payload);
    repeated += !is_first && std::ranges::equal(before->second, event.payload);
    before->second = event.payload;
  }
  return repeated;
}

/// The log has all that players held and said.
void check_sayings(World& world) {
  const AnyGame& game = world.options.game;
  const Log& log = world.record->log;
  std::vector<const Sayings*> sayings;
  for (const Machine& machine : world.machines) {
    sayings.push_back(&machine.sayings);
    world.report.tally.commands += machine.sayings.said().size();
  }
  for (std::string& problem : judge_sayings(game, log, sayings))
    world.witness.complain(std::move(problem));
  const std::uint64_t repeated = repeated_inputs(game, log);
  const std::uint64_t seconds =
      static_cast<std::uint64_t>(log.horizon().value) / game.table().tick_rate;
  if (world.is_planned() && repeated > repeats_per_second * seconds) {
    world.witness.complain("the log has " + std::to_string(repeated) +
                           " inputs that say what was held already");
  }
  // Without a plan, the last input may have come when the match was over.
  for (std::size_t i = 0; i < world.machines.size() && world.is_planned(); ++i) {
    const Machine& machine = world.machines[i];
    if (!machine.session || machine.session->status() != Status::ended) continue;
    for (const auto& [player, held] : machine.sayings.held()) {
      if (is_last_input(game, log, player, held)) continue;
      world.witness.complain(who(i) + " held another input in the end than the log has");
    }
  }
}

void check_play(World& world) {
  const double minutes = static_cast<double>(world.report.ticks.value) /
                         (60.0 * static_cast<double>(world.options.game.table().tick_rate));
  std::uint64_t acts = 0;
  for (const StormPlayer& player : world.report.players)
    acts += player.acts;
  if (acts == 0) {
    const AnyGame& game = world.options.game;
    std::string problem = "nothing was proven: nobody did anything";
    if (!game.has_bot() && !game.has_sample()) {
      problem += ", since the game has no function play and no function sample";
    }
    world.report.problems.push_back(std::move(problem));
  }
  const auto ticks = static_cast<std::uint64_t>(world.report.ticks.value);
  if (world.report.distinct_states < distinct_states_least(ticks, acts)) {
    world.report.problems.push_back(
        "nothing was proven: only " + std::to_string(world.report.distinct_states) +
        " distinct states in " + std::to_string(world.report.ticks.value) + " ticks");
  }
  const bool is_calm =
      std::all_of(world.machines.begin(), world.machines.end(), [](const Machine& machine) {
        return machine.around.up.is_calm() && machine.around.down.is_calm();
      });
  if (is_calm || world.options.players < 2) return;
  for (std::size_t i = 0; i < world.report.players.size(); ++i) {
    const StormPlayer& player = world.report.players[i];
    const std::string nothing = "nothing was proven: " + who(i);
    if (world.options.terms.is_lockstep) {
      if (player.timeline.rollbacks > 0) {
        world.report.problems.push_back(who(i) + " rolled back in lockstep");
      }
    } else {
      const double by_acts = rollbacks_per_event * static_cast<double>(acts - player.acts);
      const double least = std::min(rollbacks_per_minute * minutes, std::max(1.0, by_acts));
      if (static_cast<double>(player.timeline.rollbacks) < least) {
        world.report.problems.push_back(nothing + " had only " +
                                        std::to_string(player.timeline.rollbacks) + " rollbacks");
      }
    }
    const auto hits = player.facts.find("hit");
    if (hits != player.facts.end() &&
        static_cast<double>(hits->second) < hits_per_minute * minutes) {
      world.report.problems.push_back(nothing + " saw only " + std::to_string(hits->second) +
                                      " hits");
    }
  }
}

}  // namespace

void judge(World& world) {
  check_players(world);
  world.report.wire = world.network.totals();
  world.record = world.relay.end();
  if (world.record) {
    if (world.options.keeps_telemetry) check_telemetry(world);
    check_log(world);
    check_onlookers(world);
    check_witness(world);
    check_sayings(world);
  } else {
    world.report.problems.emplace_back("the relay did not finish the match");
  }
  world.report.problems.insert(world.report.problems.end(), world.witness.problems().begin(),
                               world.witness.problems().end());
  world.report.tally.players = world.machines.size();
  world.report.tally.spectators = world.onlookers.size();
  world.report.tally.events_taken_back = world.witness.taken_back();
  world.report.tally.rooms_without_peeking = world.options.room_terms.is_no_peek ? 1 : 0;
  world.report.tally.trace = world.witness.trace();
  // A plan proves something over many seeds, not in each of them.
  if (!world.is_planned()) check_play(world);
}

}  // namespace tutti::detail
