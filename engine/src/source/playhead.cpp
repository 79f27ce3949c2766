#include "source/playhead.hpp"

#include <algorithm>
#include <cmath>

namespace tutti {

void Playhead::advance(Instant now, double end, std::uint16_t tick_rate) {
  const double elapsed = last_ ? std::chrono::duration<double>(now - *last_).count() : 0;
  last_ = now;
  end_ = std::max(end_, end);
  if (is_paused_) return;
  if (!is_at_end_) {
    position_ = std::clamp(position_ + elapsed * tick_rate * speed_ / 16.0, 0.0, end_);
  }
  if (kind_ == Kind::live && position_ >= end_) is_at_end_ = true;
  if (is_at_end_) position_ = end_;
}

void Playhead::begin_again(Tick end) {
  taken_ = 1;
  end_ = std::min(end_, static_cast<double>(end.value));
  position_ = std::min(position_, end_);
}

Moment Playhead::moment() const {
  const double whole = std::floor(position_);
  return {Tick{static_cast<std::int64_t>(whole)}, position_ - whole};
}

std::optional<Event> Playhead::next_event(const Log& log) {
  const auto events = log.events();
  if (taken_ == events.size()) return std::nullopt;
  return to_owned(events[taken_++]);
}

void Playhead::set_paused(bool is_paused) {
  is_paused_ = is_paused;
  is_at_end_ = false;
}

void Playhead::set_speed(int sixteenths) {
  const int most = sixteenths < 0 ? -1 : 1024;
  speed_ = std::clamp(sixteenths, sixteenths < 0 ? -1024 : 1, most);
  is_at_end_ = is_at_end_ && speed_ >= 16;
}

void Playhead::seek(Tick tick) {
  const Tick target = std::clamp(tick, Tick{0}, length());
  position_ = static_cast<double>(target.value);
  is_at_end_ = kind_ == Kind::live && target == length() && !is_paused_;
}

}  // namespace tutti
