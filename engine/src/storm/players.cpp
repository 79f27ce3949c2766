#include "players.hpp"

#include "screens.hpp"
#include "world.hpp"

namespace tutti::detail {

namespace {

/// How seldom players do something who do it by chance.
constexpr std::uint32_t guess_ticks = 12;
/// How soon a player asks again for the role that it wants.
constexpr Duration ask_again = std::chrono::milliseconds(500);
/// How long a spectator may be busy with being a player again.
constexpr Duration settles_in = std::chrono::seconds(6);
/// How seldom a player says much at once, and how much.
constexpr std::uint32_t burst_ticks = 400;
constexpr int burst_commands = 12;
/// Before its end a match is quiet for so long: what was done last has to be in the log.
constexpr Duration quiet_end = std::chrono::seconds(2);

void ask_for_role(World& world, Machine& machine) {
  AnySession& session = *machine.session;
  if (session.is_watching() == machine.would_watch || world.now < machine.asks_again) return;
  machine.asks_again = world.now + ask_again;
  machine.would_watch ? session.become_spectator() : session.become_player("back");
}

/// Does what the bot decided on, and remembers it.
void do_it(World& world, Machine& machine, PlayerId player, BytesView event) {
  AnySession& session = *machine.session;
  if (const auto id = session.act(player, event)) {
    machine.sayings.say(*id, event);
  } else {
    machine.sayings.hold(player, event);
  }
  ++machine.report.acts;
  machine.offered.push_back({session.offered_for(player), world.now});
}

/// A program that sets its input in every frame, whether it has changed or not.
void hold_on(World& world, Machine& machine) {
  if (!world.is_planned()) return;
  for (const auto& [player, payload] : machine.sayings.held())
    machine.session->act(player, payload);
}

void say_much(World& world, Machine& machine, PlayerId player) {
  const AnyGame& game = world.options.game;
  const bool may = world.is_planned() && game.has_commands() && game.has_sample();
  if (!may || !machine.bursts.chance(burst_ticks)) return;
  for (int said = 0, tried = 0; said < burst_commands && tried < 10 * burst_commands; ++tried) {
    const Bytes event = game.sample(machine.bursts);
    if (game.tag_of(event) != PlayerEvent::command) continue;
    do_it(world, machine, player, event);
    ++said;
  }
}

void play(World& world, Machine& machine, PlayerId player) {
  const AnyGame& game = world.options.game;
  std::optional<Bytes> event =
      game.play(machine.session->state(), player, machine.random, world.options.bots);
  // A game without a bot is played by chance.
  const bool may_guess = !game.has_bot() && game.has_sample();
  if (may_guess && machine.random.chance(guess_ticks)) event = game.sample(machine.random);
  if (event) do_it(world, machine, player, *event);
  say_much(world, machine, player);
}

bool is_quiet(const World& world, Tick present) {
  return world.calm.has_come() &&
         present - world.calm.clock() > (StormPlan::recovery - quiet_end) / world.tick_length();
}

}  // namespace

void act(World& world, Machine& machine) {
  AnySession& session = *machine.session;
  session.advance(machine.clock.at(world.now));
  machine.sayings.hear(session);
  if (world.options.keeps_telemetry) note_shown(world.options.game, machine);
  for (const EffectNotice& notice : session.effects()) {
    machine.report.effects_cancelled += notice.change == EffectChange::cancelled;
    machine.report.effects_retimed += notice.change == EffectChange::retimed;
  }
  const Timeline* timeline = session.timeline();
  if (session.is_watching() != machine.is_watching) {
    ++world.report.tally.role_changes;
    machine.sayings.let_go();
  }
  machine.is_watching = session.is_watching();
  // A player that has just come back to its slot counts as one that has just come.
  if (session.is_watching()) {
    machine.well_since = std::max(machine.well_since, world.now + settles_in);
  }
  if (timeline == nullptr || session.status() != Status::playing || machine.leaves_until) return;
  ask_for_role(world, machine);
  const bool is_resting = world.now >= machine.rests_from || is_quiet(world, timeline->present());
  if (session.is_watching()) return;
  hold_on(world, machine);
  if (is_resting) return;
  if (timeline->present() + limits::prediction_ticks < machine.acted) machine.acted = {};
  if (timeline->present() <= machine.acted) return;
  machine.acted = timeline->present();
  for (const PlayerId player : session.players())
    play(world, machine, player);
}

}  // namespace tutti::detail
