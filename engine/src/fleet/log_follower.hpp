#pragma once
// Follows the logs of other relays' matches in a fleet's store, for a relay that mirrors them. A
// reading that falls silent is noticed, and begun anew behind what was read. It knows no clock and
// no thread; what waits for the store is `pass`.

#include <deque>
#include <map>
#include <memory>
#include <string>

#include "fleet/growing_log.hpp"

namespace tutti::detail {

class LogFollower {
 public:
  /// The store must outlive this.
  explicit LogFollower(FleetStore& store) : store_(&store) {}

  void follow(const std::string& room, Instant now) {
    followed_[room] = {.since = now, .next_try = now, .heard = now};
  }
  /// Nothing more is said of it.
  void let_go(const std::string& room);

  void pass(Instant now);
  std::optional<FollowedNews> next_news();
  /// When to pass again at the latest.
  Instant next_due(Instant now) const;
  /// Readings that had fallen silent.
  std::uint64_t silences() const { return silences_; }

 private:
  struct Followed {
    Instant since{};
    Instant next_try{};
    Instant heard{};                 // when something came last, or was looked for
    std::optional<MatchId> match{};  // once it is known
    std::unique_ptr<LogReading> reading{};
    std::uint64_t seen = 0;   // the sequence of the last entry
    std::uint64_t first = 0;  // nothing is said before this one is read
    GrowingLog log{};
    bool is_lost = false;
  };
  void find(const std::string& room, Followed& followed, Instant now);
  void read_on(Followed& followed, Instant now);
  void look_whether_silent(const std::string& room, Followed& followed, Instant now);
  void lose(const std::string& room, Followed& followed, std::string sentence);

  FleetStore* store_;
  std::map<std::string, Followed> followed_{};
  std::deque<FollowedNews> news_{};
  Instant next_look_{};  // for what came unheard: not while the store does not answer
  std::uint64_t silences_ = 0;
};

}  // namespace tutti::detail
