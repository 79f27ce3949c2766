// Those who watch a storm.

#include <algorithm>

#include "world.hpp"

namespace tutti {

namespace {

using detail::Onlooker;

/// The first comes when there is something to see.
constexpr std::chrono::milliseconds first_comes{1000};
constexpr std::chrono::milliseconds comes_after_most{500};

}  // namespace

void StormMatch::World::add_onlookers(Random& random) {
  Instant comes = begin + first_comes;
  for (std::uint16_t i = 0; i < options.spectators; ++i) {
    const Duration tick = tick_length();
    onlookers.push_back({.period = tick + tick * random.between(-20, 20) / 10'000, .due = comes});
    comes += comes_after_most * static_cast<std::int64_t>(random.below(1000)) / 1000;
  }
}

void StormMatch::World::run_onlooker(Onlooker& onlooker) {
  onlooker.due += onlooker.period;
  if (!onlooker.session) {
    const detail::Machine& neighbour = machines.front();
    std::unique_ptr<Link> link = network.endpoint();
    WeatherOptions up = neighbour.around.up;
    WeatherOptions down = neighbour.around.down;
    up.seed += static_cast<std::uint64_t>(&onlooker - onlookers.data()) + 1;
    down.seed += static_cast<std::uint64_t>(&onlooker - onlookers.data()) + 1;
    const PeerId relay = network.connect(*link, neighbour.path, up, down);
    Hello hello{.room = room,
                .rules = report.rules,
                .role = Role::spectator,
                .delay_seconds = options.spectator_delay_seconds};
    onlooker.session.emplace(AnySession::over(options.game, std::move(link), relay,
                                              std::move(hello), {.fold_digest = true}));
  }
  onlooker.session->advance(now);
}

bool StormMatch::World::have_onlookers_ended() const {
  return std::all_of(onlookers.begin(), onlookers.end(), [](const Onlooker& onlooker) {
    return onlooker.session && onlooker.session->status() >= Status::ended;
  });
}

/// Precondition: the log has been folded.
void StormMatch::World::check_onlookers() {
  for (std::size_t i = 0; i < onlookers.size(); ++i) {
    const std::string who = "spectator " + std::to_string(i + 1);
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
