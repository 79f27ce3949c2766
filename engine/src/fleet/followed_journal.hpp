#pragma once
// A journal's file, read record by record while its relay writes at the other end. It is kept open,
// so that a journal that was begun anew, or a relay that has ended, takes nothing away.

#include <optional>

#include "tutti/engine/journal_follower.hpp"
#include "tutti/replay/format.hpp"
#include "tutti/sim/result.hpp"

namespace tutti::detail {

class FollowedJournal {
 public:
  /// Errors: Fault::system if the file cannot be opened.
  static Result<FollowedJournal> open(const JournalStart& start);
  FollowedJournal(FollowedJournal&& other) noexcept;
  FollowedJournal& operator=(FollowedJournal&& other) noexcept;
  ~FollowedJournal();

  void reach(JournalPosition written) { written_ = written.bytes; }
  /// The relay writes into another one.
  void finish() { is_finished_ = true; }
  bool is_continued() const { return start_.is_continued; }

  /// The next whole record; nothing if there is none yet. Valid until the next call. Errors: the
  /// disk's, and Fault::bad_data for bytes that are no record though more follow.
  Result<std::optional<Record>> next();
  /// Whether the record that `next` gave last is one of those that were there at the start.
  bool is_among_copies() const { return offset_ <= start_.written.bytes; }
  /// Whether all that was there at the start has been read.
  bool is_past_copies() const { return offset_ >= start_.written.bytes; }
  /// Whether nothing will come any more.
  bool is_at_end() const { return is_finished_ && offset_ >= written_; }
  bool is_finished() const { return is_finished_; }
  std::uint64_t unread() const { return written_ > offset_ ? written_ - offset_ : 0; }

 private:
  FollowedJournal(int descriptor, JournalStart start);
  Result<void> fill(std::size_t most);

  int descriptor_ = -1;
  JournalStart start_;
  std::uint64_t written_ = 0;
  bool is_finished_ = false;
  std::uint64_t offset_ = file_header_bytes;  // of the next record
  Bytes window_;                              // the file's bytes from `offset_` - `used_` on
  std::size_t used_ = 0;
};

}  // namespace tutti::detail
