#include "tutti/sim/saved_states.hpp"

#include <algorithm>
#include <utility>

namespace tutti {

SavedStates::SavedStates(AnyGame game, std::size_t most) : game_(std::move(game)), most_(most) {
  TUTTI_ASSERT(most >= 2, most);
  boxes_.reserve(most);
  free_.reserve(most);
  saved_.reserve(most);
}

const SavedStates::Saved* SavedStates::last_through(Tick tick) const {
  if (saved_.empty()) return nullptr;
  // Mostly all of the latest ticks are saved: then it is as far from the end as its tick.
  const std::int64_t behind = saved_.back().tick - tick;
  if (behind >= 0 && behind < static_cast<std::int64_t>(saved_.size())) {
    const Saved& here = saved_[saved_.size() - 1 - static_cast<std::size_t>(behind)];
    if (here.tick == tick) return &here;
  }
  for (auto saved = saved_.rbegin(); saved != saved_.rend(); ++saved) {
    if (saved->tick <= tick) return &*saved;
  }
  return nullptr;
}

const void* SavedStates::at(Tick tick) const {
  const Saved* last = last_through(tick);
  return last != nullptr && last->tick == tick ? state(*last) : nullptr;
}

/// Whether the first is the only one from which `needed` can be reached.
bool SavedStates::is_first_needed(Tick needed) const {
  return saved_.size() < 2 || saved_[1].tick > needed;
}

bool SavedStates::has_room(Tick needed) const {
  return saved_.size() < most_ || !is_first_needed(needed);
}

void SavedStates::save(Tick tick, const void* state, Tick needed) {
  TUTTI_ASSERT(saved_.empty() || saved_.back().tick < tick, tick);
  if (saved_.size() == most_) {
    const auto dropped = is_first_needed(needed) ? saved_.end() - 1 : saved_.begin();
    free_.push_back(dropped->box);
    saved_.erase(dropped);
  }
  if (free_.empty()) {
    saved_.push_back({tick, boxes_.size()});
    boxes_.emplace_back(game_, state);
    return;
  }
  saved_.push_back({tick, free_.back()});
  free_.pop_back();
  copy_state(game_, boxes_[saved_.back().box].get(), state);
}

Tick SavedStates::take_last(StateBox& state) {
  TUTTI_ASSERT(!saved_.empty(), most_);
  const Saved last = saved_.back();
  saved_.pop_back();
  free_.push_back(last.box);
  std::swap(boxes_[last.box], state);
  return last.tick;
}

void SavedStates::moved(const Saved& saved, Tick to) {
  const auto at = static_cast<std::size_t>(&saved - saved_.data());
  TUTTI_ASSERT(at + 1 == saved_.size() || saved_[at + 1].tick > to, to);
  saved_[at].tick = to;
}

void SavedStates::drop_from(Tick tick) {
  for (; !saved_.empty() && saved_.back().tick >= tick; saved_.pop_back())
    free_.push_back(saved_.back().box);
}

}  // namespace tutti
