// What the players' screens showed, and whether the record shows it again.

#include "tutti/replay/telemetry.hpp"
#include "world.hpp"

namespace tutti {

void StormMatch::World::note_shown(detail::Machine& machine) const {
  const AnySession& session = *machine.session;
  if (session.timeline() == nullptr) return;
  const detail::Shown shown{session.timeline()->present(),
                            digest_state(options.game, session.state())};
  if (machine.shown.empty() || machine.shown.back() != shown) machine.shown.push_back(shown);
}

void StormMatch::World::check_telemetry() {
  for (const detail::Machine& machine : machines) {
    if (!machine.session) continue;
    const Result<MatchRecord> own = machine.session->recording();
    if (!own) continue;
    record->telemetry.insert(record->telemetry.end(), own->telemetry.begin(), own->telemetry.end());
    const PlayerId player = machine.session->player();
    Result<SeenMatch> seen = SeenMatch::open(options.game, *record, player);
    if (!seen) {
      report.problems.push_back(seen.error().sentence);
      continue;
    }
    std::vector<detail::Shown> again;
    const auto timeline = seen->timeline_at(0);
    for (std::size_t frame = 0; frame < seen->frames().size(); ++frame) {
      if (frame > 0) seen->apply(frame, *timeline);
      show(*timeline, seen->frames()[frame].present);
      const detail::Shown shown{timeline->present(), digest_state(options.game, timeline->state())};
      if (again.empty() || again.back() != shown) again.push_back(shown);
    }
    if (again != machine.shown) {
      report.problems.push_back("the telemetry of player " + std::to_string(player.value) +
                                " shows other screens than it saw");
    }
  }
}

}  // namespace tutti
