#pragma once
// A match of which the older part is in pages of a journal and not in memory. It is written to a
// file, or copied into another journal, page by page, so that this takes little memory however long
// the match was.

#include <memory>
#include <utility>
#include <vector>

#include "tutti/replay/match_page.hpp"
#include "tutti/replay/match_record.hpp"
#include "tutti/replay/storage.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

/// Pages of a match in a journal: its first events, in the order of acceptance. They can be read as
/// long as this lives, also when another journal has taken that one's place.
class TUTTI_API MatchPages {
 public:
  MatchPages() = default;  ///< None.
  /// Pages that are written in this file, with so many events together.
  MatchPages(std::shared_ptr<AppendFile> file, std::vector<JournalPage> places,
             std::uint64_t events)
      : file_(std::move(file)), places_(std::move(places)), events_(events) {}

  std::size_t size() const { return places_.size(); }  ///< How many there are.
  std::uint64_t events() const { return events_; }     ///< How many events are in them.
  /// The records of a page. Errors: the storage's, and Fault::bad_data for a page that is not there
  /// any more.
  Result<Bytes> records(std::size_t page) const;
  /// What is in a page. Errors: the same.
  Result<MatchPage> read(std::size_t page) const;

 private:
  std::shared_ptr<AppendFile> file_;
  std::vector<JournalPage> places_;
  std::uint64_t events_ = 0;
};

/// See the top of this file. It moves, and does not copy.
struct TUTTI_API JournaledMatch {
  /// A match that is in memory as a whole.
  explicit JournaledMatch(MatchRecord whole);
  /// A match of which `unpaged` has what is in no page. The log of that has closed no tick; the
  /// match's is final through `last`, where it has this head.
  JournaledMatch(MatchRecord unpaged, MatchPages paged, Tick last, const Head& head_of_last);

  /// The whole match, in memory. Errors: those of `MatchPages`.
  Result<MatchRecord> read() &&;

  MatchRecord rest;  ///< all that is in no page
  MatchPages pages;  ///< the older part
  Tick horizon;      ///< the tick through which the log is final
  Head head;         ///< of the log through it
  bool is_played;    ///< whether an event of a player is in it; of pages the maker has to say so
};

}  // namespace tutti
