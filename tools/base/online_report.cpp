#include "base/online_report.hpp"

#include <algorithm>

namespace tutti::tool {

namespace {

/// The final events of other players.
double foreign_events(const AnySession& session) {
  const Timeline* timeline = session.timeline();
  if (timeline == nullptr) return 0;
  const auto events = timeline->log().events_between(Tick{0}, timeline->confirmed());
  return static_cast<double>(std::count_if(events.begin(), events.end(), [&](const auto& event) {
    return !event.author.is_relay() && event.author.player() != session.player();
  }));
}

}  // namespace

Report describe_online(const AnySession& session) {
  const SessionStatistics found = session.statistics();
  const double seconds =
      std::max(1.0, static_cast<double>(found.confirmed.value) / session.game().table().tick_rate);
  Report report;
  report.add("rules", session.game().rules());
  report.add("room", session.room());
  if (const auto player = session.player()) report.add("player", player->value);
  report.add("status", to_text(session.status()));
  report.add("ticks", found.confirmed.value);
  report.add("digest", to_hex(found.fold.value_or(Digest{})));
  report.add("events", found.events);
  report.add("events_moved", found.late_events);
  report.add("rollbacks", found.timeline.rollbacks);
  report.add("depth_mean", found.timeline.depth_mean());
  report.add("depth_max", found.timeline.depth_max);
  report.add("resimulated", found.timeline.resimulated);
  if (!session.is_watching()) {
    const double foreign = foreign_events(session);
    const auto for_each = [&](std::uint64_t count) {
      return foreign > 0 ? static_cast<double>(count) / foreign : 0;
    };
    report.add("rollbacks_per_foreign_event", for_each(found.timeline.rollbacks));
    report.add("resimulated_per_foreign_event", for_each(found.timeline.resimulated));
    report.add("spectators", found.spectators);
    report.add("events_offered", found.offered_events);
    report.add("events_refused", found.refused_events);
  }
  report.add("states_differed", session.desyncs().size());
  if (found.nan) {
    report.add("nan_field", found.nan->field);
    report.add("nan_at_tick", found.nan->tick.value);
  }
  report.add("input_delay_ticks", found.input_delay_ticks);
  report.add("round_trip_ms", found.network.round_trip_ms);
  report.add("jitter_ms", found.network.jitter_ms);
  report.add("loss_percent", found.network.loss * 100);
  report.add("bytes_up_per_second", static_cast<double>(found.network.bytes_up) / seconds);
  report.add("bytes_down_per_second", static_cast<double>(found.network.bytes_down) / seconds);
  report.add("effects", counts(found.facts));
  return report;
}

}  // namespace tutti::tool
