#include "tutti/sim/timeline.hpp"

#include <algorithm>
#include <utility>

#include "tutti/sim/fast_hash.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti {

namespace {
constexpr Tick never{INT64_MAX};

bool is_same(const EventView& left, const EventView& right) {
  return canonical_order(left, right) == 0 &&
         std::equal(left.payload.begin(), left.payload.end(), right.payload.begin(),
                    right.payload.end());
}
/// Copying less than this takes no longer than calling the game.
constexpr std::size_t light_bytes = 4 * 1024;

}  // namespace

Timeline::Thrift::Thrift(const AnyGame& game, const void* state, const Options& options)
    : state_bytes(tutti::state_bytes(game, state)),
      states(std::clamp<std::size_t>(options.states_bytes / state_bytes,
                                     state_bytes > 4 * options.states_bytes ? 2 : 4,
                                     options.ring_ticks - 1)),
      saves_all(states == options.ring_ticks - 1 &&
                (state_bytes <= light_bytes || game.shares_pages())),
      saves_new(states == options.ring_ticks - 1),
      spacing(
          std::max<std::int64_t>(1, limits::prediction_ticks / static_cast<std::int64_t>(states))),
      hashes_at_once(options.keeps_hashes && !saves_new) {}

Timeline::Timeline(AnyGame game, Setup setup, Options options)
    : game_(std::move(game)),
      log_(std::move(setup)),
      moments_(options.ring_ticks),
      working_(start(game_, log_.setup())),
      thrift_(game_, working_.get(), options),
      saved_(game_, thrift_.states),
      dirty_(never),
      causes_(log_.setup().players + std::size_t{1}) {
  TUTTI_ASSERT(options.ring_ticks >= limits::prediction_ticks + 2, options.ring_ticks);
}

Timeline::Moment& Timeline::moment(Tick tick) {
  return moments_[static_cast<std::size_t>(tick.value) % moments_.size()];
}
const Timeline::Moment& Timeline::moment(Tick tick) const {
  return moments_[static_cast<std::size_t>(tick.value) % moments_.size()];
}

Tick Timeline::oldest() const {
  return std::max(oldest_, saved_.all().empty() ? present_ : saved_.all().front().tick);
}

const void* Timeline::state_at(Tick tick) const {
  TUTTI_ASSERT(tick >= oldest() && tick <= present_, tick, oldest(), present_);
  if (tick == present_) return working_.get();
  const SavedStates::Saved* saved = saved_.last_through(tick);
  if (saved->tick == tick) return saved_.state(*saved);
  if (!aside_) aside_.emplace(Aside{StateBox(game_)});
  if (aside_->tick == tick) return aside_->state.get();
  is_previous_wanted_ = is_previous_wanted_ || tick == present_ - 1;
  if (!aside_->tick || *aside_->tick > tick || *aside_->tick < saved->tick) {
    copy_state(game_, aside_->state.get(), saved_.state(*saved));
    aside_->tick = saved->tick;
  }
  while (*aside_->tick < tick) {
    ++*aside_->tick;
    step_state(game_, aside_->state.get(), events_for(*aside_->tick), nullptr);
  }
  return aside_->state.get();
}

const void* Timeline::settle(Tick tick) {
  TUTTI_ASSERT(tick >= oldest() && tick <= confirmed_, tick, oldest(), confirmed_);
  if (tick == present_) return working_.get();
  const SavedStates::Saved& saved = *saved_.last_through(tick);
  void* state = saved_.state(saved);
  for (Tick next = saved.tick + 1; next <= tick; ++next) {
    step_state(game_, state, log_.events_at(next), nullptr);
    ++statistics_.steps;
    ++statistics_.resimulated;
  }
  saved_.moved(saved, tick);
  return state;
}

std::uint64_t Timeline::hash_at(Tick tick) {
  Moment& known = moment(tick);
  if (!known.hash) known.hash = fast_hash(game_, settle(tick), scratch_);
  return *known.hash;
}

std::span<const EffectRecord> Timeline::effects_at(Tick tick) const {
  TUTTI_ASSERT(tick >= oldest_ && tick <= present_, tick, oldest_, present_);
  return moment(tick).effects;
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
  moment(confirmed_).hash.reset();
  if (aside_) aside_->tick.reset();
  if (confirmed_ == present_) return copy_state(game_, working_.get(), state);
  saved_.drop_from(confirmed_);
  saved_.save(confirmed_, state, confirmed_);
  contradict(confirmed_ + 1, relay_author);
}

Tick Timeline::advance(Tick present) {
  const Tick shown = present_;
  const Tick first_unconfirmed = confirmed_ + 1;
  const Tick reach = confirmed_ + static_cast<std::int64_t>(moments_.size() - 1);
  Tick target = std::max(shown, std::min(present, reach));
  // Ticks that were predicted beyond the end did not happen: the end contradicts them.
  if (const auto end = log_.ended()) target = std::min(target, std::max(*end, confirmed_));
  if (dirty_ <= shown) count_rollback();
  stepped_from_ = std::min(dirty_ + (TUTTI_MUTANT(rollback_is_one_short) ? 1 : 0), shown + 1);
  const Tick first_wrong = std::min(stepped_from_, target + 1);
  const bool is_back = first_wrong <= shown;
  if (is_back) go_back_before(first_wrong, target);
  while (present_ < target) {
    if (is_worth_saving(shown, is_back)) saved_.save(present_, working_.get(), confirmed_);
    if (is_previous_wanted_ && present_ + 1 == target) look_aside();
    step(shown, is_back);
  }
  dirty_ = never;
  oldest_ = std::max(oldest_, present_ - static_cast<std::int64_t>(moments_.size()) + 1);
  confirmed_ = std::max(confirmed_, TUTTI_MUTANT(predicted_is_confirmed)
                                        ? present_
                                        : std::min(log_.horizon(), present_));
  for (Tick tick = first_unconfirmed; tick <= confirmed_; ++tick) {
    statistics_.refused_events += moment(tick).refused;
  }
  return present_;
}

void Timeline::count_rollback() {
  const auto depth = static_cast<std::uint64_t>(present_ - dirty_ + 1);
  ++statistics_.rollbacks;
  statistics_.depth_total += depth;
  statistics_.depth_max = std::max(statistics_.depth_max, depth);
  RollbackCause& cause = causes_[dirty_by_.value];
  ++cause.rollbacks;
  cause.resimulated += depth;
}

/// To the last state that is right, which is before this tick.
void Timeline::go_back_before(Tick tick, Tick target) {
  saved_.drop_from(tick);
  if (aside_ && aside_->tick >= tick) aside_->tick.reset();
  // Where the state of `tick` will be saved in its place, it need not be kept: that saves a copy.
  const bool is_saved_soon = !thrift_.saves_all && tick < target;
  if (is_saved_soon && saved_.would_drop_last(confirmed_)) {
    present_ = saved_.take_last(working_);
    return;
  }
  const SavedStates::Saved& saved = saved_.all().back();
  copy_state(game_, working_.get(), saved_.state(saved));
  present_ = saved.tick;
}

/// Whether the state at the present, which is about to be stepped on, may be gone back to. Where
/// events keep coming late, ticks that are simulated again will soon be simulated once more, from
/// about a tick later: so only the first of them is saved.
bool Timeline::is_worth_saving(Tick shown, bool is_back) const {
  const std::span<const SavedStates::Saved> saved = saved_.all();
  if (saved.empty()) return true;
  if (saved.back().tick == present_) return false;
  if (thrift_.saves_all) return true;
  if (is_back) return present_ == stepped_from_ && present_ <= shown;
  if (thrift_.saves_new) return true;
  return present_ - saved.back().tick >= thrift_.spacing && saved_.has_room(confirmed_);
}

/// Keeps the present state to be looked at, which is about to be stepped on.
void Timeline::look_aside() {
  const std::span<const SavedStates::Saved> saved = saved_.all();
  if (saved.back().tick == present_) return;
  copy_state(game_, aside_->state.get(), working_.get());
  aside_->tick = present_;
}

void Timeline::restart(Tick tick, const void* state) {
  copy_state(game_, working_.get(), state);
  forget_shown(tick);
}

void Timeline::restart(Tick tick, StateBox& state) {
  std::swap(working_, state);
  forget_shown(tick);
}

void Timeline::forget_shown(Tick tick) {
  TUTTI_ASSERT(tick >= Tick{0} && tick <= log_.horizon(), tick, log_.horizon());
  saved_.drop_from(Tick{0});
  if (aside_) aside_->tick.reset();
  moment(tick) = {};
  present_ = confirmed_ = oldest_ = tick;
  stepped_from_ = tick + 1;
  dirty_ = never;
}

/// `shown`: the latest tick that was ever shown. Ticks before `stepped_from_` are stepped only to
/// come by: all but their states is known.
void Timeline::step(Tick shown, bool is_back) {
  ++present_;
  ++statistics_.steps;
  if (present_ <= shown) ++statistics_.resimulated;
  if (present_ < stepped_from_) {
    step_state(game_, working_.get(), events_for(present_), nullptr);
    return;
  }
  Moment& now = moment(present_);
  if (!TUTTI_MUTANT(effects_pile_up)) now.effects.clear();
  now.refused = step_state(game_, working_.get(), events_for(present_), &now.effects).refused;
  now.hash.reset();
  // One that may be contradicted is hashed where contradictions are few.
  const bool is_final = present_ <= log_.horizon();
  if (thrift_.hashes_at_once && (is_final || !is_back)) {
    now.hash = fast_hash(game_, working_.get(), scratch_);
  }
}

std::span<const EventView> Timeline::events_for(Tick tick) const {
  const std::span<const EventView> ordered = log_.events_at(tick);
  const auto first = std::find_if(guesses_.begin(), guesses_.end(),
                                  [&](const Event& guess) { return guess.tick >= tick; });
  if (first == guesses_.end() || first->tick > tick) return ordered;
  merged_.assign(ordered.begin(), ordered.end());
  for (auto guess = first; guess != guesses_.end() && guess->tick == tick; ++guess) {
    // They come behind what the log has by now, unless their author has a lower number.
    auto after = merged_.end();
    while (after != merged_.begin() && canonical_order(*guess, *(after - 1)) < 0)
      --after;
    merged_.insert(after, *guess);
  }
  return merged_;
}

}  // namespace tutti
