#include "tutti/replay/match_record.hpp"

#include <algorithm>

namespace tutti {

MatchRecord::MatchRecord(MatchOpening opening)
    : room(std::move(opening.room)),
      started_utc(opening.started_utc),
      build(std::move(opening.build)),
      log(std::move(opening.setup)) {}

bool RecordedDigest::agrees_with(const Digest& digest) const {
  const auto kept = static_cast<std::ptrdiff_t>(is_short ? short_digest_bytes : sizeof(Digest));
  return std::equal(state.bytes.begin(), state.bytes.begin() + kept, digest.bytes.begin());
}

std::vector<Participant> participants(const Log& log) {
  std::vector<Participant> found;
  for (const EventView& event : log.events()) {
    if (!event.author.is_relay()) continue;
    std::optional<RelayEvent> relay = decode_relay_event(event.payload);
    if (!relay || relay->kind != EventKind::joined) continue;
    found.push_back({relay->player, event.tick, std::move(relay->name)});
  }
  return found;
}

MatchSummary summarize(const MatchRecord& record) {
  const Log& log = record.log;
  MatchSummary summary{
      .opening = {record.room, record.started_utc, record.build, log.setup()},
      .events = log.events().size(),
      .last = log.horizon(),
      .head = log.head(),
      .end = record.end,
      .participants = participants(log),
  };
  if (summary.participants.size() > limits::summary_participants) {
    summary.participants.resize(limits::summary_participants);
  }
  return summary;
}

void close_lost(MatchRecord& record) {
  if (record.end) return;
  record.log.close(record.log.last_event());
  record.end = EndReason::relay_lost;
}

std::string to_text(EndReason reason) {
  switch (reason) {
    case EndReason::everyone_left:
      return "everyone left";
    case EndReason::operator_ended:
      return "the operator ended it";
    case EndReason::time_over:
      return "its time was over";
    case EndReason::recording_stopped:
      return "the recording was stopped";
    case EndReason::relay_lost:
      return "the relay was lost";
  }
  return "reason " + std::to_string(static_cast<int>(reason));
}

}  // namespace tutti
