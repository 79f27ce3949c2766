#include "relay/referee.hpp"

#include "tutti/sim/fast_hash.hpp"

namespace tutti::detail {

namespace {
/// The ticks that a referee folds in one pass of the relay.
constexpr std::int64_t referee_ticks = 2000;
}  // namespace

Referee::Referee(const AnyGame& game, const Setup& setup, Tick first_hash, Tick target)
    : game_(game), state_(start(game, setup)), target_(target) {
  side_ = {.player = DesyncSide::referee, .machine = "the relay's referee"};
  side_.first_hash = first_hash;
}

Referee::Fold Referee::advance(FinalEvents& events) {
  if (!end_) end_ = events.count(target_);
  if (!end_) return Fold::lost;
  Bytes scratch;
  for (std::int64_t i = 0; i < referee_ticks && present_ < target_; ++i) {
    ++present_;
    if (!read_tick(events)) return Fold::lost;
    step_state(game_, state_.get(), views_, nullptr);
    if (present_ < side_.first_hash) continue;
    side_.hashes.push_back(fast_hash(game_, state_.get(), scratch));
  }
  if (present_ < target_) return Fold::goes_on;
  side_.reported = side_.refolded = digest_state(game_, state_.get());
  return Fold::through;
}

/// The events of the present tick, which are valid until the next one is read.
bool Referee::read_tick(FinalEvents& events) {
  owned_.clear();
  for (; next_ < *end_; ++next_) {
    const std::optional<EventView> event = events.at(next_);
    if (!event) return false;
    if (event->tick > present_) break;
    owned_.push_back(to_owned(*event));
  }
  views_.assign(owned_.begin(), owned_.end());
  return true;
}

}  // namespace tutti::detail
