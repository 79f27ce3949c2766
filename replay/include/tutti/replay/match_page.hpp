#pragma once
// A page is a stretch of a running match that a journal keeps so that it can be read back by
// itself. A relay keeps the older part of long matches in pages and not in memory.

#include <optional>
#include <span>
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

/// What is known of a match beside its events, as it goes into a page.
struct PageNotes {
  std::span<const RecordedDigest> digests{};             ///< by tick
  std::span<const ArrivalMargins> margins{};             ///< by span and player
  std::span<const DesyncFinding> desyncs{};              ///< by tick
  std::span<const ClientKey> client_keys{};              ///< of clients that came
  std::span<const PlayerSignature> player_signatures{};  ///< of clients

  /// How many there are of all.
  std::size_t size() const {
    return digests.size() + margins.size() + desyncs.size() + client_keys.size() +
           player_signatures.size();
  }
};

/// The content of a page.
struct MatchPage {
  std::uint64_t first_sequence = 1;                  ///< of the first event
  std::vector<Event> events{};                       ///< in the order of acceptance
  Tick horizon{};                                    ///< all later events lie behind this tick
  std::vector<RecordedDigest> digests{};             ///< that were agreed on meanwhile
  std::vector<ArrivalMargins> margins{};             ///< of spans that ended meanwhile
  std::vector<DesyncFinding> desyncs{};              ///< that were found meanwhile
  std::vector<ClientKey> client_keys{};              ///< of clients that came meanwhile
  std::vector<PlayerSignature> player_signatures{};  ///< that came meanwhile
};

/// The page that these records are; nothing if they are damaged or none.
TUTTI_API std::optional<MatchPage> decode_page(BytesView records);

}  // namespace tutti
