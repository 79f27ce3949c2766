#include "relay/history.hpp"

#include <algorithm>

#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

namespace {

/// Events of a page. Small pages are cheap to keep until they are full, large ones pack better. The
/// more there were, the larger the next is, so that the places of all of them stay few.
constexpr std::uint32_t page_events_least = 128;
constexpr std::uint32_t page_events_most = 1024;
/// What is known beside the events makes a page by itself where it is so much: that of a match in
/// which nobody does anything.
constexpr std::size_t page_notes = 256;
/// Events that stay in memory beside those of a page, whatever their age.
constexpr std::uint32_t fresh_events = 64;
/// Events stay in memory for so long: readers who are there have them by then.
constexpr std::int64_t fresh_seconds = 4;
/// What was read of so many places is kept, for so many passes after the last look.
constexpr std::size_t places_most = 4;
constexpr int idle_passes_most = 1000;

std::uint32_t events_of_page_at(std::uint32_t first) {
  return std::clamp(first / 1024, page_events_least, page_events_most);
}

bool is_before(const EventView& left, const EventView& right) {
  return canonical_order(left, right) < 0;
}

/// No two ticks of a page are farther apart.
std::int32_t distance(Tick from, Tick to) {
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(to - from, INT32_MIN, INT32_MAX));
}

/// Of the latest places that were read: the one with this number, in front.
template <class Read>
bool bring_forward(std::vector<Read>& places, std::size_t number) {
  const auto found = std::find_if(places.begin(), places.end(),
                                  [&](const Read& place) { return place.number == number; });
  if (found == places.end()) return false;
  std::rotate(places.begin(), found, found + 1);
  return true;
}

template <class Read>
void put_in_front(std::vector<Read>& places, Read place) {
  if (places.size() == places_most) places.pop_back();
  places.insert(places.begin(), std::move(place));
}

}  // namespace

// ---- Putting away -------------------------------------------------------------------------------

bool History::put(const RelayMatch& match, const PageNotes& notes) {
  if (waiting_ || TUTTI_MUTANT(nothing_is_put_away)) return false;
  const std::uint32_t first = pages_.empty() ? 0 : pages_.back().end;
  const std::uint32_t full = events_of_page_at(first);
  const bool has_events = match.accepted_count() - first >= full + fresh_events;
  const bool has_notes = notes.size() >= page_notes;
  if (!has_events && (!has_notes || TUTTI_MUTANT(quiet_matches_stay_in_memory))) return false;
  const std::int64_t fresh_ticks = fresh_seconds * match.log().setup().tick_rate;
  const Tick oldest = std::min(match.horizon(), match.clock() - fresh_ticks);
  // The last one first: it is the one that is most likely too young.
  const std::uint32_t end = first + (has_events ? full : 0);
  if (has_events && match.accepted(end - 1).event.tick > oldest) return false;
  Waiting waiting{.page = {.end = end}, .lowest = oldest};
  std::vector<EventView> events;
  events.reserve(end - first);
  for (std::uint32_t sequence = first; sequence < end; ++sequence) {
    const EventView event = match.accepted(sequence).event;
    if (event.tick > oldest) return false;
    is_played_ |= !event.author.is_relay();
    waiting.lowest = std::min(waiting.lowest, event.tick);
    waiting.highest = std::max(waiting.highest, event.tick);
    events.push_back(event);
  }
  const Tick horizon =
      end < match.accepted_count() ? match.accepted(end).horizon_before : match.horizon();
  const auto at = journal_->append_page(
      number_, {.first_sequence = std::uint64_t{first} + 1, .events = events, .horizon = horizon},
      notes);
  if (!at) return false;
  waiting.page.lie_at(*at);
  waiting_ = waiting;
  return true;
}

bool History::settle(RelayMatch& match) {
  if (!waiting_) return false;
  const bool is_written = journal_->is_written(waiting_->page.at());
  if (!is_written && !TUTTI_MUTANT(forgotten_before_written)) return false;
  const Waiting written = *std::exchange(waiting_, std::nullopt);
  Page page = written.page;
  match.forget(page.end);
  page.through = match.log().forgotten_through();
  page.chapter_end = static_cast<std::uint32_t>(match.log().forgotten());
  page.lowest = distance(page.through, written.lowest);
  page.highest = distance(page.through, written.highest);
  pages_.push_back(page);
  return true;
}

void History::continue_in(Journal& journal, MatchNumber number) {
  TUTTI_ASSERT(copied_.size() == pages_.size(), copied_.size(), pages_.size());
  journal_ = &journal;
  number_ = number;
  for (std::size_t page = 0; page < pages_.size(); ++page) {
    if (!TUTTI_MUTANT(pages_stay_in_the_old_journal)) pages_[page].lie_at(copied_[page]);
  }
  copied_ = {};
  waiting_.reset();  // it is in the other journal only; its events are in memory still
}

// ---- Looking up ---------------------------------------------------------------------------------

const RelayMatch::Accepted* History::accepted(const RelayMatch& match, std::uint32_t sequence) {
  if (sequence >= match.first_kept()) return &match.accepted(sequence);
  const auto page =
      std::upper_bound(pages_.begin(), pages_.end(), sequence,
                       [](std::uint32_t wanted, const Page& other) { return wanted < other.end; });
  const auto number = static_cast<std::size_t>(page - pages_.begin());
  const ReadPage* read = read_page(number);
  return read == nullptr ? nullptr : &read->events[sequence - first_of(number)];
}

std::optional<std::uint32_t> History::final_count(const RelayMatch& match, Tick through) {
  const Log& log = match.log();
  through = std::min(through, log.horizon());
  if (through >= log.forgotten_through()) {
    return static_cast<std::uint32_t>(log.forgotten() +
                                      log.events_between(Tick{1}, through).size());
  }
  const auto page =
      std::lower_bound(pages_.begin(), pages_.end(), through,
                       [](const Page& other, Tick wanted) { return other.through < wanted; });
  const auto number = static_cast<std::size_t>(page - pages_.begin());
  const ReadChapter* read = read_chapter(number);
  if (read == nullptr) return std::nullopt;
  const auto end = std::partition_point(read->events.begin(), read->events.end(),
                                        [&](const Event& event) { return event.tick <= through; });
  return chapter_begin(number) + static_cast<std::uint32_t>(end - read->events.begin());
}

std::optional<EventView> History::final_event(const RelayMatch& match, std::uint32_t number) {
  const Log& log = match.log();
  if (number >= log.forgotten()) return log.events()[1 + number - log.forgotten()];
  const auto page = std::upper_bound(
      pages_.begin(), pages_.end(), number,
      [](std::uint32_t wanted, const Page& other) { return wanted < other.chapter_end; });
  const auto chapter = static_cast<std::size_t>(page - pages_.begin());
  const ReadChapter* read = read_chapter(chapter);
  if (read == nullptr) return std::nullopt;
  return read->events[number - chapter_begin(chapter)].view();
}

Result<MatchPage> History::load(std::size_t page) {
  Result<MatchPage> found = journal_->pages({pages_[page].at()}, 0).read(0);
  if (!found) return found;
  const std::uint32_t first = first_of(page);
  const bool is_right = found->first_sequence == std::uint64_t{first} + 1 &&
                        found->events.size() == pages_[page].end - first;
  if (!is_right) return fail(Fault::bad_data, "the journal lost a part of a running match");
  return found;
}

const History::ReadPage* History::read_page(std::size_t page) {
  idle_passes_ = 0;
  if (bring_forward(read_pages_, page)) return &read_pages_.front();
  Result<MatchPage> found = load(page);
  if (!found) return nullptr;
  ReadPage read{.number = page, .owned = std::move(found->events), .events = {}};
  read.events.reserve(read.owned.size());
  for (const Event& event : read.owned)
    read.events.push_back({event.view(), {}, false});
  Tick before = found->horizon;
  for (auto event = read.events.rbegin(); event != read.events.rend(); ++event) {
    before = std::min(before, event->event.tick - 1);
    event->horizon_before = before;
  }
  put_in_front(read_pages_, std::move(read));
  return &read_pages_.front();
}

const History::ReadChapter* History::read_chapter(std::size_t page) {
  idle_passes_ = 0;
  if (bring_forward(read_chapters_, page)) return &read_chapters_.front();
  const Tick after = page == 0 ? Tick{} : pages_[page - 1].through;
  const Tick through = pages_[page].through;
  ReadChapter read{.number = page, .events = {}};
  for (std::size_t other = 0; other <= page; ++other) {
    if (!pages_[other].overlaps(after, through)) continue;
    const ReadPage* part = read_page(other);
    if (part == nullptr) return nullptr;
    for (const RelayMatch::Accepted& accepted : part->events) {
      const Tick tick = accepted.event.tick;
      if (tick > after && tick <= through) read.events.push_back(to_owned(accepted.event));
    }
  }
  std::sort(read.events.begin(), read.events.end(), is_before);
  put_in_front(read_chapters_, std::move(read));
  return &read_chapters_.front();
}

MatchPages History::pages() const {
  std::vector<JournalPage> places;
  places.reserve(pages_.size());
  for (const Page& page : pages_)
    places.push_back(page.at());
  return journal_->pages(std::move(places), pages_.empty() ? 0 : pages_.back().end);
}

void History::tidy() {
  if ((read_pages_.empty() && read_chapters_.empty()) || ++idle_passes_ < idle_passes_most) return;
  read_pages_.clear();
  read_chapters_.clear();
}

std::size_t History::memory_bytes() const {
  return pages_.size() * sizeof(Page) + copied_.capacity() * sizeof(JournalPage);
}

}  // namespace tutti::detail
