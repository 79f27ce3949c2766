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

bool Referee::advance(const Log& log) {
  Bytes scratch;
  for (std::int64_t i = 0; i < referee_ticks && present_ < target_; ++i) {
    ++present_;
    step_state(game_, state_.get(), log.events_at(present_), nullptr);
    if (present_ < side_.first_hash) continue;
    side_.hashes.push_back(fast_hash(game_, state_.get(), scratch));
  }
  if (present_ < target_) return false;
  side_.reported = side_.refolded = digest_state(game_, state_.get());
  return true;
}

}  // namespace tutti::detail
