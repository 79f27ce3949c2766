#include "fleet/lease.hpp"

#include <algorithm>

namespace tutti::detail {

namespace {

/// Often enough that some may be lost.
constexpr Duration renewal_interval = std::chrono::milliseconds(400);
/// More than may be under way while the lease lasts.
constexpr std::size_t sent_most = 16;

}  // namespace

std::uint32_t Lease::send(Instant now) {
  next_ = now + renewal_interval;
  sent_.push_back({++renewals_, now});
  if (sent_.size() > sent_most) sent_.pop_front();
  return renewals_;
}

void Lease::take_stored(std::uint32_t renewal, Instant now) {
  const auto sent = std::ranges::find(sent_, renewal, &Sent::renewal);
  if (sent == sent_.end()) return;
  const Instant until = sent->at + limits::fleet_silence - limits::fleet_margin;
  if (until <= std::max(until_, now)) return;
  if (now >= until_) {  // it had ended, and somebody else may have taken its matches
    ++life_;
    since_ = now;
  }
  until_ = until;
}

}  // namespace tutti::detail
