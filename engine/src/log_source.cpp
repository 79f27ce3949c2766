#include "log_source.hpp"

#include <cmath>

namespace tutti {

void LogSource::receive(Instant now) {
  const double elapsed = last_ ? std::chrono::duration<double>(now - *last_).count() : 0;
  last_ = now;
  if (is_paused_) return;
  position_ = std::min(position_ + elapsed * record_.log.setup().tick_rate * speed_ / 16.0,
                       static_cast<double>(length().value));
}

std::optional<Event> LogSource::next_event() {
  const auto events = record_.log.events();
  if (taken_ == events.size()) return std::nullopt;
  return to_owned(events[taken_++]);
}

Moment LogSource::present(Instant) {
  const double whole = std::floor(position_);
  return {Tick{static_cast<std::int64_t>(whole)}, position_ - whole};
}

void LogSource::seek(Tick tick) {
  const Tick target = std::clamp(tick, Tick{0}, length());
  if (target < position()) {
    // Backwards is forwards from the beginning: the log is the truth, and the fold is fast.
    taken_ = 1;
    ++rewinds_;
  }
  position_ = static_cast<double>(target.value);
}

}  // namespace tutti
