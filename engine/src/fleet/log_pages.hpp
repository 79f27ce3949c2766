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
  /// An entry is stored, in the order of their numbers.
  void take(const LogEntry& entry, std::uint64_t sequence);
  /// Whether a page is to be made of so many bytes, or one is under way.
  bool has_work(std::size_t page_bytes) const {
    return sent_ || gathered_.all.records.size() >= page_bytes;
  }
  /// Sends what is to be sent.
  void pass(FleetStore& store, std::size_t page_bytes, Instant now);
  void take(const AppendOutcome& outcome);

 private:
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
