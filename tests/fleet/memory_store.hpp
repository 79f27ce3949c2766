#pragma once
// A fleet's store in memory, with the manners of JetStream: what is sent may be lost, or stored
// while nobody hears of it, or stored late; the servers are out of reach for a while. An entry that
// comes twice is answered as if it were stored again.

#include <deque>
#include <map>

#include "tutti/engine/fleet_store.hpp"
#include "tutti/sim/random.hpp"

namespace tutti::test {

inline constexpr RelayId ada{{std::byte{1}}};
inline constexpr RelayId bob{{std::byte{2}}};

class MemoryStore final : public FleetStore {
 public:
  explicit MemoryStore(std::uint64_t seed) : random_(seed) {}

  std::uint32_t trouble_percent = 0;  ///< of the entries
  bool is_out_of_reach = false;
  std::uint64_t lost = 0;     ///< entries that were not stored
  std::uint64_t unheard = 0;  ///< that were, and nobody heard of it
  std::uint64_t late = 0;     ///< that were stored after a look
  std::uint64_t refused = 0;

  Result<void> append(const LogEntry& entry, std::uint64_t after) override {
    if (is_out_of_reach) return fail(Fault::system, "out of reach");
    const bool has_trouble = random_.below(100) < trouble_percent;
    const auto kind = has_trouble ? random_.below(3) : 3;
    AppendOutcome outcome{.match = entry.match, .epoch = entry.epoch, .number = entry.number};
    if (kind == 0) {
      ++lost;
    } else if (kind == 1) {
      ++late;
      delayed_.push_back({entry, after});
    } else {
      const AppendOutcome stored = store(entry, after);
      kind == 2 ? static_cast<void>(++unheard) : static_cast<void>(outcome = stored);
    }
    outcomes_.push_back(outcome);
    return {};
  }
  std::optional<AppendOutcome> next_outcome() override {
    if (outcomes_.empty() || random_.below(4) == 0) return std::nullopt;
    const AppendOutcome outcome = outcomes_.front();
    outcomes_.pop_front();
    return outcome;
  }
  Result<std::optional<StoredEntry>> last(const MatchId& match) override {
    if (is_out_of_reach) return fail(Fault::system, "out of reach");
    const auto found = logs_.find(match);
    std::optional<StoredEntry> last;
    if (found != logs_.end() && !found->second.empty()) last = found->second.back();
    // What was on its way arrives now, when its sender takes it for lost.
    for (const auto& [entry, after] : std::exchange(delayed_, {}))
      store(entry, after);
    return last;
  }
  Result<std::vector<StoredEntry>> read(const MatchId& match) override { return logs_[match]; }
  Result<std::vector<MatchId>> matches() override {
    std::vector<MatchId> found;
    for (const auto& [match, log] : logs_)
      found.push_back(match);
    return found;
  }
  Result<void> drop_before(const MatchId& match, std::uint64_t sequence) override {
    std::erase_if(logs_[match], [&](const StoredEntry& each) { return each.sequence < sequence; });
    return {};
  }

  Result<void> announce(const RelayCard&) override { return {}; }
  Result<void> leave(const RelayId&) override { return {}; }
  Result<std::vector<RelayCard>> relays() override { return std::vector<RelayCard>(); }

  AppendOutcome store(const LogEntry& entry, std::uint64_t after) {
    AppendOutcome outcome{.match = entry.match, .epoch = entry.epoch, .number = entry.number};
    const auto id = std::tuple(entry.match, entry.owner, entry.epoch, entry.number);
    if (const auto known = ids_.find(id); known != ids_.end()) {
      outcome.kind = AppendOutcome::Kind::stored;
      outcome.sequence = known->second;
      return outcome;
    }
    std::vector<StoredEntry>& log = logs_[entry.match];
    if ((log.empty() ? 0 : log.back().sequence) != after) {
      ++refused;
      outcome.kind = AppendOutcome::Kind::refused;
      return outcome;
    }
    log.push_back({++sequence_, entry});
    ids_[id] = sequence_;
    outcome.kind = AppendOutcome::Kind::stored;
    outcome.sequence = sequence_;
    return outcome;
  }

 private:
  Random random_;
  std::uint64_t sequence_ = 0;
  std::map<MatchId, std::vector<StoredEntry>> logs_;
  std::map<std::tuple<MatchId, RelayId, std::uint32_t, std::uint64_t>, std::uint64_t> ids_;
  std::deque<AppendOutcome> outcomes_;
  std::deque<std::pair<LogEntry, std::uint64_t>> delayed_;
};

}  // namespace tutti::test
