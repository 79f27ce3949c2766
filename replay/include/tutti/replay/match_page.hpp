#pragma once
// A page is a stretch of a running match that a journal keeps so that it can be read back by
// itself. A relay keeps the older part of long matches in pages and not in memory.

#include <optional>
#include <vector>

#include "tutti/replay/match_record.hpp"
#include "tutti/sim/event.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

/// A page's place in its journal: whole records, one behind the other.
struct JournalPage {
  std::uint64_t offset = 0;  ///< of the first record, in bytes from the start of the file
  std::uint32_t bytes = 0;   ///< of the records
};

/// The content of a page.
struct MatchPage {
  std::uint64_t first_sequence = 1;       ///< of the first event
  std::vector<Event> events{};            ///< in the order of acceptance
  Tick horizon{};                         ///< all later events lie behind this tick
  std::vector<RecordedDigest> digests{};  ///< that were agreed on meanwhile
  std::vector<ArrivalMargins> margins{};  ///< of spans that ended meanwhile
};

/// The page that these records are; nothing if they are damaged or none.
TUTTI_API std::optional<MatchPage> decode_page(BytesView records);

}  // namespace tutti
