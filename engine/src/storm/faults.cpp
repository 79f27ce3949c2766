// What goes wrong in a storm, carried out.

#include <algorithm>

#include "tutti/replay/journal_recovery.hpp"
#include "world.hpp"

namespace tutti {

namespace {

using detail::Machine;

constexpr const char* journal_path = "relay.journal";
/// Outputs of a relay's pass among which it may die.
constexpr std::uint32_t doom_outputs = 6;
/// How long after its last fault a machine, and after its last restart the relay, may still be busy
/// with it.
constexpr Duration machine_convalescence = std::chrono::seconds(6);
constexpr Duration relay_convalescence = std::chrono::seconds(14);
/// How long somebody who says goodbye stays to hear that it was heard.
constexpr Duration goodbye_time = std::chrono::seconds(2);
/// Faster or slower clocks than this are followed in jumps.
constexpr std::int32_t skew_well_ppm = 8000;
/// The horizon is told every 8 ticks in silence; two for rounding.
constexpr std::int64_t telling_ticks = 10;
constexpr Duration renewal_interval = std::chrono::seconds(1);
constexpr Instant never = Instant::max();

bool is_of_relay(FaultKind kind) { return kind >= FaultKind::relay_pause; }

}  // namespace

void StormMatch::World::plan_turns() {
  if (!is_planned()) {
    StormPlan plan;
    for (const Tick tick : options.relay_crashes) {
      const Duration at = tick_length() * tick.value;
      plan.faults.push_back({.kind = FaultKind::relay_kill, .begin = at, .end = at});
    }
    faults = plan.faults;
  } else {
    faults = options.plan->faults;
    calm_from = begin + options.plan->calm_from;
  }
  for (std::size_t i = 0; i < faults.size(); ++i) {
    turns.push_back({begin + faults[i].begin, i, true});
    turns.push_back({begin + faults[i].end, i, false});
  }
  std::stable_sort(turns.begin(), turns.end(),
                   [](const Turn& a, const Turn& b) { return a.at < b.at; });
}

void StormMatch::World::take_turn(const Turn& turn) {
  const StormFault& fault = faults[turn.fault];
  if (turn.is_begin) {
    ++report.tally.faults[static_cast<std::size_t>(fault.kind)];
    if (is_of_relay(fault.kind)) {
      relay_well_since = never;
      return begin_relay_fault(fault);
    }
    ++machines[fault.player].faults;
    return begin_fault(fault);
  }
  if (is_of_relay(fault.kind)) {
    end_relay_fault(fault);
    relay_well_since = now + relay_convalescence;
  } else {
    end_fault(fault);
    --machines[fault.player].faults;
    machines[fault.player].well_since = now + machine_convalescence;
  }
}

void StormMatch::World::begin_fault(const StormFault& fault) {
  Machine& machine = machines[fault.player];
  switch (fault.kind) {
    case FaultKind::weather:
    case FaultKind::partition:
      return set_weather(machine, fault.up, fault.down);
    case FaultKind::address_change:
      if (machine.link != nullptr) network.change_address(machine.link->path());
      return;
    case FaultKind::clock_jump:
      return machine.clock.jump(fault.jump);
    case FaultKind::pause:
      machine.due = std::max(machine.due, begin + fault.end);
      return;
    case FaultKind::crash:
      return stop_process(fault.player);
    case FaultKind::leave:
      if (!machine.session) return;
      machine.session->leave();
      machine.leaves_until = now + goodbye_time;
      return;
    case FaultKind::watch:
      machine.would_watch = true;
      return;
    default:
      return;
  }
}

void StormMatch::World::end_fault(const StormFault& fault) {
  Machine& machine = machines[fault.player];
  switch (fault.kind) {
    case FaultKind::weather:
    case FaultKind::partition:
      return set_weather(machine, machine.around.up, machine.around.down);
    case FaultKind::watch:
      machine.would_watch = false;
      return;
    case FaultKind::crash:
    case FaultKind::leave: {
      stop_process(fault.player);
      machine.leaves_until.reset();
      // For who said goodbye and was heard, the slot is gone and this one is as new; a goodbye that
      // was lost with the relay leaves the slot to whoever comes back for it.
      ++report.tally.processes;
      return start_process(fault.player, {.room = room, .name = "somebody", .rules = report.rules});
    }
    default:
      return;
  }
}

void StormMatch::World::begin_relay_fault(const StormFault& fault) {
  switch (fault.kind) {
    case FaultKind::relay_pause:
      relay_due = std::max(relay_due, begin + fault.end);
      return;
    case FaultKind::relay_kill:
    case FaultKind::relay_power_loss:
      // At once, or at one of its next outputs.
      death = fault.kind;
      if (!is_planned() || chance.chance(4)) return kill_relay();
      return mortality.doom(doom_outputs);
    case FaultKind::disk_full:
      storage.set_faults({.space_bytes = 0});
      is_disk_failing = true;
      return;
    case FaultKind::disk_error:
      storage.set_faults({.writes_fail = true});
      is_disk_failing = true;
      return;
    case FaultKind::disk_sync_error:
      return storage.set_faults({.syncs_fail = true});
    default:
      return;
  }
}

void StormMatch::World::end_relay_fault(const StormFault& fault) {
  if (fault.kind == FaultKind::relay_kill || fault.kind == FaultKind::relay_power_loss) {
    if (!is_relay_down) kill_relay();
    start_relay();
  } else if (fault.kind != FaultKind::relay_pause) {
    storage.set_faults({});
    is_disk_failing = false;
  }
}

void StormMatch::World::set_weather(Machine& machine, const WeatherOptions& up,
                                    const WeatherOptions& down) {
  if (machine.link != nullptr) network.set_weather(machine.link->path(), up, down);
  for (std::size_t i = 0; i < onlookers.size(); ++i) {
    if (onlookers[i].link == nullptr || &machines[neighbour_of(i)] != &machine) continue;
    network.set_weather(onlookers[i].link->path(), up, down);
  }
}

void StormMatch::World::kill_relay() {
  // It may have decided what it takes back, and told of it, in the pass in which it dies.
  look_recovered();
  // What was told and is not in the file may be gone, by the disk's fault.
  may_lose = may_lose || is_disk_failing || death == FaultKind::relay_power_loss;
  report.tally.reconnects += server->statistics().resumed;
  report.tally.adoptions += server->statistics().adopted;
  // What it took back may be lost again before anybody has looked.
  may_lose = may_lose || is_recovering;
  server.reset();
  journal.reset();
  relay_link.reset();
  is_relay_down = true;
  if (death == FaultKind::relay_power_loss) storage.lose_power(chance);
}

void StormMatch::World::start_relay() {
  mortality.revive();
  relay_link = std::make_unique<detail::MortalLink>(network.listen(), mortality);
  Result<RecoveredJournal> recovered =
      recover_journal(relay_storage, journal_path, {.sync_interval = options.sync_interval});
  TUTTI_ASSERT(recovered.has_value(), recovered.error().sentence);
  journal.emplace(std::move(recovered->journal));
  RelayServer::Options chosen{.seed = {options.seed, relay_lives, 0, 0}};
  server = std::make_unique<RelayServer>(*relay_link, *journal, chosen);
  if (relay_lives++ == 0) return;
  ++report.tally.relay_restarts;
  is_relay_down = false;
  relay_due = now;
  if (recovered->running.empty()) return witness.complain("the relay forgot its match");
  for (const RecoveredJournal::Running& match : recovered->running)
    server->restore(match.number, match.record, now);
  const RelayMatch* match = server->match(room);
  if (match == nullptr) return witness.complain("the relay forgot its match");
  if (may_lose) {
    // What its players bring back is to be there once they have.
    witness.forgive(match->epoch());
    is_recovering = true;
  } else if (!is_recovering) {
    witness.look_recovered(*match, false);
  }
  may_lose = false;
}

/// As RelayService does it.
void StormMatch::World::renew_journal_if_due() {
  if (!journal->status().must_be_renewed || now < next_renewal) return;
  next_renewal = now + renewal_interval;
  Result<RenewedJournal> renewed = renew_journal(relay_storage, journal_path, *server);
  if (!renewed) return;
  journal = std::move(renewed->journal);
  server->continue_in(*journal, renewed->numbers);
  ++report.tally.renewals;
}

void StormMatch::World::look_recovered() {
  if (!is_recovering || server->is_recovering(room)) return;
  is_recovering = false;
  witness.look_recovered(*server->match(room), true);
}

bool StormMatch::World::is_well(const Machine& machine) const {
  const bool is_watching = machine.session && machine.session->is_watching();
  return machine.faults == 0 && !is_watching && now >= machine.well_since &&
         now >= relay_well_since && std::abs(machine.around.skew_ppm) <= skew_well_ppm;
}

std::optional<std::int64_t> StormMatch::World::bound_of(const Machine& machine) const {
  if (!is_planned() || !is_well(machine)) return std::nullopt;
  const WeatherOptions& up = machine.around.up;
  const WeatherOptions& down = machine.around.down;
  // What a clock cannot see: half of what one way is longer than the other.
  const Duration unseen = std::max(Duration{}, down.delay + down.jitter - up.delay) / 2;
  const std::int64_t ticks = (down.delay + down.jitter + unseen) / tick_length() + telling_ticks;
  return std::min(limits::input_window_ticks + ticks, limits::prediction_ticks);
}

}  // namespace tutti
