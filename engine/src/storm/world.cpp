#include "world.hpp"

#include <algorithm>

#include "tutti/net/room_code.hpp"
#include "tutti/replay/journal_recovery.hpp"

namespace tutti {

namespace {

using detail::Machine;

constexpr Duration relay_period = std::chrono::milliseconds(4);
/// How long after its last tick a match may take until everyone has confirmed it.
constexpr Duration grace = std::chrono::seconds(30);
/// How seldom players do something who do it by chance.
constexpr std::uint32_t guess_ticks = 12;
/// A process that was refused or gave up is started again by its user after this long.
constexpr Duration retry_time = std::chrono::seconds(2);
/// How long who watched may be busy with being a player again.
constexpr Duration settles_in = std::chrono::seconds(6);

}  // namespace

StormMatch::World::World(StormOptions chosen)
    : options(std::move(chosen)),
      mortality(options.seed),
      relay_storage(storage, mortality),
      network(options.seed),
      witness(options.game, options.players, options.spectators),
      chance(options.seed, 51) {
  report.rules = options.game.rules();
  Random random(options.seed, 11);
  room = random_room_code(random);
  now = Instant{std::chrono::seconds(1000)};
  begin = relay_due = now;
  relay_well_since = now;
  start_relay();
  machines.reserve(options.players);
  for (std::uint8_t i = 0; i < options.players; ++i)
    add_machine(i, random);
  add_onlookers(random);
  plan_turns();
}

Duration StormMatch::World::tick_length() const {
  return Duration(std::chrono::seconds(1)) / options.game.table().tick_rate;
}

void StormMatch::World::add_machine(std::uint8_t index, Random& random) {
  Machine machine{.random = Random(options.seed, 100U + index), .period = {}, .due = {}};
  if (is_planned()) {
    TUTTI_ASSERT(index < options.plan->players.size(), index);
    machine.around = options.plan->players[index];
  } else {
    const WeatherOptions& weather =
        index < options.paths.size() ? options.paths[index] : options.weather;
    const bool is_uneven = index < options.paths_down.size();
    machine.around = {.up = weather, .down = is_uneven ? options.paths_down[index] : weather};
  }
  machine.around.up.seed = (std::uint64_t{random.next()} << 32) | random.next();
  machine.around.down.seed = (std::uint64_t{random.next()} << 32) | random.next();
  Random secrets(options.seed, 300U + index);
  for (std::byte& byte : machine.secret)
    byte = static_cast<std::byte>(secrets.below(256));
  machine.clock.set_skew(machine.around.skew_ppm);
  machine.well_since = now;
  // Frames of 60 Hz displays that are off by up to 0.2 %, starting at any moment.
  const Duration tick = tick_length();
  machine.period = tick + tick * random.between(-20, 20) / 10'000;
  machine.due = now + tick * static_cast<std::int64_t>(random.below(1000)) / 1000;
  machines.push_back(std::move(machine));
  Setup setup = options.game.setup(options.seed, options.players);
  setup.terms = options.terms;
  setup.terms.ends_at = is_planned() ? 0 : static_cast<std::uint32_t>(options.ticks.value);
  start_process(index, {.room = room,
                        .name = "bot " + std::to_string(index + 1),
                        .rules = setup.rules,
                        .create = setup});
}

void StormMatch::World::start_process(std::size_t index, Hello hello) {
  Machine& machine = machines[index];
  std::unique_ptr<Link> link = network.endpoint();
  const WeatherOptions& up = machine.around.up;
  const WeatherOptions& down = machine.around.down;
  const bool is_first = machine.path == PeerId{};
  const PeerId relay = is_first ? network.connect(*link, relay_link->inner(), up, down).value()
                                : network.connect(*link, machine.path, up, down);
  if (is_first) machine.path = relay;
  auto own = std::make_unique<detail::MachineLink>(std::move(link), relay, now);
  machine.link = own.get();
  hello.resume = machine.secret;
  machine.session.emplace(AnySession::over(options.game, std::move(own), relay, std::move(hello),
                                           {.fold_digest = true}));
  machine.acted = {};
  machine.is_watching = false;
  machine.offered.clear();
  witness.begin(index);
}

void StormMatch::World::stop_process(std::size_t index) {
  Machine& machine = machines[index];
  if (!machine.session) return;
  witness.look_last(index, *machine.session);
  report.tally.rollbacks += machine.session->statistics().timeline.rollbacks;
  report.tally.folds_back += machine.session->statistics().folds_back;
  machine.session.reset();
  machine.link = nullptr;
}

void StormMatch::World::act(Machine& machine) {
  AnySession& session = *machine.session;
  session.advance(machine.clock.at(now));
  if (options.keeps_telemetry) note_shown(machine);
  for (const EffectNotice& notice : session.effects()) {
    machine.report.effects_cancelled += notice.change == EffectChange::cancelled;
    machine.report.effects_retimed += notice.change == EffectChange::retimed;
  }
  const Timeline* timeline = session.timeline();
  report.tally.role_changes += session.is_watching() != machine.is_watching;
  machine.is_watching = session.is_watching();
  // Who has just come back to its slot is as one that has just come.
  if (session.is_watching()) machine.well_since = std::max(machine.well_since, now + settles_in);
  if (timeline == nullptr || session.status() != Status::playing || machine.leaves_until) return;
  ask_for_role(machine);
  if (session.is_watching()) return;
  if (timeline->present() + limits::prediction_ticks < machine.acted) machine.acted = {};
  if (timeline->present() <= machine.acted) return;
  machine.acted = timeline->present();
  std::optional<Bytes> event =
      options.game.play(session.state(), session.player(), machine.random, options.bots);
  // A game without a bot is played by chance.
  const bool may_guess = is_planned() && !options.game.has_bot() && options.game.has_sample();
  if (may_guess && machine.random.chance(guess_ticks)) event = options.game.sample(machine.random);
  if (event) {
    session.offer(*event);
    ++machine.report.offered;
    machine.offered.push_back({session.offered_for(session.player()), now});
  }
}

void StormMatch::World::ask_for_role(Machine& machine) {
  AnySession& session = *machine.session;
  if (session.is_watching() == machine.would_watch || now < machine.asks_again) return;
  machine.asks_again = now + retry_time / 4;
  machine.would_watch ? session.become_spectator() : session.become_player("back");
}

void StormMatch::World::measure_lag() {
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

void StormMatch::World::run_machine(std::size_t index) {
  Machine& machine = machines[index];
  if (machine.leaves_until && now >= *machine.leaves_until) {
    machine.leaves_until.reset();
    stop_process(index);
  }
  if (!machine.session) return;
  act(machine);
  witness.look(index, *machine.session, {.now = now, .bound = bound_of(machine)});
  if (!is_planned()) return measure_lag();
  if (machine.session->status() == Status::failed && !machine.leaves_until) {
    const Error& failure = machine.session->failure();
    if (failure.fault == Fault::bad_data) {
      witness.complain("player " + std::to_string(index + 1) + " gave up: " + failure.sentence);
    }
    // Refused, or it gave up: whoever sits there tries again.
    stop_process(index);
    machine.well_since = now + 2 * retry_time;
    machine.due = now + retry_time;
    ++report.tally.processes;
    start_process(index, {.room = room, .name = "again", .rules = report.rules});
  }
}

void StormMatch::World::run_relay() {
  server->pass(now);
  if (mortality.is_dead()) return kill_relay();
  renew_journal_if_due();
  if (mortality.is_dead()) return kill_relay();
  // Told, and not in the file.
  may_lose = journal->status().written < journal->status().appended;
  look_recovered();
  if (const RelayMatch* match = server->match(room)) {
    witness.look(*match);
    if (now >= calm_from && !calm_clock) begin_calm(match->clock());
  }
  if (auto finished = server->next_finished()) record = std::move(finished);
  look_for_the_end();
}

void StormMatch::World::begin_calm(Tick clock) {
  calm_clock = clock;
  for (Machine& machine : machines) {
    const Timeline* timeline = machine.session ? machine.session->timeline() : nullptr;
    if (timeline == nullptr || machine.session->is_watching()) continue;
    for (const Event& guess : timeline->guesses())
      machine.undecided = std::max(machine.undecided.value_or(0), guess.counter);
  }
}

// Calm has come, and the time for recovery is over: everybody must have what was before.
void StormMatch::World::look_for_the_end() {
  if (!is_planned() || is_ended || !calm_clock) return;
  const RelayMatch* match = server->match(room);
  if (match == nullptr) return;
  const auto recovery_ticks = StormPlan::recovery / tick_length();
  if (match->clock() - *calm_clock < recovery_ticks) return;
  look_whether_onlookers_recovered(*match);
  for (std::size_t i = 0; i < machines.size(); ++i) {
    const AnySession& session = *machines[i].session;
    const Timeline* timeline = session.timeline();
    const std::string who = "player " + std::to_string(i + 1);
    if (timeline == nullptr || session.status() != Status::playing) {
      witness.complain(who + " is " + to_text(session.status()) +
                       " five seconds of match time after the last fault");
    } else if (session.is_watching()) {
      witness.complain(who + " still watches five seconds of match time after the last fault");
    } else if (timeline->confirmed() < *calm_clock) {
      witness.complain(who + " has confirmed tick " + std::to_string(timeline->confirmed().value) +
                       " of " + std::to_string(calm_clock->value) +
                       " five seconds of match time after the last fault");
    } else if (std::any_of(timeline->guesses().begin(), timeline->guesses().end(),
                           [&](const Event& guess) {
                             return guess.counter <= machines[i].undecided.value_or(0) &&
                                    machines[i].undecided;
                           })) {
      witness.complain(who + " still does not know what became of an event of its own");
    }
  }
  is_ended = true;
  server->end_all();
}

void StormMatch::World::step() {
  const auto next =
      std::min_element(machines.begin(), machines.end(),
                       [](const Machine& a, const Machine& b) { return a.due < b.due; });
  const auto onlooker = std::min_element(
      onlookers.begin(), onlookers.end(),
      [](const detail::Onlooker& a, const detail::Onlooker& b) { return a.due < b.due; });
  const bool is_onlooker = onlooker != onlookers.end() && onlooker->due < next->due;
  const Instant frame = is_onlooker ? onlooker->due : next->due;
  const Instant first = is_relay_down ? frame : std::min(relay_due, frame);
  if (next_turn < turns.size() && turns[next_turn].at <= first) {
    now = std::max(now, turns[next_turn].at);
    take_turn(turns[next_turn++]);
    return;
  }
  if (!is_relay_down && relay_due <= frame) {
    now = relay_due;
    relay_due += relay_period;
    run_relay();
    return;
  }
  now = frame;
  if (is_onlooker) return run_onlooker(static_cast<std::size_t>(onlooker - onlookers.begin()));
  next->due += next->period;
  run_machine(static_cast<std::size_t>(next - machines.begin()));
}

bool StormMatch::World::is_played_out() const {
  const bool all_ended = std::all_of(machines.begin(), machines.end(), [](const Machine& machine) {
    return machine.session && machine.session->status() >= Status::ended;
  });
  const Duration length =
      is_planned() ? options.plan->calm_from + grace : tick_length() * options.ticks.value;
  const Duration behind = std::chrono::seconds(options.spectator_delay_seconds);
  const bool is_all_over = all_ended && record && have_onlookers_ended();
  return is_all_over || now - begin > length + grace + behind;
}

}  // namespace tutti
