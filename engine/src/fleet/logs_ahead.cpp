#include "fleet/logs_ahead.hpp"

#include <algorithm>
#include <utility>

namespace tutti::detail {

namespace {

constexpr std::size_t logs_most = 64;
/// A match whose turn has not come by then is read anew.
constexpr Duration keeping_time = std::chrono::seconds(10);

}  // namespace

Result<void> LogsAhead::read(FleetStore& store, const MatchId& match, Instant now) {
  auto entries = read_log(store, match);
  if (!entries) return Unexpected{entries.error()};
  const std::lock_guard lock(mutex_);
  if (logs_.size() >= logs_most && !logs_.contains(match)) return {};
  logs_[match] = {std::move(*entries), now};
  return {};
}

std::vector<StoredEntry> LogsAhead::take(const MatchId& match) {
  const std::lock_guard lock(mutex_);
  auto found = logs_.extract(match);
  return found.empty() ? std::vector<StoredEntry>() : std::move(found.mapped().entries);
}

void LogsAhead::forget_old(Instant now) {
  const std::lock_guard lock(mutex_);
  std::erase_if(logs_, [now](const auto& each) { return now - each.second.read >= keeping_time; });
}

std::size_t LogsAhead::count() const {
  const std::lock_guard lock(mutex_);
  return logs_.size();
}

}  // namespace tutti::detail
