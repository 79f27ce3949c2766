#pragma once
// A fleet's store in memory, with the manners of JetStream: what is sent may be lost, or stored
// while nobody hears of it, or stored late; the servers are out of reach for a while. An entry that
// comes twice is answered as if it were stored again; what is looked up may be answered by a server
// that was the leader, and knows nothing of what came since. Several relays may have a store each
// with the same servers behind.

#include <deque>
#include <map>
#include <memory>
#include <set>

#include "tutti/engine/fleet_store.hpp"
#include "tutti/sim/random.hpp"

namespace tutti::test {

inline constexpr RelayId ada{{std::byte{1}}};
inline constexpr RelayId bob{{std::byte{2}}};
inline constexpr RelayId eve{{std::byte{3}}};

/// What the servers have.
struct MemoryServers {
  struct Said {
    RelayCard card{};
    Instant at{};
  };
  Instant now{};  ///< by which cards expire
  std::uint64_t sequence = 0;
  std::map<MatchId, std::vector<StoredEntry>> logs{};
  /// By match, owner, epoch, number, and the place of an entry that is waited for.
  using Id = std::tuple<MatchId, RelayId, std::uint32_t, std::uint64_t, std::uint64_t>;
  std::map<Id, std::uint64_t> ids{};
  std::map<MatchId, std::vector<LogPage>> pages{};
  std::map<RelayId, Said> cards{};
  std::map<RelayId, std::deque<RelayWord>> words{};  ///< that were not heard yet
  std::set<RelayId> connected{};  ///< relays that have a connection, as far as the servers know
  std::map<RoomName, StoredRoom> rooms{};
  std::map<RoomName, std::uint64_t> rooms_before{};  ///< the last but one that was said

  /// From now until then some of what is looked up is answered as it is now.
  void depose_leader(Instant until) {
    old_until = until;
    old_sequence = sequence;
    old_rooms = rooms;
  }
  bool has_old_leader() const { return now < old_until; }
  Instant old_until{};
  std::uint64_t old_sequence = 0;
  std::map<RoomName, StoredRoom> old_rooms{};
};

class MemoryReading final : public LogReading {
 public:
  MemoryReading(std::shared_ptr<MemoryServers> servers, const MatchId& match, std::uint64_t after,
                std::shared_ptr<bool> is_silent)
      : servers_(std::move(servers)),
        match_(match),
        after_(after),
        is_silent_(std::move(is_silent)) {}
  Result<std::optional<StoredEntry>> next() override {
    if (*is_silent_) return std::optional<StoredEntry>();
    for (const StoredEntry& stored : servers_->logs[match_]) {
      if (stored.sequence <= after_) continue;
      after_ = stored.sequence;
      return std::optional(stored);
    }
    return std::optional<StoredEntry>();
  }

 private:
  std::shared_ptr<MemoryServers> servers_;
  MatchId match_;
  std::uint64_t after_;
  std::shared_ptr<bool> is_silent_;
};

class MemoryStore final : public FleetStore {
 public:
  explicit MemoryStore(std::uint64_t seed,
                       std::shared_ptr<MemoryServers> servers = std::make_shared<MemoryServers>())
      : random_(seed), servers_(std::move(servers)) {}

  std::uint32_t trouble_percent = 0;  ///< of what is sent
  /// Of what is looked up while there is an old leader. Rooms and logs have one each.
  std::uint32_t old_rooms_percent = 50, old_logs_percent = 50;
  bool is_out_of_reach = false;
  std::uint64_t lost = 0;     ///< entries that were not stored
  std::uint64_t unheard = 0;  ///< that were, and nobody heard of it
  std::uint64_t late = 0;     ///< that were stored after a look
  std::uint64_t refused = 0;
  std::uint64_t readings = 0;  ///< that were begun
  std::uint64_t entries_read = 0;
  /// What is said of rooms, and entries, are stored behind the last one or the one before: as a
  /// server in a cluster does that has not come so far yet.
  bool is_behind_by_one = false;
  /// Called before each thing that is looked up or written while somebody waits for it.
  std::function<void()> meanwhile{};

  Result<void> append(const LogEntry& entry, std::uint64_t after) override {
    if (is_out_of_reach) return out_of_reach();
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
  Result<void> append_page(const LogPage& page) override {
    if (is_out_of_reach) return out_of_reach();
    const bool has_trouble = random_.below(100) < trouble_percent;
    const bool is_lost = has_trouble && random_.below(2) == 0;
    std::vector<LogPage>& pages = servers_->pages[page.all.match];
    const bool is_there = std::ranges::any_of(pages, [&](const LogPage& other) {
      return other.all.owner == page.all.owner && other.all.epoch == page.all.epoch &&
             other.all.number == page.all.number;
    });
    if (!is_lost && !is_there) pages.push_back(page);
    AppendOutcome outcome{
        .match = page.all.match, .epoch = page.all.epoch, .number = page.all.number};
    if (!has_trouble) outcome.kind = AppendOutcome::Kind::stored;
    outcome.is_page = true;
    outcomes_.push_back(outcome);
    return {};
  }
  void exchange() override {}
  std::optional<AppendOutcome> next_outcome() override {
    if (outcomes_.empty() || random_.below(4) == 0) return std::nullopt;
    const AppendOutcome outcome = outcomes_.front();
    outcomes_.pop_front();
    return outcome;
  }
  Result<void> announce(const RelayCard& card) override {
    if (is_out_of_reach) return out_of_reach();
    const bool has_trouble = random_.below(100) < trouble_percent;
    if (has_trouble && random_.below(2) == 0) return {};
    servers_->cards[card.relay] = {card, servers_->now};
    if (!has_trouble) announced_.push_back(card.renewal);
    return {};
  }
  std::optional<std::uint32_t> next_announced() override {
    if (announced_.empty()) return std::nullopt;
    const std::uint32_t renewal = announced_.front();
    announced_.pop_front();
    return renewal;
  }

  std::optional<RelayWord> next_word() override {
    std::deque<RelayWord>& words = servers_->words[own_];
    if (is_out_of_reach || words.empty()) return std::nullopt;
    const RelayWord word = words.front();
    words.pop_front();
    return word;
  }

  void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work) override {
    for (std::size_t i = 0; i < count; ++i)
      work(i);
  }

  AppendOutcome append_now(const LogEntry& entry, std::uint64_t after) override {
    return written([&] { return store(entry, after, after + 1); });
  }
  Result<std::optional<StoredEntry>> last(const MatchId& match) override {
    if (!waits()) return out_of_reach();
    const auto found = servers_->logs.find(match);
    const bool is_old = asks_old_leader(old_logs_percent);
    std::optional<StoredEntry> last;
    for (const StoredEntry& each :
         found == servers_->logs.end() ? std::vector<StoredEntry>() : found->second) {
      if (!is_old || each.sequence <= servers_->old_sequence) last = each;
    }
    arrive();  // now, when its sender takes it for lost
    return last;
  }
  /// What was on its way arrives.
  void arrive() {
    for (const auto& [entry, after] : std::exchange(delayed_, {}))
      store(entry, after);
  }
  Result<std::vector<StoredEntry>> read(const MatchId& match, std::uint64_t through = 0,
                                        std::uint64_t after = 0) override {
    if (!waits()) return out_of_reach();
    std::vector<StoredEntry> entries = servers_->logs[match];
    std::erase_if(entries, [&](const StoredEntry& each) {
      return (through != 0 && each.sequence > through) || each.sequence <= after;
    });
    entries_read += entries.size();
    return entries;
  }
  Result<std::vector<LogPage>> pages(const MatchId& match) override {
    if (!waits()) return out_of_reach();
    const bool is_old = asks_old_leader(old_logs_percent);
    std::vector<LogPage> pages = servers_->pages[match];
    std::erase_if(pages, [&](const LogPage& page) {
      return is_old && page.through > servers_->old_sequence;
    });
    return pages;
  }
  Result<std::unique_ptr<LogReading>> follow(const MatchId& match, std::uint64_t after) override {
    if (!waits()) return out_of_reach();
    ++readings;
    return std::unique_ptr<LogReading>(
        std::make_unique<MemoryReading>(servers_, match, after, silence_));
  }
  MemoryServers& servers() { return *servers_; }
  /// The server of all present readings dies.
  void silence_readings() { *std::exchange(silence_, std::make_shared<bool>(false)) = true; }
  Result<std::vector<MatchId>> matches() override {
    std::vector<MatchId> found;
    for (const auto& [match, log] : servers_->logs)
      found.push_back(match);
    return found;
  }

  Result<void> leave(const RelayId& relay) override {
    if (!waits()) return out_of_reach();
    servers_->cards.erase(relay);
    return {};
  }
  Result<void> be_found(const RelayId& own) override {
    servers_->connected.insert(own);
    own_ = own;
    return {};
  }
  void tell(const RelayId& relay, const RelayWord& word) override {
    const bool is_lost = is_out_of_reach || random_.below(100) < trouble_percent;
    if (!is_lost && servers_->connected.contains(relay)) servers_->words[relay].push_back(word);
  }
  Result<bool> has_connection(const RelayId& relay) override {
    if (!waits()) return out_of_reach();
    return servers_->connected.contains(relay);
  }
  Result<void> request_drain(const RelayId&) override { return {}; }
  bool take_drain_request(const RelayId&) override { return false; }
  Result<std::vector<RelayCard>> relays() override {
    if (!waits()) return out_of_reach();
    expire();
    std::vector<RelayCard> found;
    for (const auto& [relay, said] : servers_->cards)
      found.push_back(said.card);
    return found;
  }
  Result<std::optional<RelayCard>> relay(const RelayId& relay) override {
    if (!waits()) return out_of_reach();
    expire();
    const auto found = servers_->cards.find(relay);
    if (found == servers_->cards.end()) return std::optional<RelayCard>();
    return std::optional(found->second.card);
  }

  AppendOutcome write_room(const RoomName& room, const RoomRecord& record,
                           std::uint64_t after) override {
    return written([&] {
      AppendOutcome outcome{.kind = AppendOutcome::Kind::refused};
      const auto found = servers_->rooms.find(room);
      const std::uint64_t last = found == servers_->rooms.end() ? 0 : found->second.sequence;
      std::uint64_t& last_but_one = servers_->rooms_before[room];
      if (last != after && !(is_behind_by_one && last_but_one == after)) return outcome;
      last_but_one = last;
      servers_->rooms[room] = {++servers_->sequence, record};
      outcome.kind = AppendOutcome::Kind::stored;
      outcome.sequence = servers_->sequence;
      return outcome;
    });
  }
  Result<std::optional<StoredRoom>> room(const RoomName& room) override {
    if (!waits()) return out_of_reach();
    const auto& rooms = asks_old_leader(old_rooms_percent) ? servers_->old_rooms : servers_->rooms;
    const auto found = rooms.find(room);
    if (found == rooms.end()) return std::optional<StoredRoom>();
    return std::optional(found->second);
  }
  Result<void> remove_room(const RoomName& room, std::uint64_t sequence) override {
    if (!waits()) return out_of_reach();
    const auto found = servers_->rooms.find(room);
    const bool is_that = found != servers_->rooms.end() && found->second.sequence <= sequence;
    if (is_that) servers_->rooms.erase(found);
    return {};
  }
  Result<std::vector<RoomName>> rooms() override {
    if (!waits()) return out_of_reach();
    std::vector<RoomName> found;
    for (const auto& [room, stored] : servers_->rooms)
      found.push_back(room);
    return found;
  }

  AppendOutcome store(const LogEntry& entry, std::uint64_t after, std::uint64_t place = 0) {
    AppendOutcome outcome{.match = entry.match, .epoch = entry.epoch, .number = entry.number};
    const MemoryServers::Id id(entry.match, entry.owner, entry.epoch, entry.number, place);
    if (const auto known = servers_->ids.find(id); known != servers_->ids.end()) {
      outcome.kind = AppendOutcome::Kind::stored;
      outcome.sequence = known->second;
      return outcome;
    }
    std::vector<StoredEntry>& log = servers_->logs[entry.match];
    const bool is_behind_last_but_one =
        is_behind_by_one && log.size() > 1 && log[log.size() - 2].sequence == after;
    if ((log.empty() ? 0 : log.back().sequence) != after && !is_behind_last_but_one) {
      ++refused;
      outcome.kind = AppendOutcome::Kind::refused;
      return outcome;
    }
    log.push_back({++servers_->sequence, entry});
    servers_->ids[id] = servers_->sequence;
    outcome.kind = AppendOutcome::Kind::stored;
    outcome.sequence = servers_->sequence;
    return outcome;
  }

 private:
  static Unexpected out_of_reach() { return fail(Fault::system, "out of reach"); }
  /// Whether there is an answer.
  bool waits() {
    if (meanwhile) meanwhile();
    return !is_out_of_reach;
  }
  bool asks_old_leader(std::uint32_t percent) {
    return servers_->has_old_leader() && random_.below(100) < percent;
  }
  template <class Write>
  AppendOutcome written(Write write) {
    if (!waits()) return {};
    const bool has_trouble = random_.below(100) < trouble_percent;
    if (has_trouble && random_.below(2) == 0) {
      ++lost;
      return {};
    }
    const AppendOutcome outcome = write();
    unheard += has_trouble;
    return has_trouble ? AppendOutcome{} : outcome;
  }
  void expire() {
    std::erase_if(servers_->cards, [this](const auto& each) {
      return servers_->now - each.second.at >= limits::fleet_silence;
    });
  }

  Random random_;
  RelayId own_{};
  std::shared_ptr<MemoryServers> servers_;
  std::shared_ptr<bool> silence_ = std::make_shared<bool>(false);
  std::deque<AppendOutcome> outcomes_;
  std::deque<std::uint32_t> announced_;
  std::deque<std::pair<LogEntry, std::uint64_t>> delayed_;
};

}  // namespace tutti::test
