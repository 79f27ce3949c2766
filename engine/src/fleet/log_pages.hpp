#pragma once
// The pages of a match's log. A log has some entries a second, and each of them costs its reader as
// much as a page of hundreds: whoever goes on with a long match would have players wait. So the
// streamer puts what is stored together once more. A page says nothing that entries do not say:
// where pages are missing, entries are read.

#include <span>

#include "tutti/engine/fleet_store.hpp"

namespace tutti::detail {

/// Makes the pages of one epoch, one after the other.
class LogPages {
 public:
  /// `page_bytes`: of records in a page, at least.
  explicit LogPages(std::size_t page_bytes) : page_bytes_(page_bytes) {}
  /// An entry is stored, in the order of their numbers.
  void take(const LogEntry& entry, std::uint64_t sequence);
  /// Whether a page is to be sent, or is under way.
  bool has_work() const { return sent_ || gathered_.all.records.size() >= page_bytes_; }
  /// Sends what is to be sent.
  void pass(FleetStore& store, Instant now);
  void take(const AppendOutcome& outcome);

 private:
  void make_room(Bytes& records, std::size_t size) const;

  std::size_t page_bytes_;
  LogPage gathered_{};
  std::optional<LogPage> sent_{};  // until it is known to be stored
  bool is_to_be_sent_ = false;
  Instant sent_at_{};
  bool is_given_up_ = false;  // for a page that cannot be stored: a reader wants all of them
};

/// Of these pages those of the last epoch that is whole with them, without a gap; behind the last
/// one of them the entries are to be read.
std::vector<StoredEntry> newest_whole(std::span<const LogPage> pages);

}  // namespace tutti::detail
