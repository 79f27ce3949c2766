// What a storm proved: the log against the players, and both against nothing having happened.

#include <algorithm>
#include <set>

#include "tutti/replay/match_file.hpp"
#include "tutti/replay/verify.hpp"
#include "world.hpp"

namespace tutti {

namespace {

constexpr const char* log_path = "storm.tutti";

/// What must have happened for a match under weather to prove anything.
constexpr double rollbacks_per_minute = 100;
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

}  // namespace

void StormMatch::World::judge() {
  check_players();
  report.wire = network.totals();
  if (record) {
    if (options.keeps_telemetry) check_telemetry();
    check_log();
    check_onlookers();
    check_witness();
  } else {
    report.problems.emplace_back("the relay did not finish the match");
  }
  report.problems.insert(report.problems.end(), witness.problems().begin(),
                         witness.problems().end());
  report.tally.players = machines.size();
  report.tally.spectators = onlookers.size();
  report.tally.events_taken_back = witness.taken_back();
  report.tally.trace = witness.trace();
  if (server) {
    report.tally.reconnects += server->statistics().resumed;
    report.tally.adoptions += server->statistics().adopted;
    report.tally.matches_unwritten += server->statistics().matches_unwritten;
  }
  // A plan proves something over many seeds, not in each of them.
  if (!is_planned()) check_play();
}

void StormMatch::World::check_players() {
  for (std::size_t i = 0; i < machines.size(); ++i) {
    detail::Machine& machine = machines[i];
    if (!machine.session) {
      report.problems.push_back(who(i) + " is not there in the end");
      report.players.push_back(machine.report);
      continue;
    }
    const AnySession& session = *machine.session;
    const SessionStatistics statistics = session.statistics();
    machine.report.timeline = statistics.timeline;
    machine.report.facts = statistics.facts;
    machine.report.late_events = statistics.late_events;
    machine.report.input_delay_ticks = statistics.input_delay_ticks;
    machine.report.fold = statistics.fold.value_or(Digest{});
    machine.report.confirmed = statistics.confirmed;
    machine.report.wire = network.totals(machine.link->path());
    if (machine.lag_count > 0) {
      machine.report.confirmation_lag_ticks = machine.lag_total /
                                              static_cast<double>(tick_length().count()) /
                                              static_cast<double>(machine.lag_count);
    }
    if (session.status() == Status::failed) {
      report.problems.push_back(who(i) + ": " + session.failure().sentence);
    } else if (session.status() != Status::ended) {
      report.problems.push_back(who(i) + " did not confirm the last tick; it is at tick " +
                                std::to_string(statistics.confirmed.value));
    }
    if (const auto tick = session.diverged()) {
      report.problems.push_back(who(i) + " was told that states differ since tick " +
                                std::to_string(tick->value));
    }
    report.players.push_back(machine.report);
    report.tally.rollbacks += statistics.timeline.rollbacks;
    report.tally.folds_back += statistics.folds_back;
  }
}

void StormMatch::World::check_log() {
  // Not the log in memory: what a replay has is what was written.
  const Result<void> written = write_match_file(log_path, *record, storage);
  const Result<ReadMatch> read = read_match_file(log_path, storage);
  if (!written || !read) {
    report.problems.push_back(!written ? written.error().sentence : read.error().sentence);
    return;
  }
  Result<Verifier> verifier =
      Verifier::begin(options.game, read->record, {.folds_all_ticks = true});
  if (!verifier) {
    report.problems.push_back(verifier.error().sentence);
    return;
  }
  std::set<Digest> states;
  while (!verifier->is_done()) {
    verifier->advance(1);
    states.insert(digest_state(options.game, verifier->state()));
  }
  const Verification verification = verifier->result();
  report.ticks = verification.tick;
  report.events = verification.events;
  report.distinct_states = states.size();
  report.replay_fold = verification.all_ticks->value();
  report.is_equal = verification.verdict() != Verdict::differs;
  for (const StormPlayer& player : report.players) {
    report.is_equal =
        report.is_equal && player.fold == report.replay_fold && player.confirmed == report.ticks;
  }
  if (!report.is_equal) {
    report.problems.emplace_back("the digests of players and log differ");
  }
}

void StormMatch::World::check_witness() {
  const auto facts = fold_effects(options.game, record->log);
  for (std::size_t i = 0; i < machines.size(); ++i) {
    if (!machines[i].session) continue;
    if (machines[i].session->status() == Status::ended) {
      witness.look_effects(i, *machines[i].session, facts);
    }
    witness.look_last(i, *machines[i].session);
  }
  for (std::size_t i = 0; i < onlookers.size(); ++i) {
    if (!onlookers[i].session) continue;
    if (onlookers[i].session->status() == Status::ended) {
      witness.look_effects(machines.size() + i, *onlookers[i].session, facts);
    }
    stop_watching(i);
  }
  witness.look_final(record->log);
}

void StormMatch::World::check_play() {
  const double minutes = static_cast<double>(report.ticks.value) /
                         (60.0 * static_cast<double>(options.game.table().tick_rate));
  if (static_cast<double>(report.distinct_states) < static_cast<double>(report.ticks.value) / 2) {
    report.problems.push_back("nothing was proven: only " + std::to_string(report.distinct_states) +
                              " distinct states in " + std::to_string(report.ticks.value) +
                              " ticks");
  }
  const bool is_calm =
      std::all_of(machines.begin(), machines.end(), [](const detail::Machine& machine) {
        return machine.around.up.is_calm() && machine.around.down.is_calm();
      });
  if (is_calm || options.players < 2) return;
  for (std::size_t i = 0; i < report.players.size(); ++i) {
    const StormPlayer& player = report.players[i];
    const std::string nothing = "nothing was proven: " + who(i);
    if (options.terms.is_lockstep) {
      if (player.timeline.rollbacks > 0) {
        report.problems.push_back(who(i) + " rolled back in lockstep");
      }
    } else if (static_cast<double>(player.timeline.rollbacks) < rollbacks_per_minute * minutes) {
      report.problems.push_back(nothing + " had only " + std::to_string(player.timeline.rollbacks) +
                                " rollbacks");
    }
    const auto hits = player.facts.find("hit");
    if (hits != player.facts.end() &&
        static_cast<double>(hits->second) < hits_per_minute * minutes) {
      report.problems.push_back(nothing + " saw only " + std::to_string(hits->second) + " hits");
    }
  }
}

}  // namespace tutti
