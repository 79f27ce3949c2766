#include "tutti/replay/journaled_match.hpp"

#include <algorithm>

namespace tutti {

namespace {

bool has_player_events(const Log& log) {
  const auto events = log.events();
  return std::any_of(events.begin(), events.end(),
                     [](const EventView& event) { return !event.author.is_relay(); });
}

template <class Item>
void put_before(std::vector<Item>& later, const std::vector<Item>& earlier) {
  later.insert(later.begin(), earlier.begin(), earlier.end());
}

}  // namespace

Result<Bytes> MatchPages::records(std::size_t page) const {
  const JournalPage& place = places_[page];
  Bytes bytes(place.bytes);
  const Result<std::size_t> count = file_->read(place.offset, bytes);
  if (!count) return Unexpected{count.error()};
  if (*count < bytes.size()) return fail(Fault::bad_data, "the journal is shorter than it was");
  return bytes;
}

Result<MatchPage> MatchPages::read(std::size_t page) const {
  const Result<Bytes> bytes = records(page);
  if (!bytes) return Unexpected{bytes.error()};
  std::optional<MatchPage> found = decode_page(*bytes);
  if (!found) return fail(Fault::bad_data, "the journal lost a part of a match");
  return std::move(*found);
}

JournaledMatch::JournaledMatch(MatchRecord whole)
    : rest(std::move(whole)),
      horizon(rest.log.horizon()),
      head(rest.log.head()),
      is_played(has_player_events(rest.log)) {}

JournaledMatch::JournaledMatch(MatchRecord unpaged, MatchPages paged, Tick last,
                               const Head& head_of_last)
    : rest(std::move(unpaged)),
      pages(std::move(paged)),
      horizon(last),
      head(head_of_last),
      is_played(has_player_events(rest.log)) {}

Result<MatchRecord> JournaledMatch::read() && {
  if (pages.size() == 0) return std::move(rest);
  MatchRecord whole = std::move(rest);
  Log log(whole.log.setup());
  std::vector<RecordedDigest> digests;
  std::vector<ArrivalMargins> margins;
  for (std::size_t page = 0; page < pages.size(); ++page) {
    Result<MatchPage> found = pages.read(page);
    if (!found) return Unexpected{found.error()};
    for (const Event& event : found->events)
      log.add(event);
    digests.insert(digests.end(), found->digests.begin(), found->digests.end());
    margins.insert(margins.end(), found->margins.begin(), found->margins.end());
  }
  for (const EventView& event : whole.log.events().subspan(1))
    log.add(event);
  log.close(horizon);
  whole.log = std::move(log);
  put_before(whole.digests, digests);
  put_before(whole.margins, margins);
  return whole;
}

}  // namespace tutti
