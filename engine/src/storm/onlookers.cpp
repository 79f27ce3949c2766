// Those who watch a storm.

#include <algorithm>

#include "world.hpp"

namespace tutti {

namespace {

using detail::Onlooker;

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

void StormMatch::World::add_onlookers(Random& random) {
  Instant comes = begin + first_comes;
  for (std::uint16_t i = 0; i < options.spectators; ++i) {
    const Duration tick = tick_length();
    onlookers.push_back({.period = tick + tick * random.between(-20, 20) / 10'000, .due = comes});
    comes += comes_after_most * static_cast<std::int64_t>(random.below(1000)) / 1000;
  }
}

void StormMatch::World::start_watching(std::size_t index) {
  Onlooker& onlooker = onlookers[index];
  const detail::Machine& neighbour = machines[neighbour_of(index)];
  std::unique_ptr<Link> link = network.endpoint();
  WeatherOptions up = neighbour.around.up;
  WeatherOptions down = neighbour.around.down;
  up.seed += index + 1;
  down.seed += index + 1;
  const PeerId relay = network.connect(*link, neighbour.path, up, down);
  auto own = std::make_unique<detail::MachineLink>(std::move(link), relay, now);
  onlooker.link = own.get();
  Hello hello{.room = room,
              .rules = report.rules,
              .role = Role::spectator,
              .delay_seconds = options.spectator_delay_seconds};
  onlooker.session.emplace(AnySession::over(options.game, std::move(own), relay, std::move(hello),
                                            {.fold_digest = true}));
  witness.begin(machines.size() + index);
  // Some stay to the end.
  if (!is_planned() || chance.chance(3)) return;
  const Instant leaves = now + stays_least + stays_more * chance.below(1000) / 1000;
  if (leaves + away_most < calm_from) onlooker.leaves = leaves;
}

void StormMatch::World::stop_watching(std::size_t index) {
  Onlooker& onlooker = onlookers[index];
  witness.look_last(machines.size() + index, *onlooker.session);
  report.tally.folds_back += onlooker.session->statistics().folds_back;
  report.tally.ticks_watched +=
      static_cast<std::uint64_t>(onlooker.session->statistics().confirmed.value);
  onlooker.leaves.reset();
  onlooker.session.reset();
  onlooker.link = nullptr;
}

void StormMatch::World::run_onlooker(std::size_t index) {
  Onlooker& onlooker = onlookers[index];
  onlooker.due += onlooker.period;
  if (!onlooker.session) start_watching(index);
  onlooker.session->advance(now);
  witness.look(machines.size() + index, *onlooker.session, {.now = now});
  if (!is_planned()) return;
  if (onlooker.leaves && now >= *onlooker.leaves) {
    stop_watching(index);
    onlooker.due = now + away_most * chance.below(1000) / 1000;
  } else if (onlooker.session->status() == Status::failed) {
    const Error& failure = onlooker.session->failure();
    if (failure.fault == Fault::bad_data) {
      witness.complain(who_watches(index) + " gave up: " + failure.sentence);
    }
    stop_watching(index);
    onlooker.due = now + comes_back;
  }
}

/// Precondition: calm came long enough ago for everybody to have recovered.
void StormMatch::World::look_whether_onlookers_recovered(const RelayMatch& match) {
  const auto behind = std::chrono::seconds(options.spectator_delay_seconds) / tick_length();
  for (std::size_t i = 0; i < onlookers.size(); ++i) {
    const auto& session = onlookers[i].session;
    const bool is_there = session && session->timeline() != nullptr;
    const Tick seen = is_there ? session->timeline()->present() : Tick{};
    if (seen >= *calm_clock - behind && session->status() == Status::playing) continue;
    witness.complain(who_watches(i) + " has seen tick " + std::to_string(seen.value) + " of " +
                     std::to_string(match.clock().value) + ", " +
                     (session ? to_text(session->status()) : "away") +
                     ", five seconds of match time after the last fault");
  }
}

bool StormMatch::World::have_onlookers_ended() const {
  return std::all_of(onlookers.begin(), onlookers.end(), [](const Onlooker& onlooker) {
    return onlooker.session && onlooker.session->status() >= Status::ended;
  });
}

/// Precondition: the log has been folded.
void StormMatch::World::check_onlookers() {
  for (std::size_t i = 0; i < onlookers.size(); ++i) {
    const std::string who = who_watches(i);
    const auto& session = onlookers[i].session;
    if (!session || session->status() != Status::ended) {
      report.problems.push_back(who + (session && session->status() == Status::failed
                                           ? ": " + session->failure().sentence
                                           : std::string(" did not see the end of the match")));
    } else if (session->statistics().fold != report.replay_fold) {
      report.is_equal = false;
      report.problems.push_back(who + " saw other states than the log has");
    } else {
      ++report.spectators;
    }
  }
}

}  // namespace tutti
