#include "source/retold_log.hpp"

#include <algorithm>

namespace tutti {

void RetoldLog::follow(const Log& known) {
  if (!events_.empty()) return;
  for (const EventView& event : known.events_between(Tick{1}, known_through_))
    events_.push_back(to_owned(event));
  in_common_ = static_cast<std::ptrdiff_t>(events_.size());
}

void RetoldLog::add(Event event) {
  const auto relay_event = relay_event_of(event);
  if (relay_event && relay_event->kind == EventKind::restarted && relay_event->number == epoch_) {
    restarted_ = event.tick;
    if (order_ == Order::accepted) final_through_ = event.tick - 1;
  }
  if (relay_event && relay_event->kind == EventKind::match_ended) ended_ = event.tick;
  events_.push_back(std::move(event));
}

bool RetoldLog::is_complete(const Log& known) const {
  if (order_ == Order::accepted) return restarted_.has_value();
  const bool is_over = ended_ && *ended_ <= final_through_;
  return is_over || final_through_ >= std::max(known.horizon(), known.last_event());
}

/// Whether it has all that was known, and no more in ticks that are final there: a life of the
/// relay that nobody here heard of may have gone on from before that horizon.
bool RetoldLog::continues(const Log& known) const {
  if (known.horizon() > final_through_) return false;
  // Both are in canonical order, but for `Restarted` at the end.
  auto next = events_.begin();
  const auto is_there = [&](const EventView& event) {
    while (next != events_.end() && canonical_order(*next, event) < 0)
      ++next;
    return next != events_.end() && *next == to_owned(event);
  };
  const auto events = known.events().subspan(1);  // MatchStarted is the setup
  const auto is_final = [&](const EventView& event) { return event.tick <= known.horizon(); };
  return std::all_of(events.begin(), events.end(), is_there) &&
         std::count_if(events.begin(), events.end(), is_final) ==
             std::count_if(events_.begin(), events_.end(), is_final);
}

std::optional<Tick> RetoldLog::last_common(const Log& known) const {
  if (continues(known)) return std::nullopt;
  Log log(known.setup());
  for (const Event& event : events_)
    log.add(event);
  log.close(final_through_);
  Tick common;
  Tick beyond = std::min(known.horizon(), log.horizon()) + 1;
  while (common + 1 < beyond) {
    const Tick middle = common + (beyond - common) / 2;
    (known.head(middle) == log.head(middle) ? common : beyond) = middle;
  }
  return common;
}

}  // namespace tutti
