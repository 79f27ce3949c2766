#include "tutti/replay/journaled_match.hpp"

#include <algorithm>

#include "proofs.hpp"

namespace tutti {

namespace {

bool has_player_events(const Log& log) {
  const auto events = log.events();
  return std::any_of(events.begin(), events.end(),
                     [](const EventView& event) { return !event.author.is_relay(); });
}

template <class Item>
void put_after(std::vector<Item>& earlier, const std::vector<Item>& later) {
  earlier.insert(earlier.end(), later.begin(), later.end());
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
  MatchPage all;
  const auto take = [&all](const auto& part) {
    put_after(all.digests, part.digests);
    put_after(all.margins, part.margins);
    put_after(all.desyncs, part.desyncs);
    put_after(all.client_keys, part.client_keys);
    put_after(all.player_signatures, part.player_signatures);
  };
  for (std::size_t page = 0; page < pages.size(); ++page) {
    Result<MatchPage> found = pages.read(page);
    if (!found) return Unexpected{found.error()};
    for (const Event& event : found->events)
      log.add(event);
    take(*found);
  }
  take(whole);
  for (const EventView& event : whole.log.events().subspan(1))
    log.add(event);
  log.close(horizon);
  whole.log = std::move(log);
  whole.digests = std::move(all.digests);
  whole.margins = std::move(all.margins);
  whole.desyncs = std::move(all.desyncs);
  whole.client_keys = std::move(all.client_keys);
  whole.player_signatures = std::move(all.player_signatures);
  put_in_order(whole.client_keys);
  put_in_order(whole.player_signatures);
  return whole;
}

}  // namespace tutti
