#include "world.hpp"

#include <algorithm>

#include "onlookers.hpp"
#include "players.hpp"
#include "tutti/net/room_code.hpp"

namespace tutti::detail {

namespace {

/// How long after its last tick a match may take until everyone has confirmed it.
constexpr Duration grace = std::chrono::seconds(30);
/// A process that was refused or gave up is started again by its user after this long.
constexpr Duration retry_time = std::chrono::seconds(2);
/// How long before calm a player may have done its last.
constexpr std::uint32_t rest_ms_most = 8000;
/// How long after its last fault a machine may still be busy with it.
constexpr Duration machine_convalescence = std::chrono::seconds(6);
/// How long somebody who says goodbye stays to hear that it was heard.
constexpr Duration goodbye_time = std::chrono::seconds(2);
/// Faster or slower clocks than this are followed in jumps.
constexpr std::int32_t skew_well_ppm = 8000;
/// The horizon is told every 8 ticks in silence; two for rounding.
constexpr std::int64_t telling_ticks = 10;

/// The dice of room codes and paths; its first word is the room's.
constexpr std::uint64_t room_stream = 11;
constexpr std::uint64_t chance_stream = 51;
/// And of what goes wrong when the match becomes a file.
constexpr std::uint64_t keeping_stream = 71;

std::string first_room(std::uint64_t seed) {
  Random random(seed, room_stream);
  return random_room_code(random);
}

std::uint8_t machine_count(const StormOptions& options) {
  TUTTI_ASSERT(options.local_players >= 1 && options.local_players <= options.players);
  return static_cast<std::uint8_t>(options.players - options.local_players + 1);
}

Keeping::Trouble draw_trouble(const StormOptions& options) {
  if (!options.plan) return Keeping::Trouble::none;
  Random random(options.seed, keeping_stream);
  return static_cast<Keeping::Trouble>(random.below(Keeping::troubles));
}

}  // namespace

World::World(StormOptions chosen)
    : options(std::move(chosen)),
      begin(std::chrono::seconds(1000)),
      now(begin),
      network(options.seed),
      witness(options.game, machine_count(options), options.spectators,
              options.room_terms.is_no_peek),
      chance(options.seed, chance_stream),
      room(first_room(options.seed)),
      relay({.seed = options.seed,
             .room = room,
             .sync_interval = options.sync_interval,
             .sync_delay_passes = options.sync_delay_passes,
             .dies_anywhere = is_planned(),
             .trouble = draw_trouble(options),
             .setup = options.game.setup(options.seed, options.players)},
            {&network, &witness, &report.tally, &chance}, begin),
      schedule(options, begin) {
  report.rules = options.game.rules();
  Random random(options.seed, room_stream);
  random_room_code(random);
  machines.reserve(machine_count(options));
  for (std::uint8_t i = 0; i < machine_count(options); ++i)
    add_machine(i, random);
  add_onlookers(*this, random);
}

Duration World::tick_length() const {
  return Duration(std::chrono::seconds(1)) / options.game.table().tick_rate;
}

void World::add_machine(std::uint8_t index, Random& random) {
  Machine machine{.random = Random(options.seed, 100U + index),
                  .bursts = Random(options.seed, 500U + index),
                  .period = {},
                  .due = {}};
  if (is_planned()) {
    TUTTI_ASSERT(index < options.plan->players.size(), index);
    machine.around = options.plan->players[index];
  } else {
    const WeatherOptions& weather =
        index < options.paths.size() ? options.paths[index] : options.weather;
    const bool is_uneven = index < options.paths_down.size();
    machine.around = {.up = weather, .down = is_uneven ? options.paths_down[index] : weather};
  }
  machine.dice.up = (std::uint64_t{random.next()} << 32) | random.next();
  machine.dice.down = (std::uint64_t{random.next()} << 32) | random.next();
  Random secrets(options.seed, 300U + index);
  for (std::byte& byte : machine.secret)
    byte = static_cast<std::byte>(secrets.below(256));
  machine.clock.set_skew(machine.around.skew_ppm);
  machine.well_since = now;
  // Its last actions before a fault have to arrive as well.
  if (is_planned() && machine.bursts.chance(2)) {
    machine.rests_from = begin + options.plan->calm_from -
                         std::chrono::milliseconds(machine.bursts.below(rest_ms_most));
  }
  // Frames of 60 Hz displays that are off by up to 0.2 %, starting at any moment.
  const Duration tick = tick_length();
  machine.period = tick + tick * random.between(-20, 20) / 10'000;
  machine.due = now + tick * static_cast<std::int64_t>(random.below(1000)) / 1000;
  machines.push_back(std::move(machine));
  Setup setup = options.game.setup(options.seed, options.players);
  setup.options = options.game_options;
  setup.terms = options.terms;
  TUTTI_ASSERT(!is_planned() || setup.terms.ends_at == 0, setup.terms.ends_at);
  TUTTI_ASSERT(!options.room_terms.asks_for_players && !options.room_terms.asks_for_spectators);
  if (!is_planned()) {
    const auto length = static_cast<std::uint32_t>(options.ticks.value);
    std::uint32_t& ends_at = setup.terms.ends_at;
    ends_at = ends_at == 0 ? length : std::min(ends_at, length);
  }
  start_process(index, {.room = room,
                        .name = "bot " + std::to_string(index + 1),
                        .rules = setup.rules,
                        .create = setup,
                        .terms = options.room_terms});
}

void World::start_process(std::size_t index, Hello hello) {
  Machine& machine = machines[index];
  std::unique_ptr<Link> link = network.endpoint();
  const WeatherOptions& up = machine.around.up;
  const WeatherOptions& down = machine.around.down;
  const bool is_first = machine.path == PeerId{};
  const PeerId peer = is_first
                          ? network.connect(*link, relay.link(), up, down, machine.dice).value()
                          : network.connect(*link, machine.path, up, down, machine.dice);
  if (is_first) machine.path = peer;
  auto own = std::make_unique<MachineLink>(std::move(link), peer, now);
  machine.link = own.get();
  hello.resume = machine.secret;
  const std::size_t locals = index + 1 == machine_count(options) ? options.local_players : 1;
  for (std::size_t i = 1; i < locals; ++i)
    hello.others.push_back(hello.name + " " + std::to_string(i + 1));
  machine.session.emplace(
      AnySession::over(options.game, std::move(own), peer, std::move(hello),
                       {.fold_digest = true, .tuning = {.cost_clock = machine.cost.get()}}));
  machine.acted = {};
  machine.is_watching = false;
  machine.offered.clear();
  machine.sayings.begin();
  witness.begin(index);
}

void World::stop_process(std::size_t index) {
  Machine& machine = machines[index];
  if (!machine.session) return;
  witness.look_last(index, *machine.session);
  report.tally.rollbacks += machine.session->statistics().timeline.rollbacks;
  report.tally.folds_back += machine.session->statistics().folds_back;
  machine.count_events();
  machine.session.reset();
  machine.link = nullptr;
}

void World::measure_lag() {
  for (Machine& machine : machines) {
    Tick confirmed{INT64_MAX};
    for (const Machine& other : machines) {
      const Timeline* timeline = other.session ? other.session->timeline() : nullptr;
      if (&other != &machine && timeline != nullptr) {
        confirmed = std::min(confirmed, timeline->confirmed());
      }
    }
    while (!machine.offered.empty() && machine.offered.front().stamp <= confirmed) {
      machine.lag_total += static_cast<double>((now - machine.offered.front().at).count());
      ++machine.lag_count;
      machine.offered.pop_front();
    }
  }
}

void World::run_machine(std::size_t index) {
  Machine& machine = machines[index];
  if (machine.leaves_until && now >= *machine.leaves_until) {
    machine.leaves_until.reset();
    stop_process(index);
  }
  if (!machine.session) return;
  act(*this, machine);
  witness.look(index, *machine.session, {.now = now, .bound = bound_of(machine)});
  if (!is_planned()) return measure_lag();
  if (machine.session->status() == Status::failed && !machine.leaves_until) {
    const Error& failure = machine.session->failure();
    if (failure.fault == Fault::bad_data) {
      witness.complain("player " + std::to_string(index + 1) + " gave up: " + failure.sentence);
    }
    // Refused, or it gave up: its user tries again.
    stop_process(index);
    machine.well_since = now + 2 * retry_time;
    machine.due = now + retry_time;
    ++report.tally.processes;
    start_process(index, {.room = room, .name = "again", .rules = report.rules});
  }
}

void World::take_turn(const Schedule::Turn& turn) {
  const StormFault& fault = schedule.fault(turn);
  if (turn.is_begin) ++report.tally.faults[static_cast<std::size_t>(fault.kind)];
  if (is_of_relay(fault.kind)) {
    return turn.is_begin ? relay.begin_fault(fault, schedule.end_of(turn))
                         : relay.end_fault(fault, now);
  }
  Machine& machine = machines[fault.player];
  if (turn.is_begin) {
    ++machine.faults;
    begin_fault(fault, schedule.end_of(turn));
  } else {
    end_fault(fault);
    --machine.faults;
    machine.well_since = now + machine_convalescence;
  }
}

void World::begin_fault(const StormFault& fault, Instant ends_at) {
  Machine& machine = machines[fault.player];
  switch (fault.kind) {
    case FaultKind::weather:
    case FaultKind::partition:
      return set_weather(machine, {fault.up, fault.down, machine.around.dice});
    case FaultKind::address_change:
      if (machine.link != nullptr) network.change_address(machine.link->path());
      return;
    case FaultKind::clock_jump:
      return machine.clock.jump(fault.jump);
    case FaultKind::pause:
      machine.due = std::max(machine.due, ends_at);
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

void World::end_fault(const StormFault& fault) {
  Machine& machine = machines[fault.player];
  switch (fault.kind) {
    case FaultKind::weather:
    case FaultKind::partition:
      return set_weather(machine, {machine.around.up, machine.around.down, machine.dice});
    case FaultKind::watch:
      machine.would_watch = false;
      return;
    case FaultKind::crash:
    case FaultKind::leave: {
      stop_process(fault.player);
      machine.leaves_until.reset();
      // If a goodbye was heard, the slot is gone and this process is as new; one that was lost with
      // the relay leaves the slot to the next who comes back for it.
      ++report.tally.processes;
      return start_process(fault.player, {.room = room, .name = "somebody", .rules = report.rules});
    }
    default:
      return;
  }
}

void World::set_weather(Machine& machine, const StormSurroundings& around) {
  const auto change = [&](PeerId path) {
    network.set_weather(path, around.up, around.down, around.dice);
  };
  if (machine.link != nullptr) change(machine.link->path());
  for (std::size_t i = 0; i < onlookers.size(); ++i) {
    if (onlookers[i].link == nullptr || &neighbour_of(i) != &machine) continue;
    change(onlookers[i].link->path());
  }
}

bool World::is_well(const Machine& machine) const {
  const bool is_watching = machine.session && machine.session->is_watching();
  return machine.faults == 0 && !is_watching && now >= machine.well_since &&
         now >= relay.well_since() && std::abs(machine.around.skew_ppm) <= skew_well_ppm;
}

std::optional<std::int64_t> World::bound_of(const Machine& machine) const {
  if (!is_planned() || !is_well(machine)) return std::nullopt;
  const WeatherOptions& up = machine.around.up;
  const WeatherOptions& down = machine.around.down;
  // A clock cannot see half of the difference between the two ways.
  const Duration unseen = std::max(Duration{}, down.delay + down.jitter - up.delay) / 2;
  const std::int64_t ticks = (down.delay + down.jitter + unseen) / tick_length() + telling_ticks;
  return std::min(limits::input_window_ticks + ticks, limits::prediction_ticks);
}

void World::run_relay() {
  if (!relay.pass(now)) return;
  if (const RelayMatch* match = relay.match()) {
    witness.look(*match);
    if (calm.look(*this, *match)) relay.server().end_all();
  }
}

void World::step() {
  const auto next =
      std::min_element(machines.begin(), machines.end(),
                       [](const Machine& a, const Machine& b) { return a.due < b.due; });
  const auto onlooker =
      std::min_element(onlookers.begin(), onlookers.end(),
                       [](const Onlooker& a, const Onlooker& b) { return a.due < b.due; });
  const bool is_onlooker = onlooker != onlookers.end() && onlooker->due < next->due;
  const Instant frame = is_onlooker ? onlooker->due : next->due;
  const Instant first = relay.is_down() ? frame : std::min(relay.due(), frame);
  if (const auto turn = schedule.next(first)) {
    now = std::max(now, turn->at);
    return take_turn(*turn);
  }
  if (!relay.is_down() && relay.due() <= frame) {
    now = relay.due();
    return run_relay();
  }
  now = frame;
  if (is_onlooker)
    return run_onlooker(*this, static_cast<std::size_t>(onlooker - onlookers.begin()));
  next->due += next->period;
  run_machine(static_cast<std::size_t>(next - machines.begin()));
}

bool World::is_played_out() const {
  const bool all_ended = std::all_of(machines.begin(), machines.end(), [](const Machine& machine) {
    return machine.session && machine.session->status() >= Status::ended;
  });
  const Duration length =
      is_planned() ? options.plan->calm_from + grace : tick_length() * options.ticks.value;
  const Duration behind = std::chrono::seconds(options.spectator_delay_seconds);
  const bool is_settled = std::all_of(machines.begin(), machines.end(), [](const Machine& machine) {
    return machine.sayings.is_settled();
  });
  const bool is_all_over =
      all_ended && is_settled && relay.has_finished(now) && have_onlookers_ended(*this);
  return is_all_over || now - begin > length + grace + behind;
}

}  // namespace tutti::detail
