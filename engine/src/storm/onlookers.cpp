#include "onlookers.hpp"

#include <algorithm>

#include "world.hpp"

namespace tutti::detail {

namespace {

/// The first comes when there is something to see.
constexpr std::chrono::milliseconds first_comes{1000};
constexpr std::chrono::milliseconds comes_after_most{500};
/// Under a plan: how long somebody watches and is away then, and after how long it comes again who
/// was sent away.
constexpr Duration stays_least = std::chrono::seconds(2);
constexpr Duration stays_more = std::chrono::seconds(40);
constexpr Duration away_most = std::chrono::seconds(8);
constexpr Duration comes_back = std::chrono::seconds(2);

std::string who_watches(std::size_t index) { return "spectator " + std::to_string(index + 1); }

}  // namespace

void add_onlookers(World& world, Random& random) {
  Instant comes = world.begin + first_comes;
  for (std::uint16_t i = 0; i < world.options.spectators; ++i) {
    const Duration tick = world.tick_length();
    world.onlookers.push_back(
        {.period = tick + tick * random.between(-20, 20) / 10'000, .due = comes});
    comes += comes_after_most * static_cast<std::int64_t>(random.below(1000)) / 1000;
  }
}

void start_watching(World& world, std::size_t index) {
  Onlooker& onlooker = world.onlookers[index];
  const Machine& neighbour = world.neighbour_of(index);
  std::unique_ptr<Link> link = world.network.endpoint();
  StormDice dice = neighbour.dice;
  dice.up += index + 1;
  dice.down += index + 1;
  const PeerId relay = world.network.connect(*link, neighbour.path, neighbour.around.up,
                                             neighbour.around.down, dice);
  auto own = std::make_unique<MachineLink>(std::move(link), relay, world.now);
  onlooker.link = own.get();
  Hello hello{.room = world.room,
              .rules = world.report.rules,
              .role = Role::spectator,
              .delay_seconds = world.options.spectator_delay_seconds};
  onlooker.session.emplace(
      AnySession::over(world.options.game, std::move(own), relay, std::move(hello),
                       {.fold_digest = true, .tuning = {.cost_clock = onlooker.cost.get()}}));
  world.witness.begin(world.machines.size() + index);
  // Some stay to the end.
  if (!world.is_planned() || world.chance.chance(3)) return;
  const Instant leaves = world.now + stays_least + stays_more * world.chance.below(1000) / 1000;
  if (leaves + away_most < world.schedule.calm_from()) onlooker.leaves = leaves;
}

void stop_watching(World& world, std::size_t index) {
  Onlooker& onlooker = world.onlookers[index];
  world.witness.look_last(world.machines.size() + index, *onlooker.session);
  world.report.tally.folds_back += onlooker.session->statistics().folds_back;
  world.report.tally.ticks_watched +=
      static_cast<std::uint64_t>(onlooker.session->statistics().confirmed.value);
  onlooker.leaves.reset();
  onlooker.session.reset();
  onlooker.link = nullptr;
}

void run_onlooker(World& world, std::size_t index) {
  Onlooker& onlooker = world.onlookers[index];
  onlooker.due += onlooker.period;
  if (!onlooker.session) start_watching(world, index);
  onlooker.session->advance(world.now);
  world.witness.look(world.machines.size() + index, *onlooker.session, {.now = world.now});
  if (!world.is_planned()) return;
  if (onlooker.leaves && world.now >= *onlooker.leaves) {
    stop_watching(world, index);
    onlooker.due = world.now + away_most * world.chance.below(1000) / 1000;
  } else if (onlooker.session->status() == Status::failed) {
    const Error& failure = onlooker.session->failure();
    if (failure.fault == Fault::bad_data) {
      world.witness.complain(who_watches(index) + " gave up: " + failure.sentence);
    }
    stop_watching(world, index);
    onlooker.due = world.now + comes_back;
  }
}

/// Precondition: calm came long enough ago for everybody to have recovered.
void look_whether_onlookers_recovered(World& world, Tick clock) {
  const auto behind =
      std::chrono::seconds(world.options.spectator_delay_seconds) / world.tick_length();
  for (std::size_t i = 0; i < world.onlookers.size(); ++i) {
    const auto& session = world.onlookers[i].session;
    const bool is_there = session && session->timeline() != nullptr;
    const Tick seen = is_there ? session->timeline()->present() : Tick{};
    if (seen >= world.calm.clock() - behind && session->status() == Status::playing) continue;
    world.witness.complain(who_watches(i) + " has seen tick " + std::to_string(seen.value) +
                           " of " + std::to_string(clock.value) + ", " +
                           (session ? to_text(session->status()) : "away") +
                           ", five seconds of match time after the last fault");
  }
}

bool have_onlookers_ended(const World& world) {
  return std::all_of(world.onlookers.begin(), world.onlookers.end(), [](const Onlooker& onlooker) {
    return onlooker.session && onlooker.session->status() >= Status::ended;
  });
}

/// Precondition: the log has been folded.
void check_onlookers(World& world) {
  for (std::size_t i = 0; i < world.onlookers.size(); ++i) {
    const std::string who = who_watches(i);
    const auto& session = world.onlookers[i].session;
    if (!session || session->status() != Status::ended) {
      world.report.problems.push_back(who +
                                      (session && session->status() == Status::failed
                                           ? ": " + session->failure().sentence
                                           : std::string(" did not see the end of the match")));
    } else if (session->statistics().fold != world.report.replay_fold) {
      world.report.is_equal = false;
      world.report.problems.push_back(who + " saw other states than the log has");
    } else {
      ++world.report.spectators;
    }
  }
}

}  // namespace tutti::detail
