#include "screens.hpp"

#include "tutti/replay/telemetry.hpp"
#include "world.hpp"

namespace tutti::detail {

void note_shown(const AnyGame& game, Machine& machine) {
  const AnySession& session = *machine.session;
  if (session.timeline() == nullptr) return;
  const Shown shown{session.timeline()->present(), digest_state(game, session.state())};
  if (machine.shown.empty() || machine.shown.back() != shown) machine.shown.push_back(shown);
}

void check_telemetry(World& world) {
  for (const Machine& machine : world.machines) {
    if (!machine.session) continue;
    const Result<MatchRecord> own = machine.session->recording();
    if (!own) continue;
    world.record->telemetry.insert(world.record->telemetry.end(), own->telemetry.begin(),
                                   own->telemetry.end());
    const PlayerId player = machine.session->player().value_or(PlayerId{});
    Result<SeenMatch> seen = SeenMatch::open(world.options.game, *world.record, player);
    if (!seen) {
      world.report.problems.push_back(seen.error().sentence);
      continue;
    }
    std::vector<Shown> again;
    const auto timeline = seen->timeline_at(0);
    for (std::size_t frame = 0; frame < seen->frames().size(); ++frame) {
      if (frame > 0) seen->apply(frame, *timeline);
      show(*timeline, seen->frames()[frame].present);
      const Shown shown{timeline->present(), digest_state(world.options.game, timeline->state())};
      if (again.empty() || again.back() != shown) again.push_back(shown);
    }
    if (again != machine.shown) {
      world.report.problems.push_back("the telemetry of player " + std::to_string(player.value) +
                                      " shows other screens than it saw");
    }
  }
}

}  // namespace tutti::detail
