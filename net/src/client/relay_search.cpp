#include "client/relay_search.hpp"

#include <utility>

namespace tutti::detail {

namespace {

/// A relay says something every 0.1 s; after this much silence it is gone, or the path is.
constexpr std::chrono::milliseconds silence_before_search{2500};
constexpr std::chrono::milliseconds search_interval{2000};
/// A client that has not looked for so long stood still itself: a hidden window, a debugger, a
/// sleep. After a long one the relay gets a moment to show that it still knows us.
constexpr std::chrono::milliseconds standstill{500};
constexpr std::chrono::milliseconds answer_time{300};

}  // namespace

bool RelaySearch::wake(Instant now, bool is_playing) {
  if (!started_) started_ = last_heard_ = awake_ = now;
  const Duration slept = now - std::exchange(awake_, now);
  if (slept > silence_before_search && is_playing) {
    is_searching_ = true;
    last_heard_ = now;
    next_attempt_ = now + answer_time;
  }
  return slept > standstill;
}

void RelaySearch::note_heard(Instant now) {
  last_heard_ = now;
  is_searching_ = false;
  times_sent_on_ = 0;
}

bool RelaySearch::note_replaced() {
  if (abandoned_ == 0) return false;
  // A message on a connection that we had given up was on its way for seconds and came in last.
  // Each of those connections can do that once.
  --abandoned_;
  is_searching_ = true;
  next_attempt_ = awake_;
  return true;
}

RelaySearch::Step RelaySearch::before_welcome(Instant now, Duration timeout, bool may_repeat,
                                              std::uint64_t heard) {
  if (now - *started_ > timeout) return Step::give_up;
  // A relay may take its time to let somebody in, but while it lives, its link acknowledges. One
  // that was started again knows nothing of a hello that came to the one before.
  if (std::exchange(link_heard_, heard) != heard) last_heard_ = now;
  const bool is_silent = now - last_heard_ > silence_before_search;
  if (!has_asked_ || !may_repeat || !(is_silent || is_searching_)) return Step::wait;
  is_searching_ = has_asked_ = false;
  last_heard_ = now;
  times_sent_on_ = 0;
  ++abandoned_;
  return Step::connect_again;
}

RelaySearch::Step RelaySearch::while_playing(Instant now, Duration timeout) {
  if (!is_searching_ && now - last_heard_ > silence_before_search) {
    is_searching_ = true;
    abandoned_ = 0;
  }
  if (!is_searching_) return Step::wait;
  if (now - last_heard_ > timeout) return Step::give_up;
  if (now < next_attempt_) return Step::wait;
  next_attempt_ = now + search_interval;
  times_sent_on_ = 0;
  ++abandoned_;
  return Step::connect_again;
}

}  // namespace tutti::detail
