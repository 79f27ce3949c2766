#include "tutti/sim/timeline.hpp"
#include "tutti/sim/mutant.hpp"

#include <algorithm>

namespace tutti {

namespace {
constexpr Tick never{INT64_MAX};

bool is_same(const EventView& left, const EventView& right) {
  return canonical_order(left, right) == 0 &&
         std::equal(left.payload.begin(), left.payload.end(), right.payload.begin(),
                    right.payload.end());
}
}  // namespace

Timeline::Timeline(AnyGame game, Setup setup, Options options)
    : game_(std::move(game)),
      log_(std::move(setup)),
      dirty_(never),
      causes_(log_.setup().players + std::size_t{1}) {
  TUTTI_ASSERT(options.ring_ticks >= limits::prediction_ticks + 2, options.ring_ticks);
  ring_.reserve(options.ring_ticks);
  for (std::size_t i = 0; i < options.ring_ticks; ++i)
    ring_.emplace_back(game_);
  slot(Tick{0}).state = start(game_, log_.setup());
}

Timeline::Slot& Timeline::slot(Tick tick) {
  return ring_[static_cast<std::size_t>(tick.value) % ring_.size()];
}
const Timeline::Slot& Timeline::slot(Tick tick) const {
  return ring_[static_cast<std::size_t>(tick.value) % ring_.size()];
}

const void* Timeline::state_at(Tick tick) const {
  TUTTI_ASSERT(tick >= oldest_ && tick <= present_, tick, oldest_, present_);
  return slot(tick).state.get();
}

std::span<const EffectRecord> Timeline::effects_at(Tick tick) const {
  TUTTI_ASSERT(tick >= oldest_ && tick <= present_, tick, oldest_, present_);
  return slot(tick).effects;
}

void Timeline::contradict(Tick tick, Author by) {
  if (tick > present_ || tick >= dirty_) return;
  dirty_ = tick;
  dirty_by_ = by;
}

Log::Added Timeline::accept(const EventView& event) {
  const Log::Added added = log_.add(event);
  if (added != Log::Added::yes) return added;
  const auto guess = std::find_if(guesses_.begin(), guesses_.end(), [&](const Event& other) {
    return other.author == event.author && other.counter == event.counter;
  });
  if (guess != guesses_.end()) {
    const bool is_right = is_same(*guess, event);
    const Tick guessed = guess->tick;
    guesses_.erase(guess);
    if (is_right) return added;
    contradict(guessed, event.author);
  }
  if (TUTTI_MUTANT(rollback_is_dropped)) return added;
  contradict(event.tick, event.author);
  return added;
}

void Timeline::guess(const EventView& event) {
  TUTTI_ASSERT(event.tick > log_.horizon(), event.tick, log_.horizon());
  const bool is_known = std::any_of(guesses_.begin(), guesses_.end(),
                                    [&](const Event& other) { return is_same(other, event); });
  if (is_known) return;
  withdraw(event.author, event.counter);
  insert(to_owned(event));
  contradict(event.tick, event.author);
}

void Timeline::insert(Event guess) {
  const auto after = std::upper_bound(guesses_.begin(), guesses_.end(), guess,
                                      [](const EventView& left, const EventView& right) {
                                        return canonical_order(left, right) < 0;
                                      });
  guesses_.insert(after, std::move(guess));
}

void Timeline::withdraw(Author author, std::uint32_t counter) {
  const auto found = std::find_if(guesses_.begin(), guesses_.end(), [&](const Event& other) {
    return other.author == author && other.counter == counter;
  });
  if (found == guesses_.end()) return;
  if (!TUTTI_MUTANT(withdrawn_guess_stays_shown)) contradict(found->tick, author);
  guesses_.erase(found);
}

void Timeline::close(Tick horizon) {
  log_.close(horizon);
  // A guess in a closed tick did not come true: it is late, and will be ordered after the horizon.
  while (!guesses_.empty() && guesses_.front().tick <= log_.horizon()) {
    Event late = std::move(guesses_.front());
    guesses_.erase(guesses_.begin());
    if (!TUTTI_MUTANT(late_guess_stays_shown)) contradict(late.tick, late.author);
    late.tick = place_of_late(late);
    insert(std::move(late));
  }
}

Tick Timeline::place_of_late(const Event& late) const {
  // The next tick to be shown is the one place that contradicts nothing further; but an author's
  // events keep their order, or a key would be pressed after it was let go.
  Tick place = std::max(log_.horizon(), present_) + 1;
  for (const Event& other : guesses_) {
    const bool is_next = other.author == late.author && other.counter > late.counter;
    if (is_next && other.tick > log_.horizon()) place = std::min(place, other.tick);
  }
  return place;
}

void Timeline::mend(const void* state) {
  copy_state(game_, slot(confirmed_).state.get(), state);
  contradict(confirmed_ + 1, relay_author);
}

Tick Timeline::advance(Tick present) {
  const Tick shown = present_;
  const Tick first_unconfirmed = confirmed_ + 1;
  const Tick reach = confirmed_ + static_cast<std::int64_t>(ring_.size() - 1);
  Tick target = std::max(shown, std::min(present, reach));
  // Predicted ticks beyond the end did not happen either: the end contradicts them.
  if (const auto end = log_.ended()) target = std::min(target, std::max(*end, confirmed_));
  if (dirty_ <= shown) {
    const auto depth = static_cast<std::uint64_t>(shown - dirty_ + 1);
    ++statistics_.rollbacks;
    statistics_.depth_total += depth;
    statistics_.depth_max = std::max(statistics_.depth_max, depth);
    RollbackCause& cause = causes_[dirty_by_.value];
    ++cause.rollbacks;
    cause.resimulated += depth;
  }
  stepped_from_ = std::min(dirty_ + (TUTTI_MUTANT(rollback_is_one_short) ? 1 : 0), shown + 1);
  for (Tick tick = stepped_from_; tick <= target; ++tick) {
    if (tick <= shown) ++statistics_.resimulated;
    step_to(tick);
  }
  dirty_ = never;
  present_ = target;
  oldest_ = std::max(oldest_, present_ - static_cast<std::int64_t>(ring_.size()) + 1);
  confirmed_ = std::max(confirmed_, TUTTI_MUTANT(predicted_is_confirmed)
                                        ? present_
                                        : std::min(log_.horizon(), present_));
  for (Tick tick = first_unconfirmed; tick <= confirmed_; ++tick) {
    statistics_.refused_events += slot(tick).refused;
  }
  return present_;
}

void Timeline::restart(Tick tick, const void* state) {
  TUTTI_ASSERT(tick >= Tick{0} && tick <= log_.horizon(), tick, log_.horizon());
  copy_state(game_, slot(tick).state.get(), state);
  slot(tick).effects.clear();
  present_ = confirmed_ = oldest_ = tick;
  stepped_from_ = tick + 1;
  dirty_ = never;
}

void Timeline::step_to(Tick tick) {
  Slot& next = slot(tick);
  copy_state(game_, next.state.get(), slot(tick - 1).state.get());
  if (!TUTTI_MUTANT(effects_pile_up)) next.effects.clear();
  next.refused = step_state(game_, next.state.get(), events_for(tick), &next.effects).refused;
  ++statistics_.steps;
}

std::span<const EventView> Timeline::events_for(Tick tick) {
  const std::span<const EventView> ordered = log_.events_at(tick);
  const auto is_now = [&](const Event& guess) { return guess.tick == tick; };
  if (std::none_of(guesses_.begin(), guesses_.end(), is_now)) return ordered;
  merged_.assign(ordered.begin(), ordered.end());
  for (const Event& guess : guesses_) {
    if (is_now(guess)) merged_.push_back(guess);
  }
  std::sort(merged_.begin(), merged_.end(),
            [](const EventView& a, const EventView& b) { return canonical_order(a, b) < 0; });
  return merged_;
}

}  // namespace tutti
