#include "tutti/sim/log.hpp"
#include "tutti/sim/mutant.hpp"

#include <algorithm>

namespace tutti {

namespace {

/// Payloads lie in pages, each twice as large as the one before, up to the long ones. A log that
/// forgets has few payloads at a time: its pages stay small, and become short where it has more.
constexpr std::size_t first_page_bytes = 1024;
constexpr std::size_t short_page_bytes = 4 * 1024;
constexpr std::size_t long_page_bytes = 64 * 1024;
constexpr std::size_t few_pages = 8;
/// Room for so many events is not given back.
constexpr std::size_t spare_events = 1024;

bool is_same(BytesView left, BytesView right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end());
}

}  // namespace

Head extend(const Head& head, std::span<const EventView> events_of_a_tick) {
  Blake2b hash(32);
  hash.update(head.bytes);
  std::array<std::byte, 8 + 1 + 4 + 2> numbers;
  for (const EventView& event : events_of_a_tick) {
    auto at = numbers.begin();
    const auto put = [&](auto value) {
      const auto bytes = detail::to_little_endian(value);
      at = std::copy(bytes.begin(), bytes.end(), at);
    };
    put(static_cast<std::uint64_t>(event.tick.value));
    put(event.author.value);
    put(event.counter);
    put(static_cast<std::uint16_t>(event.payload.size()));
    hash.update(numbers).update(event.payload);
  }
  Head next;
  hash.finish(next.bytes);
  return next;
}

Log::Log(Setup setup) : setup_(std::move(setup)) {
  TUTTI_ASSERT(is_valid(setup_), setup_.players, setup_.tick_rate);
  const Bytes payload = encode({.kind = EventKind::match_started, .setup = setup_});
  pages_.emplace_back().reserve(payload.size());  // its own, since it is never forgotten
  events_.push_back({Tick{0}, relay_author, 0, store(payload)});
  heads_.push_back({Tick{0}, extend(Head{}, events_)});
  closed_ = 1;
}

Log::Added Log::add(const EventView& event) {
  if (event.tick <= horizon_) return Added::past_horizon;
  std::size_t position = events_.size();
  while (position > closed_ &&
         (TUTTI_MUTANT(arrival_is_order) ? event.tick < events_[position - 1].tick
                                         : canonical_order(event, events_[position - 1]) < 0)) {
    --position;
  }
  if (position > closed_ && canonical_order(event, events_[position - 1]) == 0) {
    return is_same(events_[position - 1].payload, event.payload) ? Added::known : Added::conflict;
  }
  if (event.author.is_relay()) {
    const std::optional<RelayEvent> decoded = relay_event_of(event);
    if (!decoded || decoded->kind == EventKind::match_started ||
        decoded->player.value >= setup_.players) {
      return Added::unknown;
    }
    if (decoded->kind == EventKind::match_ended)
      ended_ = std::min(event.tick, ended_.value_or(event.tick));
  } else if (is_over_limit(event, position)) {
    return Added::over_limit;
  }
  EventView kept = event;
  kept.payload = store(event.payload);
  events_.insert(events_.begin() + static_cast<std::ptrdiff_t>(position), kept);
  return Added::yes;
}

bool Log::is_over_limit(const EventView& event, std::size_t position) const {
  if (event.payload.size() > limits::event_bytes || event.author.value > setup_.players) {
    return true;
  }
  std::size_t same = 0;
  const auto is_sibling = [&](const EventView& other) {
    return other.tick == event.tick && other.author == event.author;
  };
  for (std::size_t i = position; i > 0 && is_sibling(events_[i - 1]); --i)
    ++same;
  for (std::size_t i = position; i < events_.size() && is_sibling(events_[i]); ++i)
    ++same;
  return same >= limits::events_per_tick;
}

void Log::close(Tick horizon) {
  if (horizon <= horizon_) return;
  horizon_ = horizon;
  while (closed_ < events_.size() && events_[closed_].tick <= horizon) {
    const Tick tick = events_[closed_].tick;
    const std::size_t first = closed_;
    while (closed_ < events_.size() && events_[closed_].tick == tick)
      ++closed_;
    const auto of_tick = std::span(events_).subspan(first, closed_ - first);
    heads_.push_back({tick, extend(heads_.back().head, of_tick)});
  }
}

void Log::forget(Tick through, Tick heads_before) {
  through = std::min({through, horizon_, last_event() - 1});
  if (through > forgotten_through_) {
    const std::size_t end = first_at_or_after(through + 1);
    events_.erase(events_.begin() + 1, events_.begin() + static_cast<std::ptrdiff_t>(end));
    forgotten_ += end - 1;
    closed_ -= end - 1;
    forgotten_through_ = through;
    if (pages_.back().capacity() > short_page_bytes) {
      pages_.emplace_back().reserve(first_page_bytes);
    }
    drop_pages();
  }
  const auto kept =
      std::prev(std::upper_bound(heads_.begin() + 1, heads_.end(), std::min(heads_before, horizon_),
                                 [](Tick tick, const HeadAt& at) { return tick < at.tick; }));
  heads_.erase(heads_.begin(), kept);
  if (events_.capacity() > 4 * events_.size() + spare_events) events_.shrink_to_fit();
}

/// Payloads lie in pages in the order of arrival. The first page has that of `MatchStarted`.
void Log::drop_pages() {
  const auto is_used = [&](const Bytes& page) {
    return std::any_of(events_.begin() + 1, events_.end(), [&](const EventView& event) {
      return event.payload.data() >= page.data() &&
             event.payload.data() < page.data() + page.size();
    });
  };
  while (pages_.size() > 2 && !is_used(pages_[1]))  // the last one takes more
    pages_.erase(pages_.begin() + 1);
}

Tick Log::last_event() const { return events_.back().tick; }

std::optional<Head> Log::head(Tick tick) const {
  if (tick > horizon_ || tick < heads_.front().tick) return std::nullopt;
  const auto after = std::upper_bound(heads_.begin(), heads_.end(), tick,
                                      [](Tick t, const HeadAt& at) { return t < at.tick; });
  return std::prev(after)->head;
}

std::span<const EventView> Log::events_at(Tick tick) const {
  const std::size_t begin = first_at_or_after(tick);
  std::size_t count = 0;
  while (begin + count < events_.size() && events_[begin + count].tick == tick)
    ++count;
  return std::span(events_).subspan(begin, count);
}

bool Log::is_full(Tick tick, Author author) const {
  const auto events = events_at(tick);
  const auto count = std::count_if(events.begin(), events.end(),
                                   [&](const EventView& event) { return event.author == author; });
  return static_cast<std::size_t>(count) >= limits::events_per_tick;
}

std::span<const EventView> Log::events_between(Tick first, Tick last) const {
  if (last < first) return {};
  const std::size_t begin = first_at_or_after(first);
  const std::size_t end = last == Tick{INT64_MAX} ? events_.size() : first_at_or_after(last + 1);
  return std::span(events_).subspan(begin, end - begin);
}

std::size_t Log::first_at_or_after(Tick tick) const {
  // Play asks for ticks near the end, so look back from there in growing strides before bisecting.
  std::size_t high = events_.size();
  std::size_t stride = 4;
  std::size_t low = high;
  while (low > 0 && events_[low - 1].tick >= tick) {
    high = low;
    low = low > stride ? low - stride : 0;
    stride *= 4;
  }
  const auto begin = events_.begin() + static_cast<std::ptrdiff_t>(low);
  const auto end = events_.begin() + static_cast<std::ptrdiff_t>(high);
  const auto found =
      std::partition_point(begin, end, [&](const EventView& event) { return event.tick < tick; });
  return static_cast<std::size_t>(found - events_.begin());
}

std::size_t Log::next_page_bytes() const {
  if (pages_.size() < 2) return first_page_bytes;
  if (forgotten_ == 0) return std::min(2 * pages_.back().capacity(), long_page_bytes);
  return pages_.size() > few_pages ? short_page_bytes : first_page_bytes;
}

BytesView Log::store(BytesView payload) {
  if (pages_.empty() || pages_.back().capacity() - pages_.back().size() < payload.size()) {
    const std::size_t bytes = std::max(next_page_bytes(), payload.size());
    pages_.emplace_back().reserve(bytes);
  }
  Bytes& page = pages_.back();
  const std::size_t offset = page.size();
  page.insert(page.end(), payload.begin(), payload.end());
  return BytesView(page).subspan(offset, payload.size());
}

}  // namespace tutti
