#include "tutti/replay/match_record.hpp"

#include <algorithm>

namespace tutti {

MatchRecord::MatchRecord(MatchOpening opening)
    : room(std::move(opening.room)),
      started_utc(opening.started_utc),
      build(std::move(opening.build)),
      log(std::move(opening.setup)) {}

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
