#include "relay/adoption.hpp"

#include <algorithm>

#include "tutti/sim/assert.hpp"

namespace tutti::detail {

namespace {

bool is_end(const Event& event) {
  const auto relay_event = relay_event_of(event);
  return relay_event && relay_event->kind == EventKind::match_ended;
}

/// The events of a tail from its first to `last`, a tick.
std::span<const Event> through(const Tail& tail, Tick last) {
  const auto end =
      std::upper_bound(tail.events.begin(), tail.events.end(), last,
                       [](Tick tick, const Event& event) { return tick < event.tick; });
  return {tail.events.begin(), end};
}

/// The last tick through which two runs of events are the same, at most `last`.
Tick same_through(std::span<const Event> left, std::span<const Event> right, Tick last) {
  const auto [one, other] = std::mismatch(left.begin(), left.end(), right.begin(), right.end());
  if (one != left.end()) last = std::min(last, one->tick - 1);
  if (other != right.end()) last = std::min(last, other->tick - 1);
  return last;
}

/// Through which tick the tails are believed to be final.
Tick agreed_horizon(const Log& found, std::span<const Tail* const> tails, std::size_t witnesses) {
  const Tick most = found.horizon() + limits::tail_seconds * std::int64_t{found.setup().tick_rate};
  const Tail& longest = *tails.front();
  Tick agreed = std::min(tails[witnesses - 1]->horizon, most);
  for (const Tail* tail : tails) {
    const Tick known = std::min(tail->horizon, agreed);
    const Tick same = same_through(through(longest, known), through(*tail, known), known);
    if (same < known) agreed = same;
  }
  for (const EventView& event : found.events_between(found.horizon() + 1, agreed)) {
    const Event own = to_owned(event);
    const bool is_there =
        std::find(longest.events.begin(), longest.events.end(), own) != longest.events.end();
    if (!is_there) agreed = std::min(agreed, event.tick - 1);
  }
  for (const Event& event : through(longest, agreed)) {
    if (is_end(event)) agreed = std::min(agreed, event.tick - 1);
  }
  return std::max(agreed, found.horizon());
}

/// Whether so many as needed know this event, of a tick that is not final, and nobody another one
/// of its author and counter.
bool is_witnessed(const Event& event, std::span<const Tail* const> tails, std::size_t witnesses) {
  std::size_t count = 0;
  for (const Tail* tail : tails) {
    for (const Event& other : tail->events) {
      if (other.author != event.author || other.counter != event.counter) continue;
      if (!(other == event)) return false;
      ++count;
    }
  }
  return count >= witnesses;
}

}  // namespace

Log copy_log(const Log& log) {
  Log copy(log.setup());
  for (const EventView& event : log.events().subspan(1)) {
    const Log::Added added = copy.add(event);
    TUTTI_ASSERT(added == Log::Added::yes, event.tick);
  }
  copy.close(log.horizon());
  return copy;
}

std::optional<Log> adopt(const Log& found, std::span<const Tail> tails, std::size_t witnesses) {
  std::vector<const Tail*> known;
  for (const Tail& tail : tails) {
    if (tail.horizon > Tick{}) known.push_back(&tail);
  }
  if (witnesses == 0 || known.size() < witnesses) return std::nullopt;
  std::stable_sort(known.begin(), known.end(),
                   [](const Tail* a, const Tail* b) { return a->horizon > b->horizon; });
  const Tick horizon = agreed_horizon(found, known, witnesses);
  Log log = copy_log(found);
  bool has_more = horizon > found.horizon();
  // Nothing of this was checked by anybody but its senders.
  for (const Event& event : through(*known.front(), horizon)) {
    const Log::Added added = log.add(event);
    if (added != Log::Added::yes && added != Log::Added::known) return std::nullopt;
  }
  for (const Tail* tail : known) {
    for (const Event& event : tail->events) {
      if (event.tick <= horizon || is_end(event)) continue;
      if (!is_witnessed(event, known, witnesses)) continue;
      has_more = log.add(event) == Log::Added::yes || has_more;
    }
  }
  if (!has_more) return std::nullopt;
  log.close(horizon);
  return log;
}

}  // namespace tutti::detail
