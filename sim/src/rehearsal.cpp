#include "tutti/sim/rehearsal.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "tutti/sim/fast_hash.hpp"

namespace tutti {

namespace {

/// Leaves a known pattern on the stack that the next call will use, so that an uninitialised local
/// has one value in the first simulation and another in the second.
[[gnu::noinline]] void poison_stack(unsigned char pattern) {
  unsigned char garbage[16 * 1024];
  std::memset(garbage, pattern, sizeof garbage);
  // As if somebody read it: otherwise nothing would be written at all.
  asm volatile("" : : "r"(&garbage[0]) : "memory");
}

bool is_same_effect(const EffectRecord& a, const EffectRecord& b) {
  return a.kind == b.kind && a.key == b.key &&
         std::equal(a.view().begin(), a.view().end(), b.view().begin(), b.view().end());
}

std::string nan_sentence(const Field& field, Tick tick) {
  return "NaN in field " + field.path + " at tick " + std::to_string(tick.value) +
         ": its bits differ between processors; look for 0/0, the root of a negative number, and "
         "infinity - infinity";
}

}  // namespace

Rehearsal::Rehearsal(AnyGame game, const Setup& setup, std::size_t depth)
    : game_(std::move(game)), depth_(depth), again_(game_) {
  TUTTI_ASSERT(depth >= 1 && depth <= 256, depth);
  history_.push_back({start(game_, setup), {}, {}});
}

std::optional<Divergence> Rehearsal::step(std::span<const EventView> events) {
  ++present_;
  // The oldest moment's memory is used again: making and freeing large states takes long.
  const bool is_full = history_.size() == depth_ + 1;
  Moment next = is_full ? std::move(history_.front()) : Moment{StateBox(game_), {}, {}};
  if (is_full) history_.erase(history_.begin());
  copy_state(game_, next.state.get(), history_.back().state.get());
  next.effects.clear();
  next.events.clear();
  std::transform(events.begin(), events.end(), std::back_inserter(next.events), to_owned);
  poison_stack(0xA5);
  step_state(game_, next.state.get(), events, &next.effects);
  if (auto nan = find_nan(game_, next.state.get())) {
    std::string sentence = nan_sentence(*nan, present_);
    return Divergence{present_, {}, std::move(sentence), std::move(nan)};
  }
  history_.push_back(std::move(next));

  // Back through bytes, as a late joiner would get them, into memory that held something else.
  save_state(game_, history_.front().state.get(), saved_);
  const Tick oldest = present_ - static_cast<std::int64_t>(history_.size() - 1);
  if (!load_state(game_, again_.get(), saved_)) {
    return Divergence{oldest,
                      {},
                      "the state's own snapshot could not be loaded: saving and loading "
                      "disagree"};
  }
  if (auto found = compare(history_.front(), oldest)) {
    found->cause = "a snapshot does not bring this field back: saving and loading disagree";
    return found;
  }
  for (std::size_t i = 1; i < history_.size(); ++i) {
    const Moment& first = history_[i];
    const std::vector<EventView> views(first.events.begin(), first.events.end());
    std::vector<EffectRecord> effects;
    poison_stack(0x5A);
    step_state(game_, again_.get(), views, &effects);
    const Tick tick = oldest + static_cast<std::int64_t>(i);
    if (auto found = compare(first, tick)) return found;
    if (!std::equal(first.effects.begin(), first.effects.end(), effects.begin(), effects.end(),
                    is_same_effect)) {
      return Divergence{tick, {}, "the same tick emitted other effects the second time"};
    }
  }
  return std::nullopt;
}

std::optional<Divergence> Rehearsal::compare(const Moment& first, Tick tick) {
  if (is_same_state(first.state.get())) return std::nullopt;
  return Divergence{
      tick, field_diff(list_fields(game_, first.state.get()), list_fields(game_, again_.get())),
      "the same tick from the same state gave another result: look for an uninitialised variable, "
      "a clock, a static or global, or a member that TUTTI_FIELDS does not name"};
}

/// Whether a state has the canonical bytes of the one that is simulated again. Digests would take
/// twenty times as long to say so.
bool Rehearsal::is_same_state(const void* state) {
  if (game_.is_canonical()) return std::memcmp(state, again_.get(), game_.state_size()) == 0;
  if (game_.shares_pages()) {
    return fast_hash(game_, state, scratch_) == fast_hash(game_, again_.get(), scratch_);
  }
  save_state(game_, state, saved_);
  save_state(game_, again_.get(), scratch_);
  return saved_ == scratch_;
}

}  // namespace tutti
