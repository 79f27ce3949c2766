#pragma once
// The recorder keeps one match so that it can be shown again: the session's own telemetry and the
// digests of its states. It makes files of them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tutti/engine/session_status.hpp"
#include "tutti/replay/telemetry.hpp"

namespace tutti {

class Recorder {
 public:
  /// Keeps telemetry for this player; none without one.
  explicit Recorder(std::optional<PlayerId> player) {
    if (player) telemetry_.emplace(*player);
  }

  /// Null without telemetry. It is told what the session does to its timeline, in that order.
  TelemetryWriter* telemetry() { return telemetry_ ? &*telemetry_ : nullptr; }
  /// The digest of a compared tick.
  void keep(const RecordedDigest& digest);

  /// The match so far, as this session knows it.
  MatchRecord recording(const Log& log, std::string room, const std::vector<Desync>& desyncs) const;

 private:
  std::optional<TelemetryWriter> telemetry_;
  std::vector<RecordedDigest> digests_;
};

/// Saves a recording in one file, with the state that is final on this timeline and a mark at its
/// present; see AnySession::report_bug.
Result<std::string> write_bug_report(MatchRecord record, const Timeline& timeline,
                                     std::string_view note, std::string path);

}  // namespace tutti
