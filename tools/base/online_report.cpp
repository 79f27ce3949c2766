#include "base/online_report.hpp"

#include <algorithm>

namespace tutti::tool {

Report describe_online(const AnySession& session) {
  const SessionStatistics found = session.statistics();
  const double seconds =
      std::max(1.0, static_cast<double>(found.confirmed.value) / session.game().table().tick_rate);
  Report report;
  report.add("rules", session.game().rules());
  report.add("room", session.room());
  if (!session.is_watching()) report.add("player", session.player().value);
  report.add("status", to_text(session.status()));
  report.add("ticks", found.confirmed.value);
  report.add("digest", to_hex(found.fold.value_or(Digest{})));
  report.add("events", found.events);
  report.add("events_moved", found.late_events);
  report.add("rollbacks", found.timeline.rollbacks);
  report.add("depth_mean", found.timeline.depth_mean());
  report.add("depth_max", found.timeline.depth_max);
  report.add("resimulated", found.timeline.resimulated);
  report.add("states_differed", session.desyncs().size());
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
