#pragma once
// A match's log as its entries come: put together, and said as news. It knows no store and no
// clock.

#include <optional>
#include <variant>

#include "tutti/engine/fleet_store.hpp"
#include "tutti/net/match_follower.hpp"

namespace tutti::detail {

/// One epoch's entries, as far as they follow each other.
class EpochEntries {
 public:
  /// Precondition: the entry has the number 0.
  explicit EpochEntries(const StoredEntry& first);

  void take(const StoredEntry& stored);
  bool is_of(const LogEntry& entry) const { return entry.owner == owner_ && entry.epoch == epoch_; }
  /// With what is taken it has all that there was of the match when it began.
  bool is_whole() const { return is_whole_; }
  /// Entries were missing; what came behind was not taken.
  bool has_hole() const { return has_hole_; }
  Bytes& records() { return records_; }
  const Bytes& records() const { return records_; }

 private:
  RelayId owner_;
  std::uint32_t epoch_;
  std::uint64_t next_ = 0;
  bool is_whole_ = false;
  bool has_hole_ = false;
  Bytes records_{};
};

class GrowingLog {
 public:
  using News = decltype(FollowedNews::is);

  void take(const StoredEntry& stored);
  /// What has come since the last call, once there is an epoch that is whole. After
  /// `followed::Lost` there is nothing more.
  std::optional<News> take_news();
  /// Whether that was said of one.
  bool is_begun() const { return is_begun_; }
  /// Whether the match is over, and nothing more will come.
  bool is_over() const { return is_over_; }

 private:
  std::optional<News> whole();
  std::optional<News> grown();

  std::optional<EpochEntries> told_{};  // its records are those that were not said yet
  std::optional<EpochEntries> next_{};  // not whole yet
  bool is_new_ = false;                 // nothing of it was said
  bool is_begun_ = false;
  bool is_over_ = false;
  std::uint64_t next_sequence_ = 0;  // of the next event
};

}  // namespace tutti::detail
