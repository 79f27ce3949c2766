#pragma once
// Logs that a relay has read before it goes on with their matches, so that a match that is handed
// over stands still only for what came since. Several threads may use it.

#include <map>
#include <mutex>
#include <vector>

#include "tutti/engine/fleet_store.hpp"

namespace tutti::detail {

class LogsAhead {
 public:
  /// Reads a log as far as it goes; it is kept for some seconds. Errors: those of the store.
  Result<void> read(FleetStore& store, const MatchId& match, Instant now);
  /// What was read of a log, which is not kept any longer.
  std::vector<StoredEntry> take(const MatchId& match);
  /// Those that nobody has wanted.
  void forget_old(Instant now);
  std::size_t count() const;

 private:
  struct Ahead {
    std::vector<StoredEntry> entries{};
    Instant read{};
  };

  mutable std::mutex mutex_;
  std::map<MatchId, Ahead> logs_;
};

}  // namespace tutti::detail
