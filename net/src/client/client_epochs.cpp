// What a client does when its relay was started again.

#include <algorithm>

#include "tutti/net/client.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti {

void Client::begin_epoch(std::uint32_t epoch) {
  // The relay was started again: it tells its log from the beginning, numbered anew. Its clock may
  // have gone back; after a power loss its horizon too.
  welcome_->epoch = epoch;
  if (!TUTTI_MUTANT(new_epoch_is_old_log)) received_ = 0;
  has_all_ = false;
  horizon_ = {};
  arrived_.clear();
  is_recovering_ = true;
  clock_ = FollowedClock(welcome_->setup.tick_rate);
  agreed_ = {};
  last_number_.reset();
  for (Underway& own : decided_)
    underway_.push_back(std::move(own));
  decided_.clear();
  std::sort(underway_.begin(), underway_.end(),
            [](const Underway& a, const Underway& b) { return a.counter < b.counter; });
  for (Underway& own : underway_)
    own.is_sent = false;
}

std::optional<TailWanted> Client::next_tail_wanted() {
  return std::exchange(tail_wanted_, std::nullopt);
}

void Client::fold_back() {
  if (TUTTI_MUTANT(lost_future_is_offered)) return;
  underway_.clear();
  decided_.clear();
  progress_ = progress_sent_ = {};
}

}  // namespace tutti
